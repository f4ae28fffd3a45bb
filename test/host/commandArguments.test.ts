// Commands called with arguments: they never prompt, refuse what means nothing, and tell a menu's click from a program's call.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { AgentTeamApi, RunResult } from '../../src/api';
import { isFromPerson, parseArguments } from '../../src/vscode/edge/commandArguments';
import { InterruptionNotices } from '../../src/vscode/goals/interruptionNotices';
import { failure } from '../../src/core/failure';
import type { RunView } from '../../src/core/runs/runView';
import { checkHealth } from '../../src/vscode/health/health';
import { HealthPage } from '../../src/vscode/health/healthPage';
import { Gate } from '../support/gate';
import { InMemoryMemento } from './support/inMemoryState';
import { configure, teamApi } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

/** Long enough for every refusal, short enough to fail where a question waits for somebody. */
const PATIENCE_MS = 20_000;

async function settled(command: string, argument: unknown): Promise<PromiseSettledResult<unknown>> {
  const [outcome] = await Promise.race([
    Promise.allSettled([vscode.commands.executeCommand(command, argument)]),
    new Promise<undefined[]>((resolve) => setTimeout(() => resolve([undefined]), PATIENCE_MS)),
  ]);
  if (outcome) return outcome;
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  assert.fail(`${command}(${JSON.stringify(argument)}) asks somebody`);
}

async function reasonOf(command: string, argument: unknown): Promise<string> {
  const outcome = await settled(`agentTeam.${command}`, argument);
  return outcome.status === 'rejected' ? String(outcome.reason) : assert.fail(`${command} takes it`);
}

describe('commands called with arguments', function () {
  this.timeout(60_000);
  const files = new WorkspaceFiles('called');
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    await configure({ provider: 'offline' });
    await files.write('run.ts', 'export const run = (code: string) => eval(code);\n');
    await files.write('below/other.ts', 'export const other = (code: string) => eval(code);\n');
    // So that nothing has only one run, and nothing none, to choose from.
    for (const request of ['one', 'another']) await api.ask(request, { agent: 'researcher' }).result;
  });
  afterEach(closeAll);
  after(async () => {
    await configure({ provider: undefined });
    await files.dispose();
  });

  it('refuse to act where nothing is named, and ask nobody', async () => {
    const names: Record<string, string[]> = {
      runId: ['cancelRun', 'pauseRun', 'resumeRun', 'retryTask', 'deleteRun', 'openRun', 'openRunReport'],
      agent: ['pauseAgent', 'resumeAgent', 'resetBreaker', 'openAgentFile', 'showPrompt'],
      reaction: ['enableReaction', 'disableReaction'],
      target: ['selectModel', 'clearApiKey'],
      others: ['exportFindings', 'createAgent', 'chooseTools', 'routeSelection', 'runGoal'],
    };
    const before = api.runs.list().length;
    for (const command of Object.values(names).flat()) {
      const outcome = await settled(`agentTeam.${command}`, {});
      assert.equal(outcome.status, 'rejected', command);
      assert.match(String(outcome.reason), new RegExp(`agentTeam\\.${command} (needs|was called)`));
    }
    assert.equal(api.runs.list().length, before);
  });

  it('refuse what is no argument of theirs', async () => {
    const commands = ['ask', 'routeSelection', 'runGoal', 'cancelRun', 'retryTask', 'showChanges', 'acceptChanges'];
    const setUp = ['selectModel', 'setApiKey', 'clearApiKey', 'pauseAgent', 'resetBreaker', 'openTrace', 'exportTrace'];
    const reviews = ['reviewFile', 'reviewSelection', 'reviewChanges', 'applyAllFindings', 'exportFindings'];
    await files.open('run.ts');
    const before = api.runs.list().length;
    for (const command of [...commands, ...setUp, ...reviews]) {
      for (const argument of ['nonsense', 42, true, ['nonsense']]) {
        const outcome = await settled(`agentTeam.${command}`, argument);
        assert.equal(outcome.status, 'rejected', `${command}(${JSON.stringify(argument)})`);
        assert.match(String(outcome.reason), new RegExp(`agentTeam\\.${command}`));
      }
    }
    for (const command of ['reviewFile', 'reviewSelection']) {
      assert.match(await reasonOf(command, files.uri('run.ts').fsPath), /A Uri is expected/);
    }
    for (const command of ['selectModel', 'setApiKey', 'clearApiKey']) {
      assert.equal((await settled(`agentTeam.${command}`, { target: 5 })).status, 'rejected', command);
    }
    assert.equal(api.runs.list().length, before);
  });

  it('do nothing to runs that there are not, and know agents by their other names', async () => {
    for (const command of ['cancelRun', 'pauseRun', 'deleteRun', 'rejectChanges']) {
      assert.equal((await settled(`agentTeam.${command}`, { runId: 'nowhere' })).status, 'fulfilled', command);
    }
    assert.equal((await settled('agentTeam.resetBreaker', { agent: 'Developer' })).status, 'fulfilled');
    assert.match(JSON.stringify(await settled('agentTeam.resetBreaker', { agent: 'nobody' })), /rejected/);
  });

  it('review the changes of the file or folder that is passed', async () => {
    const review = async (uri: vscode.Uri) => {
      const result = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewChanges', uri);
      assert.equal(result.kind, 'review');
      return [...new Set(result.findings.map(({ path }) => path))];
    };
    assert.deepEqual(await review(files.uri('run.ts')), [files.pathOf('run.ts')]);
    assert.deepEqual(await review(files.uri('below')), [files.pathOf('below/other.ts')]);
  });

  it('give the findings of a review as SARIF, or write the file that is named', async () => {
    const { runId } = await vscode.commands.executeCommand<RunResult>('agentTeam.reviewFile', files.uri('run.ts'));
    const sarif = await settled('agentTeam.exportFindings', { runId });
    assert.equal(sarif.status, 'fulfilled');
    assert.equal((sarif.value as { version: string }).version, '2.1.0');
    const file = files.uri('findings.md');
    await vscode.commands.executeCommand('agentTeam.exportFindings', { runId, uri: file.fsPath });
    assert.match(String(await files.bytes('findings.md')), /run\.ts/);
  });

  it('tell a person who clicks in a menu from a program', () => {
    const row = { fromTree: true, id: 'row', runId: 'r' };
    const uri = vscode.Uri.file('/a');
    for (const clicked of [
      undefined,
      null,
      uri,
      row,
      { inputBox: {} },
      { resourceUri: uri },
      { thread: {}, text: '' },
    ]) {
      assert.ok(isFromPerson(clicked), JSON.stringify(clicked));
    }
    const comments = vscode.comments.createCommentController('test', 'Test');
    const control = vscode.scm.createSourceControl('test', 'Test');
    try {
      // What the buttons of a comment and the title of source control pass.
      const thread = comments.createCommentThread(uri, new vscode.Range(0, 0, 0, 1), []);
      assert.ok(isFromPerson(thread) && isFromPerson({ thread, text: 'Why?' }) && isFromPerson(control));
    } finally {
      comments.dispose();
      control.dispose();
    }
    for (const passed of [{}, { runId: 'r' }, 'x', 0, []]) assert.ok(!isFromPerson(passed), JSON.stringify(passed));
    // The title of a tree passes the row that has the focus.
    const schema = z.object({ request: z.string().optional(), runId: z.string().optional() });
    assert.deepEqual(parseArguments(schema, [row], 'x'), { value: { runId: 'r' }, fromPerson: true });
    assert.deepEqual(parseArguments(schema, [uri], 'x'), { value: {}, fromPerson: true });
  });
});

describe('the light bulb', function () {
  this.timeout(60_000);
  const files = new WorkspaceFiles('lit');
  before(async () => {
    await teamApi();
    await files.write('lit.ts', 'export const lit = 1;\n');
  });
  afterEach(closeAll);
  after(() => files.dispose());

  it('offers no agent that any scope switches off, by name or alias', async () => {
    const configuration = vscode.workspace.getConfiguration('agentTeam');
    const { Global, Workspace } = vscode.ConfigurationTarget;
    const { document } = await files.open('lit.ts');
    await configuration.update('agents.disabled', ['Developer'], Global);
    await configuration.update('agents.disabled', ['writer'], Workspace);
    try {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(0, 0, 0, 10),
      );
      const ours = actions.map(({ title }) => title).filter((title) => / with (dev|writer|qa)$/.test(title));
      assert.deepEqual(ours, ['Review with qa']);
    } finally {
      await configuration.update('agents.disabled', undefined, Workspace);
      await configuration.update('agents.disabled', undefined, Global);
    }
  });
});

describe('runs that a window left unfinished', () => {
  it('are shown only where they really go on', async () => {
    const shown: string[] = [];
    for (const goesOn of [false, true]) {
      const notices = new InterruptionNotices({
        resume: async (runId) =>
          goesOn
            ? { runId, result: new Promise(() => undefined), cancel: () => undefined }
            : failure('run.claimed', 'Another window goes on with it.'),
        cancel: async () => undefined,
        show: async (runId) => shown.push(runId),
        memory: new InMemoryMemento() as unknown as vscode.Memento,
        inform: async (_message, ...buttons) => buttons[0],
      });
      await notices.offer([
        { runId: goesOn ? 'goes-on' : 'refused', title: 'x', kind: 'ask', tasks: [] } as unknown as RunView,
      ]);
    }
    assert.deepEqual(shown, ['goes-on']);
  });
});

describe('a second look at the health page', () => {
  afterEach(closeAll);

  it('while the first one checks is the same look', async () => {
    const { extensionUri } = vscode.extensions.getExtension('agent-team.agent-team') ?? assert.fail();
    let checked = 0;
    const gate = new Gate();
    const page = new HealthPage({
      extensionUri,
      versions: () => ({}),
      checks: () => {
        checked += 1;
        return [{ title: 'Gate', run: async () => (await gate.wait(), { state: 'ok' as const, found: 'Open.' }) }];
      },
    });
    try {
      const both = [page.show(), page.show()];
      gate.open();
      const [one, other] = await Promise.all(both);
      assert.equal(one, other);
      assert.equal(checked, 1);
      await page.show();
      assert.equal(checked, 2);
    } finally {
      page.dispose();
    }
    assert.deepEqual(await checkHealth([]), []);
  });
});
