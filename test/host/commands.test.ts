// Commands and tests of agents in a real VS Code: their terminals, their scratch copies, and how they end.
import * as assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import { isAlive, until } from '../support/processes';
import { untilPasses } from '../support/until';
import { configure, teamApi, useScriptedServer } from './support/team';
import { activeEditor } from './support/workspaceFiles';

const call = (name: string, input: object) => ({ reply: { toolCalls: [{ name, arguments: input }] } });
const done = { when: { lastRole: 'tool' }, reply: { text: 'done' } } as const;
const ours = () => vscode.window.terminals.filter(({ name }) => name.startsWith('Agent Team: '));

describe('commands of agents', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    await configure({ 'commands.allow': ['echo', 'cat', 'pwd', 'sleep', 'npm test', 'grep'] });
  });
  after(() => configure({ 'commands.allow': undefined }));
  // Terminals that other tests left would count here.
  const closeOurs = async () => {
    for (const terminal of ours()) terminal.dispose();
    await until(() => ours().length === 0);
  };
  before(closeOurs);
  afterEach(closeOurs);

  /** What the model got as the result of its last tool call. */
  function lastResult(): string {
    const message = server().requests.at(-1)?.body.messages.at(-1);
    assert.equal(message?.role, 'tool');
    return String(message.content);
  }

  it('run in the workspace and stream into a terminal that takes nobody’s focus', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const shown = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'README.md'));
    server().script(call('run_command', { command: 'echo hello; pwd' }), done);
    const result = await api.ask('say hello', { agent: 'qa' }).result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    assert.match(lastResult(), /exit code: 0 · .* s\n\nhello\n/);
    assert.ok(lastResult().includes(folder.uri.fsPath));
    await untilPasses(() =>
      assert.deepEqual(
        ours().map(({ name }) => name),
        ['Agent Team: qa'],
      ),
    );
    await activeEditor(({ document }) => document === shown.document);
    // What is typed still goes to the editor.
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.ok(shown.document.isDirty);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('end with their run, within a second', async () => {
    server().script(call('run_command', { command: 'echo pid $$ > agent-pid.txt; sleep 60; echo never' }));
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'agent-pid.txt');
    await configure({ 'commands.allow': ['echo', 'sleep'], 'commands.mode': 'ask' });
    try {
      const handle = api.ask('wait', { agent: 'qa' });
      await until(() => api.approvals.list().length > 0);
      // The redirection is what it asks about.
      for (const { id } of api.approvals.list()) api.approvals.resolve(id, 'allow');
      const pid = async () => Number(/pid (\d+)/.exec(await readFile(file.fsPath, 'utf8').catch(() => ''))?.[1] ?? 0);
      await until(async () => (await pid()) > 0);
      const leader = await pid();
      const startMs = performance.now();
      handle.cancel();
      assert.equal((await handle.result).status, 'cancelled');
      await until(async () => !(await isAlive(leader)));
      const tookMs = performance.now() - startMs;
      assert.ok(tookMs < 3000, `${tookMs} ms; a second is promised, the rest is the time of a slow machine`);
    } finally {
      await configure({
        'commands.allow': ['echo', 'cat', 'pwd', 'sleep', 'npm test', 'grep'],
        'commands.mode': undefined,
      });
      await vscode.workspace.fs.delete(file);
    }
  });

  it('are stopped by closing their terminal, and the agent goes on', async () => {
    server().script(call('run_command', { command: 'echo started; sleep 60' }), done);
    const handle = api.ask('wait', { agent: 'qa' });
    await until(() => ours().length > 0);
    for (const terminal of ours()) terminal.dispose();
    const result = await handle.result;
    assert.equal(result.status, 'completed');
    assert.match(lastResult(), /stopped by the person/);
  });

  it('test the state that an agent proposes, before it is accepted', async () => {
    server().script(
      call('create_file', { path: 'notes/proposed.txt', content: 'proposed text\n' }),
      { when: { lastRole: 'tool' }, ...call('run_command', { command: 'cat notes/proposed.txt; pwd' }) },
      done,
    );
    const handle = api.ask('add a note', { agent: 'dev' });
    assert.equal((await handle.result).status, 'completed');
    assert.match(lastResult(), /Ran in a scratch copy of the workspace[^]*\n\nproposed text\n/);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, 'notes/proposed.txt');
    await assert.rejects(async () => vscode.workspace.fs.stat(file));
    await api.changes.reject(handle.runId);
  });

  it('run the workspace’s own tests, and report what they came to', async function () {
    this.timeout(60_000);
    server().script(call('run_tests', { path: 'test/math.test.ts' }), done);
    await configure({ 'commands.allow': ['npm test', 'node --test'] });
    const result = await api.ask('test it', { agent: 'qa' }).result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    const [finished] = (await api.events.history({ runId: result.runId })).filter(
      ({ topic }) => topic === 'tests.finished',
    );
    assert.ok(finished, lastResult());
    const { passed, failed } = finished.payload as { passed: number; failed: number };
    assert.ok(passed + failed > 0);
    assert.match(lastResult(), new RegExp(`${passed} passed, ${failed} failed`));
    assert.equal(finished.agent, 'qa');
  });
});
