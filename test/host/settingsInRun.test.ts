// Settings that change while an agent works: what a person sets counts from the next model call on.
import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { AgentTeamApi, Disposable } from '../../src/api';
import { configure, teamApi, useScriptedServer } from './support/team';

const TOOLS = ['wait_for_settings', 'read_file'];

describe('settings', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let registered: Disposable[] = [];
  let change: () => Promise<void>;
  before(async () => {
    api = await teamApi();
    change = () => Promise.resolve();
    registered = [
      api.tools.register({
        name: 'wait_for_settings',
        description: 'Waits until a person has changed the settings.',
        inputSchema: { type: 'object', properties: {} },
        effect: 'read',
        run: async () => {
          await change();
          return 'changed';
        },
      }),
      api.agents.register({
        name: 'patient',
        description: 'Waits.',
        prompt: 'Wait.',
        tools: TOOLS,
        model: 'own-model',
      }),
    ];
  });
  afterEach(() =>
    configure({
      models: undefined,
      modelOptions: undefined,
      endpoints: undefined,
      'openai.stream': undefined,
      'openai.headers': undefined,
      'agents.disabled': undefined,
    }),
  );
  after(() => {
    for (const each of registered) each.dispose();
  });
  const once = { reply: { toolCalls: [{ name: 'wait_for_settings', arguments: {} }] } };

  it('take effect at the next model call: model, options, headers and streaming', async () => {
    process.env['AGENT_TEAM_TEST_HEADER'] = 'from the environment';
    change = () =>
      configure({
        models: { patient: 'another-model' },
        modelOptions: { patient: { temperature: 0.7, maxOutputTokens: 77 } },
        'openai.headers': { 'X-Later': '${env:AGENT_TEAM_TEST_HEADER}' },
        'openai.stream': false,
      });
    server().script(once, { when: { lastRole: 'tool' }, reply: { text: 'done' } });
    const result = await api.ask('wait', { agent: 'patient' }).result;
    delete process.env['AGENT_TEAM_TEST_HEADER'];
    assert.equal(result.status, 'completed', result.error?.message);
    const [first, second] = server().requests;
    assert.equal(first?.body.model, 'own-model');
    assert.equal(first.body.stream, true);
    assert.equal(first.headers['x-later'], undefined);
    assert.equal(second?.body.model, 'another-model');
    assert.notEqual(second.body.stream, true);
    assert.equal(second.headers['x-later'], 'from the environment');
    const body = JSON.stringify(second.body);
    assert.match(body, /"temperature":0\.7/);
    assert.match(body, /"max(?:_completion)?_tokens":77/);
  });

  it('that switch an agent off count for the handoff that comes next', async () => {
    change = () => configure({ 'agents.disabled': ['docs'] });
    server().script(
      { when: {}, reply: { toolCalls: [{ name: 'wait_for_settings', arguments: {} }] } },
      { reply: { toolCalls: [{ name: 'transfer_to_writer', arguments: { reason: 'words' } }] } },
      { when: { lastRole: 'tool' }, reply: { text: 'alone then' } },
    );
    const agent = api.agents.register({
      name: 'sharing',
      description: 'Hands over.',
      prompt: 'Wait, then hand over.',
      tools: TOOLS,
      handoffs: ['writer'],
    });
    try {
      const result = await api.ask('wait', { agent: 'sharing' }).result;
      assert.equal(result.text, 'alone then', JSON.stringify(result.error));
      assert.equal(result.agent, 'sharing');
      assert.deepEqual(result.handoffs, []);
      const topics = (await api.events.history({ runId: result.runId })).map(({ topic }) => topic);
      assert.ok(topics.includes('handoff.rejected'), topics.join());
    } finally {
      agent.dispose();
    }
  });

  it('say nothing where a header names a variable that is not set, and send nothing', async () => {
    await configure({ 'openai.headers': { 'X-Secret': '${env:AGENT_TEAM_NOT_SET}' } });
    const result = await api.ask('hello', { agent: 'patient' }).result;
    assert.equal(result.status, 'failed');
    assert.match(result.error?.message ?? '', /AGENT_TEAM_NOT_SET/);
    assert.equal(server().requests.length, 0);
  });

  it('make the prompt version with the prompt and the tools, as anybody can compute it', async () => {
    const versionOf = (model: string | null, options: object | null) =>
      createHash('sha256')
        .update(JSON.stringify(['Wait.', [...TOOLS].sort(), model, options]))
        .digest('hex')
        .slice(0, 12);
    const shown = () => api.agents.list().find(({ name }) => name === 'patient')?.promptVersion;
    assert.equal(shown(), versionOf('own-model', null));
    await configure({
      models: { patient: { endpoint: 'openai', model: 'm' }, default: 'other' },
      modelOptions: { patient: { maxOutputTokens: 5, temperature: 0 } },
    });
    const version = versionOf('m', { temperature: 0, maxOutputTokens: 5 });
    assert.equal(shown(), version);
    server().script({ reply: { text: 'hello' } });
    const result = await api.ask('hello', { agent: 'patient' }).result;
    const events = await api.events.history({ runId: result.runId });
    const own = events.filter(({ agent }) => agent === 'patient');
    assert.ok(own.length > 0);
    for (const { topic, promptVersion } of own) assert.equal(promptVersion, version, topic);
    const spans = (await api.traces.spans(result.traceId)).filter(({ name }) => /^(?:invoke_agent|chat) /.test(name));
    assert.equal(spans.length, 2);
    for (const { name, attributes } of spans) assert.equal(attributes['agent_team.prompt.version'], version, name);
  });

  it('let an endpoint by name answer for a role, with headers of its own and without the key of OpenAI', async () => {
    await configure({
      endpoints: { mine: { baseUrl: server().baseUrl, headers: { 'X-Mine': 'yes' } } },
      models: { patient: { endpoint: 'mine', model: 'm1' }, writer: { endpoint: 'offline', model: '' } },
    });
    server().script({ reply: { text: 'from mine' } });
    const result = await api.ask('hello', { agent: 'patient' }).result;
    assert.equal(result.text, 'from mine', result.error?.message);
    const [request] = server().requests;
    assert.equal(request?.body.model, 'm1');
    assert.equal(request.headers['x-mine'], 'yes');
    const offline = await api.ask('explain src/math.ts', { agent: 'writer' }).result;
    assert.equal(offline.usage.modelCalls, 0);
    assert.equal(server().requests.length, 1);
  });

  it('keep an endpoint that a command chose without a model: its default model answers', async () => {
    await configure({ endpoints: { mine: { baseUrl: server().baseUrl, headers: { 'X-Mine': 'yes' } } } });
    const chosen = await vscode.commands.executeCommand('agentTeam.selectModel', { target: 'mine' });
    assert.deepEqual(chosen, { endpoint: 'mine', model: '' });
    server().script({ reply: { text: 'from mine' } });
    const result = await api.ask('hello', { agent: 'dev' }).result;
    assert.equal(result.text, 'from mine', result.error?.message);
    assert.equal(server().requests.at(-1)?.headers['x-mine'], 'yes');
  });
});
