// A test that fails is tried once more in the same window: what its first try left behind must not decide how the second one ends.
import * as vscode from 'vscode';
import type { AgentTeamApi, RunState } from '../../../src/api';
import { inTime } from '../../support/until';
import { closeAll } from './workspaceFiles';

type Settings = ReadonlyMap<string, unknown>;

/** All steps together take less than a hook may: one that fails would take all further tests with it. */
const STEP_MS = 10_000;
const ENDED: ReadonlySet<RunState> = new Set(['completed', 'partial', 'failed', 'cancelled', 'interrupted']);

/** Hooks for every test: settings of the user are remembered before it; after a try that failed, nothing asks, runs, is open or set otherwise. */
export function attemptHooks(): Mocha.RootHookObject {
  let before: Settings = new Map();
  let failed: string | undefined;
  return {
    beforeEach(this: Mocha.Context) {
      if (this.currentTest?.fullTitle() !== failed) before = settings();
    },
    async afterEach(this: Mocha.Context) {
      // A try that another one follows has no state yet.
      if (!this.currentTest || this.currentTest.state === 'passed' || this.currentTest.isPending()) return;
      failed = this.currentTest.fullTitle();
      await recover(before);
    },
  };
}

/** Never rejects: a step that fails or hangs keeps none of the others from being taken. */
async function recover(before: Settings): Promise<void> {
  const steps = {
    'close what asks': async () => vscode.commands.executeCommand('workbench.action.closeQuickOpen'),
    'cancel runs': cancelRuns,
    'close editors': closeAll,
    'restore settings': () => restore(before),
  };
  for (const [what, step] of Object.entries(steps)) {
    await inTime<unknown>(step(), what, STEP_MS).catch((error: unknown) => console.error(error));
  }
}

async function cancelRuns(): Promise<void> {
  const extension = product();
  if (!extension.isActive) return;
  const { runs } = extension.exports;
  for (const { runId, status } of runs.list()) if (!ENDED.has(status)) await runs.cancel(runId);
}

async function restore(before: Settings): Promise<void> {
  for (const [key, value] of settings()) {
    if (JSON.stringify(value) === JSON.stringify(before.get(key))) continue;
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration().update(key, before.get(key), Global);
  }
}

/** What the user has set of the product's settings. */
function settings(): Settings {
  const { configuration } = (product().packageJSON as Manifest).contributes;
  const all = vscode.workspace.getConfiguration();
  const keys = [configuration].flat().flatMap(({ properties }) => Object.keys(properties));
  return new Map(keys.map((key) => [key, all.inspect(key)?.globalValue]));
}

function product(): vscode.Extension<AgentTeamApi> {
  const extension = vscode.extensions.getExtension<AgentTeamApi>('agent-team.agent-team');
  if (!extension) throw new Error('Internal error: the product is not in this window');
  return extension;
}

interface Manifest {
  contributes: { configuration: Section | Section[] };
}

interface Section {
  properties: Record<string, unknown>;
}
