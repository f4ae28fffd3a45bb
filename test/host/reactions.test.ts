// Agents that react, in the real editor: a person saves a file, is asked once, and QA looks at it without any model.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, EventEnvelope, RunSummary } from '../../src/api';
import { at, until, write } from './support/agentFiles';
import { configure, teamApi } from './support/team';

describe('agents that react', () => {
  let api: AgentTeamApi;
  const file = () => at('src/reacted.ts');
  before(async () => {
    await configure({ provider: 'offline' });
    api = await teamApi();
  });
  after(async () => {
    await vscode.commands.executeCommand('agentTeam.disableReaction', { reaction: 'qa-file-saved' });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(file()).then(undefined, () => undefined);
    await configure({ provider: undefined });
  });

  const resume = () => vscode.commands.executeCommand('agentTeam.resumeAgent', { agent: 'qa' });
  // A try that failed leaves nobody paused.
  afterEach(async () => {
    if (api.agents.list().find(({ name }) => name === 'qa')?.state === 'paused') await resume();
  });
  const reactions = () => api.runs.list().filter(({ kind }) => kind === 'reaction');
  const ended = (known: readonly RunSummary[]) =>
    soon('the next reaction to end', () =>
      reactions().find(({ runId, endedAt }) => endedAt !== undefined && !known.some((run) => run.runId === runId)),
    );
  /** A reaction waits for quiet, and its first run loads what it needs. */
  async function soon<T>(what: string, look: () => T | undefined): Promise<T> {
    for (let round = 0; round < 2; round += 1) {
      const found = await until(what, look).catch(() => undefined);
      if (found !== undefined) return found;
    }
    return assert.fail(`waited in vain for ${what}`);
  }
  async function save(text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(file());
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(file(), new vscode.Position(document.lineCount, 0), text);
    await vscode.workspace.applyEdit(edit);
    assert.ok(await document.save());
  }

  it('ask before the first reaction ever, and then look at what was saved', async function () {
    this.timeout(90_000);
    await write(file(), 'export function run(text: string): unknown {\n  return eval(text);\n}\n');
    await vscode.commands.executeCommand('agentTeam.enableReaction', { reaction: 'qa-file-saved' });
    const known = reactions();
    await save('// touched\n');
    const question = await soon('the question', () => api.approvals.list().find(({ tool }) => tool === 'react'));
    assert.equal(question.agent, 'qa');
    api.approvals.resolve(question.id, 'allow');
    const run = await ended(known);
    const result = await api.runs.get(run.runId);
    assert.equal(result?.status, 'completed');
    assert.match(result.text, /reacted\.ts/);
    assert.match(result.text, /no language model was used/);
    const [first] = await api.events.history({ runId: run.runId });
    const saved = (await api.events.history({ pattern: 'file.saved' })).at(-1) as EventEnvelope<{ path: string }>;
    assert.deepEqual([first?.causationId, saved.payload.path], [saved.id, 'src/reacted.ts']);
  });

  it('are not asked about again, and stay quiet while their agent is paused', async function () {
    this.timeout(90_000);
    const known = reactions();
    await vscode.commands.executeCommand('agentTeam.pauseAgent', { agent: 'qa' });
    assert.equal(api.agents.list().find(({ name }) => name === 'qa')?.state, 'paused');
    const refused = await api.ask('is this safe?', { agent: 'qa' }).result;
    assert.equal(refused.error?.reason, 'agent.paused');
    await save('// once more\n');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    assert.equal(reactions().length, known.length);
    await resume();
    const run = await ended(known);
    assert.equal((await api.runs.get(run.runId))?.status, 'completed');
    assert.equal(api.approvals.list().length, 0);
  });

  it('answer to what another extension publishes right after it registered them', async function () {
    this.timeout(60_000);
    const known = reactions();
    const agent = api.agents.register({
      name: 'lookout',
      description: 'Looks out.',
      prompt: 'You look out.',
      tools: ['read_file'],
      on: [{ topic: 'user.signal', prompt: 'Say what the signal says.', debounceMs: 0 }],
    });
    try {
      api.events.publish('user.signal', { path: 'src/reacted.ts' });
      const run = await ended(known);
      assert.equal(run.agent, 'lookout');
    } finally {
      agent.dispose();
    }
  });

  it('show in the view of agents', async () => {
    await vscode.commands.executeCommand('agentTeam.agents.focus');
    await until('the state', () => api.agents.list().every(({ state }) => state === 'idle'));
  });
});
