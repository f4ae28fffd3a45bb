// Approvals as another extension sees them, and the scopes of the settings that widen rights, in a real VS Code.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, Approval, EventEnvelope } from '../../src/api';
import { configure, teamApi, topicsOf, useScriptedServer } from './support/team';

const call = (name: string, input: object) => ({ toolCalls: [{ name, arguments: input }] });

describe('approvals in a window', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  const runs: string[] = [];
  const tool = {
    name: 'deploy_site',
    description: 'Deploys the site.',
    inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    effect: 'execute' as const,
    run: async () => {
      runs.push('deployed');
      return 'Deployed.';
    },
  };
  before(async () => {
    api = await teamApi();
  });
  const registered: { dispose(): void }[] = [];
  beforeEach(() => runs.splice(0));
  afterEach(() => {
    for (const item of registered.splice(0)) item.dispose();
  });
  after(async () => {
    await configure({ 'commands.mode': undefined, 'commands.allow': undefined });
  });

  /** Resolves with the next question that waits. */
  const nextApproval = () =>
    new Promise<Approval>((resolve) => {
      const subscription = api.events.subscribe('approval.requested', (event: EventEnvelope) => {
        subscription.dispose();
        resolve(event.payload as Approval);
      });
    });

  /** An agent of the test's own that may use the tool; it goes with the test. */
  function registerDeployer(): void {
    if (registered.length > 0) return;
    const agent = { name: 'deployer', description: 'Deploys.', prompt: 'You deploy.', tools: ['deploy_site'] };
    registered.push(api.tools.register(tool), api.agents.register(agent));
  }

  /** The agent, asked once. */
  function askDeployer(answer: string) {
    server().script(
      { reply: { text: 'I deploy what was tested.', ...call('deploy_site', { to: 'staging' }) } },
      { when: { lastRole: 'tool' }, reply: { text: answer } },
    );
    registerDeployer();
    const asked = nextApproval();
    const run = api.ask('deploy', { agent: 'deployer' });
    return { run, asked };
  }

  it('wait in the list, say who asks and why, and let the call go on once allowed', async () => {
    const { run, asked } = askDeployer('Done.');
    const approval = await asked;
    assert.deepEqual(
      api.approvals.list().map(({ id }) => id),
      [approval.id],
    );
    assert.equal(approval.runId, run.runId);
    assert.deepEqual(
      [approval.agent, approval.tool, approval.why],
      ['deployer', 'deploy_site', 'I deploy what was tested.'],
    );
    assert.equal((await api.runs.get(run.runId))?.status, 'waiting-approval');
    assert.deepEqual(runs, [], 'nothing happens before the answer');
    api.approvals.resolve(approval.id, 'allow');
    const result = await run.result;
    assert.deepEqual([result.status, result.text, runs], ['completed', 'Done.', ['deployed']]);
    assert.deepEqual(api.approvals.list(), []);
    const events = await api.events.history({ runId: run.runId });
    assert.deepEqual(
      topicsOf(events).filter((topic) => topic.startsWith('approval.')),
      ['approval.requested', 'approval.granted'],
    );
    const spans = await api.traces.spans(result.traceId);
    const span = spans.find(({ name }) => name === 'approval deploy_site');
    const parent = spans.find(({ spanId }) => spanId === span?.parentSpanId);
    assert.equal(parent?.name, 'execute_tool deploy_site');
    api.approvals.resolve(approval.id, 'deny');
  });

  it('give a denial and its reason to the model', async () => {
    const { run, asked } = askDeployer('Left open.');
    const approval = await asked;
    assert.throws(() => api.approvals.resolve(approval.id, 'maybe' as 'allow'), TypeError);
    api.approvals.resolve(approval.id, 'deny', { reason: 'Not on a Friday.' });
    const result = await run.result;
    assert.deepEqual([result.status, runs], ['completed', []]);
    assert.match(String(server().requests.at(-1)?.body.messages.at(-1)?.content), /Not on a Friday\./);
  });

  it('are answered by the command too, and end with their run', async () => {
    const first = askDeployer('Done.');
    const approval = await first.asked;
    await vscode.commands.executeCommand('agentTeam.resolveApproval', { id: approval.id, decision: 'allow' });
    assert.equal((await first.run.result).status, 'completed');
    server().reset();
    const second = askDeployer('unused');
    await second.asked;
    const stopped = Date.now();
    second.run.cancel();
    const result = await second.run.result;
    assert.equal(result.status, 'cancelled');
    assert.ok(Date.now() - stopped < 3_000, 'within the second that is promised, and the time of a slow machine');
    assert.deepEqual(api.approvals.list(), []);
    assert.deepEqual(runs, ['deployed']);
    server().reset();
  });

  it('refuses without a question where commands are off', async () => {
    await configure({ 'commands.mode': 'deny' });
    server().script(
      { reply: call('deploy_site', { to: 'staging' }) },
      { when: { lastRole: 'tool' }, reply: { text: 'Left open.' } },
    );
    registerDeployer();
    const result = await api.ask('deploy', { agent: 'deployer' }).result;
    assert.deepEqual([result.status, runs], ['completed', []]);
    assert.match(String(server().requests.at(-1)?.body.messages.at(-1)?.content), /agentTeam\.commands\.mode is deny/);
    await configure({ 'commands.mode': undefined });
  });
});

describe('the settings that widen rights', () => {
  for (const key of ['edits.mode', 'commands.mode', 'commands.allow', 'protectedFiles']) {
    it(`${key} can't be set by a workspace`, async () => {
      const configuration = vscode.workspace.getConfiguration('agentTeam');
      const value = key.endsWith('mode') ? 'auto' : ['rm'];
      await assert.rejects(async () => configuration.update(key, value, vscode.ConfigurationTarget.Workspace));
    });
  }

  describe('of commands', () => {
    const server = useScriptedServer();
    const configuration = () => vscode.workspace.getConfiguration('agentTeam');
    after(async () => {
      await configuration().update('commands.deny', undefined, vscode.ConfigurationTarget.Workspace);
      await configure({ 'commands.allow': undefined });
    });

    async function resultOf(command: string): Promise<string> {
      server().script(
        { reply: call('run_command', { command }) },
        { when: { lastRole: 'tool' }, reply: { text: 'Done.' } },
      );
      const api = await teamApi();
      assert.equal((await api.ask('run it', { agent: 'dev' }).result).status, 'completed');
      return String(server().requests.at(-1)?.body.messages.at(-1)?.content);
    }

    it('let an allowed command run without a question, until the workspace denies it', async () => {
      await configure({ 'commands.allow': ['echo'] });
      assert.match(await resultOf('echo "$((40 + 2))"'), /exit code: 0[\s\S]*42/);
      server().reset();
      await configuration().update('commands.deny', ['echo'], vscode.ConfigurationTarget.Workspace);
      assert.match(await resultOf('env echo hello'), /agentTeam\.commands\.deny has `echo`/);
    });
  });
});
