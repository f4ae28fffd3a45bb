// How far an answer reaches: one call, a run, the workspace until it is revoked; and several questions at once.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import { until } from '../support/processes';
import { configure, teamApi, useScriptedServer } from './support/team';

const command = (text: string) => ({ reply: { toolCalls: [{ name: 'run_command', arguments: { command: text } }] } });
const manage = (revoke?: 'all' | string[]) =>
  vscode.commands.executeCommand<string[]>('agentTeam.manageApprovals', { revoke: revoke ?? [] });

describe('the reach of an answer', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
    await configure({ 'commands.mode': 'ask', 'commands.allow': [] });
  });
  beforeEach(() => manage('all'));
  after(async () => {
    await manage('all');
    await configure({ 'commands.mode': undefined, 'commands.allow': undefined });
  });

  /** Lets qa run these commands; every question is answered with this scope, and counted. */
  async function ask(scope: 'once' | 'run' | 'workspace', ...commands: string[]): Promise<string[]> {
    server().reset();
    server().script(...commands.map(command), { reply: { text: 'done' } });
    const asked: string[] = [];
    const subscription = api.events.subscribe('approval.requested', ({ payload }) => {
      const { id, detail } = payload as { id: string; detail: string };
      asked.push(detail);
      api.approvals.resolve(id, 'allow', { scope });
    });
    const result = await api.ask('go', { agent: 'qa' }).result;
    subscription.dispose();
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    return asked;
  }

  it('is one call, unless the person says more', async () => {
    assert.equal((await ask('once', 'echo a', 'echo a')).length, 2);
  });

  it('is the very command in this run', async () => {
    assert.equal((await ask('run', 'echo a', 'echo a', 'echo a b')).length, 2, 'other words are another command');
    assert.equal((await ask('once', 'echo a')).length, 1, 'the next run asks again');
  });

  it('is the workspace until it is revoked from the list', async () => {
    assert.equal((await ask('workspace', 'echo a')).length, 1);
    assert.equal((await ask('once', 'echo a')).length, 0);
    assert.deepEqual(await manage(), ['echo a']);
    assert.equal((await ask('once', 'echo a; echo b')).length, 1, 'a part that was not allowed asks');
    assert.deepEqual(await manage(['echo a']), []);
    assert.equal((await ask('once', 'echo a')).length, 1);
    await assert.rejects(
      async () => vscode.commands.executeCommand('agentTeam.manageApprovals', { revoke: 1 }),
      /Pass/,
    );
  });

  it('does not hold up others: two agents wait, a third works on', async () => {
    server().reset();
    server().script(
      { when: { lastUser: 'first' }, ...command('echo first') },
      { when: { lastUser: 'second' }, ...command('echo second') },
      { when: { lastUser: 'third' }, reply: { text: 'Three.' } },
      { when: { lastRole: 'tool' }, reply: { text: 'Ran.' } },
      { when: { lastRole: 'tool' }, reply: { text: 'Ran.' } },
    );
    const first = api.ask('first', { agent: 'qa' });
    const second = api.ask('second', { agent: 'dev' });
    await until(() => api.approvals.list().length === 2);
    assert.equal((await api.ask('third', { agent: 'researcher' }).result).text, 'Three.');
    const waiting = api.approvals.list();
    assert.deepEqual(waiting.map(({ agent }) => agent).sort(), ['dev', 'qa']);
    assert.ok(
      waiting.every(({ expiresAt }) => Date.parse(expiresAt ?? '') > Date.now()),
      'none waits for ever',
    );
    for (const { id } of waiting) api.approvals.resolve(id, 'allow');
    assert.deepEqual([(await first.result).status, (await second.result).status], ['completed', 'completed']);
  });
});
