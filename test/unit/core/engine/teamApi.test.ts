// The exported API over a whole window but for VS Code: what the contract promises to other extensions.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { AgentTeamApi, RunResult } from '../../../../src/api';
import type { TeamSettings } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const transfer = (agent: string, reason: string): ScriptedStep => ({
  toolCalls: [{ name: `transfer_to_${agent}`, arguments: { reason } }],
});
const call = (name: string, input: Record<string, unknown> = {}): ScriptedStep => ({
  toolCalls: [{ name, arguments: input }],
});

describe('The API of a window', () => {
  const open = new Set<HeadlessTeam>();
  const clock = new ManualClock();
  let model = new ScriptedModel();
  // Before the folder's: windows close while it is there.
  afterEach(async () => {
    const teams = [...open];
    open.clear();
    for (const team of teams) await team.close();
    for (const { problems } of teams) assert.deepEqual(problems, []);
    model.assertUsed();
  });
  const folder = useTemporaryFolder();

  async function openTeam(steps: ScriptedStep[] = [], settings: Partial<TeamSettings> = {}): Promise<HeadlessTeam> {
    model = new ScriptedModel(steps);
    const tools = [
      new FakeTool('read_file'),
      new FakeTool('search_text', { run: () => ({ text: 'There is no such file.', isError: true }) }),
    ];
    const team = await openHeadlessTeam({ folder: folder(), model: () => model, tools, settings, clock });
    open.add(team);
    return team;
  }

  const topicsOf = async (api: AgentTeamApi, runId: string) =>
    (await api.events.history({ runId })).map(({ topic }) => topic);

  /** Names of the spans, each below its parent. */
  async function treeOf(api: AgentTeamApi, { traceId }: RunResult): Promise<string[]> {
    const spans = await api.traces.spans(traceId);
    const below = (parent: string | undefined, indent: string): string[] =>
      spans
        .filter(({ parentSpanId }) => parentSpanId === parent)
        .flatMap(({ name, status, endTime, spanId }) => [
          `${indent}${name} ${endTime === undefined ? 'open' : status}`,
          ...below(spanId, `${indent}  `),
        ]);
    return below(undefined, '');
  }

  it('answers a routed request with two model calls, events that name their causes, and a whole trace', async () => {
    const { api } = await openTeam([transfer('qa', 'asks for safety'), call('read_file'), { text: 'Fine.' }]);
    const handle = api.ask('is this safe?');
    const result = await handle.result;
    assert.deepEqual(
      [result.status, result.agent, result.text, result.handoffs],
      ['completed', 'qa', 'Fine.', [{ from: 'router', to: 'qa', reason: 'asks for safety' }]],
    );
    assert.deepEqual(result.usage, {
      inputTokens: 30,
      outputTokens: 15,
      cachedInputTokens: 0,
      modelCalls: 3,
      complete: true,
    });
    assert.deepEqual(await treeOf(api, result), [
      'invoke_workflow ask ok',
      '  invoke_agent router ok',
      '    chat scripted ok',
      '    execute_tool transfer_to_qa ok',
      '  invoke_agent qa ok',
      '    chat scripted ok',
      '    execute_tool read_file ok',
      '    chat scripted ok',
    ]);
    const events = await api.events.history({ runId: handle.runId });
    const topicOf = (id: string | undefined) => events.find((event) => event.id === id)?.topic;
    assert.deepEqual(
      events.map(({ topic, causationId, traceId }) => [topic, topicOf(causationId), traceId === result.traceId]),
      [
        ['run.started', undefined, true],
        ['agent.started', 'run.started', true],
        ['model.requested', 'agent.started', true],
        ['model.completed', 'model.requested', true],
        ['route.decided', 'model.completed', true],
        ['agent.completed', 'route.decided', true],
        ['agent.started', 'route.decided', true],
        ['model.requested', 'agent.started', true],
        ['model.completed', 'model.requested', true],
        ['tool.requested', 'model.completed', true],
        ['tool.started', 'tool.requested', true],
        ['tool.completed', 'tool.started', true],
        ['model.requested', 'tool.completed', true],
        ['model.completed', 'model.requested', true],
        ['agent.completed', 'model.completed', true],
        ['run.completed', 'agent.completed', true],
      ],
    );
  });

  it('says on every span below an agent, and on every event of it, under which prompt version it came about', async () => {
    const { api, promptVersions } = await openTeam([transfer('qa', 'safety'), call('read_file'), { text: 'Fine.' }]);
    const result = await api.ask('is this safe?').result;
    const spans = await api.traces.spans(result.traceId);
    const versions = new Set(promptVersions.map(({ version }) => version));
    for (const { name, attributes } of spans) {
      assert.equal(attributes['agent_team.run.id'], result.runId, name);
      if (name.startsWith('invoke_workflow')) continue;
      assert.ok(versions.has(String(attributes['agent_team.prompt.version'])), name);
    }
    for (const { topic, agent, promptVersion } of await api.events.history({ runId: result.runId })) {
      if (agent !== undefined) assert.ok(promptVersion !== undefined && versions.has(promptVersion), topic);
    }
  });

  it('knows a registered agent at once, by the version of the contract, and forgets it when it is disposed', async () => {
    const { api } = await openTeam([{ text: 'SELECT 1' }]);
    const registration = api.agents.register({
      name: 'SQL Expert',
      description: 'Knows SQL.',
      prompt: 'You know SQL.',
      tools: ['search_text', 'read_file'],
    });
    const info = api.agents.list().find(({ name }) => name === 'SQL Expert');
    const json = JSON.stringify(['You know SQL.', ['read_file', 'search_text'], null, null]);
    const version = createHash('sha256').update(json).digest('hex').slice(0, 12);
    assert.deepEqual(
      [info?.promptVersion, info?.source, info?.state, info?.breaker],
      [version, 'api', 'idle', 'closed'],
    );
    const result = await api.ask('how?', { agent: 'sql_expert' }).result;
    assert.equal(result.agent, 'SQL Expert');
    const started = await api.events.history({ runId: result.runId, pattern: 'agent.started' });
    assert.equal(started[0]?.promptVersion, version);
    registration.dispose();
    assert.equal(
      api.agents.list().some(({ name }) => name === 'SQL Expert'),
      false,
    );
    assert.equal((await api.ask('how?', { agent: 'sql_expert' }).result).error?.reason, 'agent.unknown');
  });

  it('gives a follow-up to the agent that answered last, and a new thread to the router', async () => {
    const { api } = await openTeam([
      transfer('dev', 'code'),
      transfer('qa', 'safety'),
      { text: 'One.' },
      { text: 'Two.' },
      transfer('writer', 'words'),
      { text: 'Three.' },
    ]);
    const first = await api.ask('check it').result;
    assert.equal(first.agent, 'qa');
    const second = await api.ask('and now?', { threadId: first.threadId ?? assert.fail() }).result;
    const third = await api.ask('explain').result;
    assert.deepEqual([second.agent, second.threadId, third.agent], ['qa', first.threadId, 'writer']);
    const [decided] = await api.events.history({ runId: second.runId, pattern: 'route.decided' });
    assert.equal((decided?.payload as { by: string }).by, 'thread');
  });

  it('takes aliases, and refuses agents that are switched off or that nobody knows', async () => {
    const { api } = await openTeam([{ text: 'ok' }], { agents: { disabled: ['docs'] } });
    const reasons = [];
    for (const agent of ['tester', 'writer', 'nobody']) {
      const { status, agent: answered, error } = await api.ask('?', { agent }).result;
      reasons.push([status, answered, error?.reason]);
    }
    assert.deepEqual(reasons, [
      ['completed', 'qa', undefined],
      ['failed', undefined, 'agent.disabled'],
      ['failed', undefined, 'agent.unknown'],
    ]);
  });

  it('answers a handoff to an agent that is off, and one straight back, with a result, and goes on', async () => {
    const { api } = await openTeam(
      [
        transfer('writer', 'is off'),
        transfer('qa', 'judge it'),
        transfer('dev', 'back to you'),
        transfer('dev', 'back to you'),
        { text: 'Done.' },
      ],
      { agents: { disabled: ['writer'] } },
    );
    const result = await api.ask('go', { agent: 'dev' }).result;
    assert.deepEqual([result.status, result.agent, result.text], ['completed', 'dev', 'Done.']);
    const rejected = await api.events.history({ runId: result.runId, pattern: 'handoff.rejected' });
    assert.deepEqual(
      rejected.map(({ payload }) => {
        const { from, to, why } = payload as { from: string; to: string; why: string };
        return [from, to, why.slice(0, why.indexOf(':'))];
      }),
      [
        ['dev', 'writer', 'disabled'],
        ['qa', 'dev', 'no_new_facts'],
      ],
    );
  });

  it('leaves tokens and cost unknown where the endpoint or the prices do not tell', async () => {
    const prices = { scripted: { input: 1, output: 2 } };
    const { api } = await openTeam([{ text: 'a' }, { text: 'b', usage: null }], { prices });
    const priced = await api.ask('?', { agent: 'qa' }).result;
    const unknown = await api.ask('?', { agent: 'qa' }).result;
    assert.deepEqual([priced.usage.costUsd, priced.usage.complete], [0.00002, true]);
    assert.deepEqual(unknown.usage, {
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      modelCalls: 1,
      complete: false,
    });
  });

  it('stops a run with a cost budget before a call whose price it does not know', async () => {
    const { api } = await openTeam([], { budget: { maxTokensPerRun: 0, maxCostPerRunUsd: 1 } });
    const result = await api.ask('?').result;
    assert.deepEqual([result.status, result.error?.reason, result.usage.modelCalls], ['failed', 'budget.unpriced', 0]);
  });

  it('fails as rate limited at once where the server asks for more time than there is', async () => {
    const { api } = await openTeam([
      { failure: { reason: 'model.unavailable', status: 503, retryAfterMs: 3_600_000 } },
    ]);
    const result = await api.ask('?', { agent: 'qa' }).result;
    assert.deepEqual([result.error?.reason, result.error?.retryable], ['model.rate_limited', true]);
  });

  it('warns at the third identical failing call and ends the run at the fifth', async () => {
    const failing = call('search_text', { query: 'x' });
    const { api } = await openTeam([failing, failing, failing, failing, failing]);
    const result = await api.ask('?', { agent: 'qa' }).result;
    assert.deepEqual([result.status, result.error?.reason], ['failed', 'agent.no_progress']);
    const told = model.requests.map(({ messages }) => JSON.stringify(messages.at(-1)).includes('Warning'));
    assert.deepEqual(told, [false, false, false, true, true]);
  });

  it('completes an answer that was cut off, with a note', async () => {
    const { api } = await openTeam([{ text: 'Half of', finishReason: 'length' }]);
    const result = await api.ask('?', { agent: 'qa' }).result;
    assert.equal(result.status, 'completed');
    assert.match(result.text, /^Half of\n\n\[The answer was cut off/);
  });

  it('stops a run with what had been streamed, all spans ended, and its request closed', async () => {
    const gate = new Gate();
    const { api } = await openTeam([{ text: 'So far', gateAfterText: gate }]);
    const handle = api.ask('?', { agent: 'qa' });
    await gate.arrived;
    assert.deepEqual(
      api.runs.list().map(({ status, agent }) => [status, agent]),
      [['running', 'qa']],
    );
    assert.equal(api.traces.list()[0]?.endTime, undefined);
    handle.cancel();
    const result = await handle.result;
    assert.deepEqual(
      [result.status, result.text, result.error?.reason, result.agent],
      ['cancelled', 'So far', 'cancelled', 'qa'],
    );
    assert.equal(model.signals[0]?.aborted, true);
    assert.ok((await treeOf(api, result)).every((line) => !line.endsWith('open')));
    assert.equal((await topicsOf(api, handle.runId)).at(-1), 'run.cancelled');
    await api.runs.cancel(handle.runId);
    await api.runs.cancel('unknown');
  });

  it('opens the breaker of an agent that keeps failing, tells so, and refuses it until the time is over', async () => {
    const empty: ScriptedStep = {};
    const { api } = await openTeam([empty, empty, empty, empty, { text: 'Well again.' }], {
      breaker: { failureThreshold: 2, resetSeconds: 30 },
      retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    });
    const breakerOf = () => api.agents.list().find(({ name }) => name === 'qa')?.breaker;
    for (const expected of ['closed', 'open']) {
      assert.equal((await api.ask('?', { agent: 'qa' }).result).error?.reason, 'model.empty');
      assert.equal(breakerOf(), expected);
    }
    assert.equal((await api.ask('?', { agent: 'qa' }).result).error?.reason, 'agent.breaker_open');
    await clock.advance(30_000);
    assert.equal((await api.ask('?', { agent: 'qa' }).result).status, 'completed');
    assert.equal(breakerOf(), 'closed');
    assert.deepEqual(
      (await api.events.history({ pattern: 'breaker.*' })).map(({ topic }) => topic),
      ['breaker.opened', 'breaker.half_opened', 'breaker.closed'],
    );
  });

  it('retries a failed run under the same ids, with a linked root, and adds up usage', async () => {
    const { api } = await openTeam([{ failure: { reason: 'model.bad_request' } }, { text: 'Now it works.' }]);
    const failed = await api.ask('?', { agent: 'qa' }).result;
    assert.equal(failed.status, 'failed');
    const again = api.runs.retry(failed.runId, 'any');
    const result = await again.result;
    assert.deepEqual(
      [again.runId, result.status, result.traceId, result.usage.modelCalls],
      [failed.runId, 'completed', failed.traceId, 2],
    );
    const roots = (await treeOf(api, result)).filter((line) => line.startsWith('invoke_workflow'));
    assert.deepEqual(roots, ['invoke_workflow ask error', 'invoke_workflow ask ok']);
    assert.equal(api.traces.list().length, 1);
    assert.equal((await api.runs.retry('unknown', 'any').result).error?.reason, 'run.unknown');
  });

  it('stops a retry that was cancelled before it began', async () => {
    const { api } = await openTeam([{ failure: { reason: 'model.bad_request' } }]);
    const { runId } = await api.ask('?', { agent: 'qa' }).result;
    const again = api.runs.retry(runId, 'any');
    again.cancel();
    assert.equal((await again.result).status, 'cancelled');
  });

  it('does not let a message that was replaced decide who answers the next one', async () => {
    const { api, engine } = await openTeam([
      { text: 'By qa.' },
      { failure: { reason: 'model.bad_request' } },
      transfer('dev', 'code'),
      { text: 'By dev.' },
    ]);
    const first = await api.ask('@qa look', {}).result;
    const { threadId = assert.fail() } = first;
    await engine.ask('@writer look', { threadId, replaces: first.runId, interactive: true }).result;
    assert.equal((await api.ask('now?', { threadId }).result).agent, 'dev');
    assert.equal(JSON.stringify(model.requests.at(-1)?.messages).includes('By qa.'), false);
  });

  it('gives the newest events, or the first after a sequence number, ascending', async () => {
    const { api } = await openTeam();
    for (let n = 1; n <= 5; n += 1) api.events.publish('user.tick', n);
    const numbers = async (filter: object) =>
      (await api.events.history({ pattern: 'user.*', ...filter })).map(({ payload }) => payload);
    const [first] = await api.events.history({ pattern: 'user.*' });
    const afterSeq = first?.seq ?? assert.fail();
    assert.deepEqual(
      [
        await numbers({}),
        await numbers({ limit: 2 }),
        await numbers({ afterSeq, limit: 2 }),
        await numbers({ limit: 0 }),
      ],
      [[1, 2, 3, 4, 5], [4, 5], [2, 3], []],
    );
    assert.throws(() => api.events.publish('run.started', {}), TypeError);
    assert.throws(() => api.events.publish('user..x', {}), TypeError);
  });

  it('has runs, threads and traces again after a reload, and none of them once they are deleted', async () => {
    const first = await openTeam([{ text: 'One.' }, { text: 'Two.' }]);
    const { threadId = assert.fail(), runId, traceId } = await first.api.ask('one?', { agent: 'qa' }).result;
    await clock.advance(10);
    const later = await first.api.ask('two?', { threadId }).result;
    const before = { runs: first.api.runs.list(), traces: first.api.traces.list() };
    assert.deepEqual(
      before.runs.map((run) => [run.runId, run.title, run.status, run.kind, run.agent, run.endedAt !== undefined]),
      [
        [later.runId, 'two?', 'completed', 'ask', 'qa', true],
        [runId, 'one?', 'completed', 'ask', 'qa', true],
      ],
    );
    open.delete(first);
    await first.close();

    const { api, store } = await openTeam();
    assert.deepEqual({ runs: api.runs.list(), traces: api.traces.list() }, before);
    assert.deepEqual(await api.runs.get(later.runId), later);
    assert.deepEqual(
      (await store.thread(threadId)).map((run) => run.text),
      ['One.', 'Two.'],
    );
    await api.runs.delete(runId);
    await api.runs.delete('unknown');
    assert.deepEqual(
      [api.runs.list().length, await api.runs.get(runId), await topicsOf(api, runId), await api.traces.spans(traceId)],
      [1, undefined, [], []],
    );
    await settle();
    assert.equal(api.traces.list().length, 1);
  });
});
