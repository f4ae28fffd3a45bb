// The gate over the real policy, queue and grammar; the person is the test.
import type { Approval } from '../../src/api';
import { ApprovalQueue, type ApprovalQueueOptions } from '../../src/core/policy/approvalQueue';
import { CommandPolicy } from '../../src/core/policy/commandPolicy';
import { grantKey, Grants, type Grant, type GrantStore } from '../../src/core/policy/grants';
import { Policy } from '../../src/core/policy/policy';
import { PolicyGate } from '../../src/core/policy/policyGate';
import { WorkspaceBounds } from '../../src/core/policy/workspaceBounds';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import type { Tool, ToolContext, ToolEffect, ToolIntent } from '../../src/core/tools/tool';
import type { GateVerdict } from '../../src/core/tools/toolGate';
import type { RunContext } from '../../src/core/runs/runContext';
import { workspaceTree } from './commandJudge';
import type { InMemoryFileTree } from './inMemoryFileTree';
import { ManualClock } from './manualClock';
import { RecordedRun } from './recordedRun';
import { sharedParser } from './sourceAnalysis';
import { FakeTool } from './teamFixture';

export class InMemoryGrants implements GrantStore {
  private grants: Grant[] = [];

  list(): readonly Grant[] {
    return this.grants;
  }
  add(grants: readonly Grant[]): void {
    this.grants.push(...grants);
  }
  remove(grant: Grant): void {
    this.grants = this.grants.filter((known) => grantKey(known) !== grantKey(grant));
  }
  onDidChange() {
    return { dispose: () => undefined };
  }
}

/** A tool that tells what it would do. */
export class IntentTool extends FakeTool {
  readonly confirmsItself?: boolean;

  constructor(
    name: string,
    effect: ToolEffect,
    private readonly told: (input: unknown) => ToolIntent[] | Promise<ToolIntent[]>,
  ) {
    super(name, { effect });
  }

  async intents(input: unknown, _context: ToolContext): Promise<ToolIntent[]> {
    return this.told(input);
  }
}

export const runCommand = new IntentTool('run_command', 'execute', (input) => [
  { kind: 'command', command: (input as { command: string }).command, cwd: 'file:///ws' },
]);

export const editFile = new IntentTool('edit_file', 'write', (input) => {
  const { path } = input as { path: string };
  return [{ kind: 'write', path, uri: `file:///ws/${path}`, action: 'modify' }];
});

export interface PolicyFixtureOptions {
  settings?: Partial<TeamSettings>;
  isTrusted?: boolean;
  queue?: Partial<ApprovalQueueOptions>;
}

export class PolicyFixture {
  readonly clock = new ManualClock();
  readonly recorded = new RecordedRun();
  readonly tree: InMemoryFileTree = workspaceTree();
  readonly store = new InMemoryGrants();
  readonly grants = new Grants(this.store);
  readonly queue: ApprovalQueue;
  readonly gate: PolicyGate;
  settings: TeamSettings;

  constructor(options: PolicyFixtureOptions = {}) {
    const { isTrusted = true } = options;
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    let ids = 0;
    const newId = () => `approval-${(ids += 1)}`;
    this.queue = new ApprovalQueue({ clock: this.clock, newId, grants: this.grants, ...options.queue });
    const bounds = new WorkspaceBounds(this.tree);
    const commands = new CommandPolicy({ parser: sharedParser(), bounds, shell: 'posix' });
    const settings = () => this.settings;
    const pathOf = (uri: string) => uri.replace(/^file:\/\/\/ws\/?/, '') || '.';
    this.gate = new PolicyGate({
      policy: new Policy({ settings, commands, bounds, isTrusted: () => isTrusted, pathOf }),
      queue: this.queue,
      grants: this.grants,
      texts: {
        title: ({ agent, tool }) => `${agent} wants ${tool}`,
        detail: ({ needs, preview }) =>
          [...needs.map((need) => `${need.reason}: ${need.subject}`), preview].filter(Boolean).join('\n'),
        covers: ({ needs }) => needs.map(({ subject }) => subject),
      },
    });
  }

  admit(
    tool: Tool,
    input: unknown,
    { run = this.recorded.context, agent = 'dev', why }: { run?: RunContext; agent?: string; why?: string } = {},
  ): Promise<GateVerdict> {
    const context: ToolContext = { signal: run.signal, runId: run.runId, agent, callId: 'call-1' };
    return this.gate.admit({ tool, input, context, ...(why !== undefined && { why }) }, run);
  }

  /** Resolves with the first question that waits. */
  asked(count = 1): Promise<Approval[]> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.queue.list().length < count) return;
        subscription.dispose();
        resolve(this.queue.list());
      };
      const subscription = this.queue.onDidChange(look);
      look();
    });
  }
}

/** `admitted`, or the reason of the refusal. */
export async function outcomeOf(verdict: Promise<GateVerdict>): Promise<string> {
  const settled = await verdict;
  return settled.admitted ? 'admitted' : (settled.result.reason ?? 'no reason');
}
