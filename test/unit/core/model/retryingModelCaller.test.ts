import assert from 'node:assert/strict';
import { failure, isFailure } from '../../../../src/core/failure';
import type { ChatMessage, ChatModel } from '../../../../src/core/model/chatModel';
import type { ModelCallRequest } from '../../../../src/core/model/modelCaller';
import { RetryingModelCaller, type RetryingModelCallerOptions } from '../../../../src/core/model/retryingModelCaller';
import { BreakerRegistry } from '../../../../src/core/resilience/breakerRegistry';
import { RunBudget } from '../../../../src/core/resilience/runBudget';
import type { LiveDelta } from '../../../../src/core/runs/liveText';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';
import { RecordedRun, type RecordedSpan } from '../../../support/recordedRun';
import { ScriptedModel, type ScriptedModelOptions, type ScriptedStep } from '../../../support/scriptedModel';

const HELLO: ChatMessage = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const REQUEST: ModelCallRequest = { role: 'dev', messages: [HELLO], tools: [] };
const UNAVAILABLE: ScriptedStep = { failure: { reason: 'model.unavailable', status: 503 } };

interface SetUpOptions extends ScriptedModelOptions {
  settings?: Partial<TeamSettings>;
  caller?: Partial<RetryingModelCallerOptions>;
}

function setUp(steps: ScriptedStep[], { settings = {}, caller = {}, ...model }: SetUpOptions = {}) {
  const clock = new ManualClock();
  const all: TeamSettings = { ...DEFAULT_SETTINGS, ...settings };
  const run = new RecordedRun();
  const scripted = new ScriptedModel(steps, model);
  const breakers = new BreakerRegistry({ clock, settings: () => all, publisher: run.publisher });
  const budget = new RunBudget(() => ({
    maxTokens: all.budget.maxTokensPerRun,
    maxCostUsd: all.budget.maxCostPerRunUsd,
  }));
  let ids = 0;
  const models = new RetryingModelCaller({
    select: () => Promise.resolve({ model: scripted, why: 'scripted' }),
    settings: () => all,
    breakers,
    budgetFor: () => budget,
    clock,
    newId: () => `call-${(ids += 1)}`,
    random: () => 1,
    ...caller,
  });
  const deltas: string[] = [];
  run.live.subscribe(({ channel, text, restart }: LiveDelta) =>
    deltas.push(`${restart ? 'restart ' : ''}${channel}:${text}`),
  );
  const call = (request: Partial<ModelCallRequest> = {}) => models.call({ ...REQUEST, ...request }, run.context);
  return { clock, run, model: scripted, breakers, budget, models, deltas, call };
}

/** Lets the call run until it waits for the clock, and gives the clock that time. */
async function pass(clock: ManualClock, byMs: number): Promise<void> {
  await settle();
  await clock.advance(byMs);
}

const limits = (requestTimeoutSeconds: number) => ({ limits: { ...DEFAULT_SETTINGS.limits, requestTimeoutSeconds } });
const spansOf = (run: RecordedRun): RecordedSpan[] => run.tracing.spans.slice(1);

describe('RetryingModelCaller', () => {
  describe('a call that is answered', () => {
    it('reports request and answer in order, each with its cause, one chat span, usage and live text', async () => {
      const { run, call, model, deltas } = setUp([
        {
          text: ['Hel', 'lo'],
          reasoning: 'Hm',
          usage: { inputTokens: 7, outputTokens: 3, cachedInputTokens: 2 },
          responseModel: 'm-1',
          responseId: 'r-1',
        },
      ]);
      const outcome = await call();
      model.assertUsed();
      assert.ok(outcome.kind === 'completed');
      assert.deepEqual(outcome.message, { role: 'assistant', text: 'Hello', reasoning: 'Hm', toolCalls: [] });
      const [started, requested, completed, ...others] = run.events;
      assert.deepEqual(others, []);
      assert.deepEqual(
        [requested?.topic, requested?.causationId, completed?.topic, completed?.causationId, outcome.eventId],
        ['model.requested', started?.id, 'model.completed', requested?.id, completed?.id],
      );
      assert.deepEqual(run.spanTree(), ['chat scripted']);
      const [span] = spansOf(run);
      assert.ok(span);
      assert.equal(span.options.kind, 'client');
      assert.equal(requested?.spanId, span.spanId);
      const { attributes } = span;
      assert.deepEqual(
        [
          'operation.name',
          'request.model',
          'response.model',
          'response.id',
          'usage.input_tokens',
          'usage.output_tokens',
          'usage.cache_read.input_tokens',
        ].map((name) => attributes[`gen_ai.${name}`]),
        ['chat', 'scripted', 'm-1', 'r-1', 7, 3, 2],
      );
      assert.deepEqual(deltas, ['reasoning:Hm', 'text:Hel', 'text:lo']);
      assert.deepEqual(run.live.current(), []);
      const usage = { inputTokens: 7, outputTokens: 3, cachedInputTokens: 2, modelCalls: 1, complete: true };
      assert.deepEqual(run.usage.snapshot(), usage);
    });

    it('keeps content in the span only where it may', async () => {
      for (const captureContent of [true, false]) {
        const { run, call } = setUp([{ text: 'secret answer' }], {
          settings: { trace: { ...DEFAULT_SETTINGS.trace, captureContent } },
        });
        await call();
        const kept = JSON.stringify(spansOf(run)[0]?.attributes);
        assert.equal(kept.includes('secret answer') && kept.includes('Hello'), captureContent);
      }
    });

    it('counts its cost, and leaves it unknown without a price or without counts', async () => {
      const prices = { scripted: { input: 1, output: 2 } };
      const steps: ScriptedStep[] = [{ usage: { inputTokens: 1e6, outputTokens: 1e6 } }];
      const priced = setUp(steps, { settings: { prices } });
      await priced.call();
      assert.equal(priced.run.usage.snapshot().costUsd, 3);
      assert.equal(spansOf(priced.run)[0]?.attributes['agent_team.cost.usd'], 3);
      const unpriced = setUp(steps);
      await unpriced.call();
      assert.equal(unpriced.run.usage.snapshot().costUsd, undefined);
      const uncounted = setUp([{ text: 'x', usage: null }], { settings: { prices } });
      await uncounted.call();
      assert.deepEqual(
        [uncounted.run.usage.snapshot().costUsd, uncounted.run.usage.snapshot().complete],
        [undefined, false],
      );
    });

    it('merges model options by role: built-in, definition, settings', async () => {
      const { call, model } = setUp([{}, {}, {}], {
        settings: { modelOptions: { default: { temperature: 0.9, maxOutputTokens: 100 }, dev: { temperature: 0.5 } } },
        caller: { definedOptions: (role) => (role === 'dev' ? { temperature: 0.1, maxOutputTokens: 50 } : undefined) },
      });
      await call({ role: 'router' });
      await call({ role: 'dev' });
      await call({ role: 'qa' });
      assert.deepEqual(
        model.requests.map(({ temperature, maxOutputTokens }) => [temperature, maxOutputTokens]),
        [
          [0, 100],
          [0.5, 50],
          [0.9, 100],
        ],
      );
    });

    it('renames call ids that the conversation has used', async () => {
      const { call, run } = setUp([
        {
          toolCalls: [
            { name: 'a', id: 'x' },
            { name: 'a', id: 'y' },
            { name: 'a', id: 'y' },
          ],
        },
      ]);
      const history: ChatMessage[] = [
        { role: 'assistant', text: '', toolCalls: [{ id: 'x', name: 'a', arguments: {} }] },
        { role: 'tool', toolCallId: 'x', text: 'ok' },
      ];
      const outcome = await call({ messages: [HELLO, ...history] });
      assert.ok(outcome.kind === 'completed');
      const ids = outcome.message.toolCalls.map(({ id }) => id);
      assert.deepEqual(ids, ['x_2', 'y', 'y_2']);
      assert.deepEqual(
        run.payloads('model.completed')[0]?.toolCalls.map(({ id }) => id),
        ids,
      );
    });
  });

  describe('a call that is not made', () => {
    it('fails with what the choice of a model failed with', async () => {
      const { call, run } = setUp([], {
        caller: { select: () => Promise.resolve(failure('model.consent_required', 'Ask.')) },
      });
      const outcome = await call();
      assert.ok(outcome.kind === 'failed');
      assert.equal(outcome.failure.reason, 'model.consent_required');
      assert.deepEqual(run.topics({ models: true }), []);
    });

    it('refuses a history that no server would take', async () => {
      const { call, model } = setUp([]);
      const outcome = await call({ messages: [HELLO, { role: 'tool', toolCallId: 'nobody', text: 'x' }] });
      assert.ok(outcome.kind === 'failed');
      assert.equal(outcome.failure.reason, 'model.invalid_history');
      assert.equal(model.requests.length, 0);
    });

    it('refuses what clearly does not fit into the model', async () => {
      const { call, models, run } = setUp([], { contextTokens: 100 });
      const long: ChatMessage = { role: 'user', content: [{ type: 'text', text: 'many words '.repeat(200) }] };
      const outcome = await call({ messages: [long] });
      assert.ok(outcome.kind === 'failed' && outcome.failure.reason === 'model.context_too_long');
      assert.equal(await models.contextTokens('dev', run.context), 100);
    });

    it('is cancelled where the run was stopped before', async () => {
      const { call, run, model } = setUp([]);
      run.controller.abort();
      const outcome = await call();
      assert.ok(outcome.kind === 'failed' && outcome.failure.reason === 'cancelled');
      assert.equal(model.requests.length, 0);
    });
  });

  it('leaves no trace of a model for the offline policy', async () => {
    const { call, run, breakers } = setUp([{ text: 'By rules.' }], {
      isLanguageModel: false,
      id: { endpoint: 'offline' },
    });
    const outcome = await call();
    assert.ok(outcome.kind === 'completed');
    assert.deepEqual([outcome.message.text, outcome.eventId], ['By rules.', undefined]);
    assert.deepEqual([run.topics({ models: true }), run.spanTree(), run.usage.snapshot().modelCalls], [[], [], 0]);
    assert.deepEqual(breakers.list(), []);
  });

  describe('retries', () => {
    it('tries transient failures again after growing waits, each attempt with its span, each wait with its own', async () => {
      const { call, run, clock, model } = setUp([
        UNAVAILABLE,
        { failure: { reason: 'model.timeout' } },
        { text: 'ok' },
      ]);
      const outcome = call();
      await settle();
      assert.deepEqual(run.tracing.spans.at(-1)?.name, 'wait backoff');
      await clock.advance(499);
      assert.equal(model.requests.length, 1);
      await clock.advance(1);
      assert.equal(model.requests.length, 2);
      await clock.advance(1_000);
      assert.equal((await outcome).kind, 'completed');
      model.assertUsed();
      assert.deepEqual(run.topics({ models: true }), [
        'model.requested',
        'model.retrying',
        'model.requested',
        'model.retrying',
        'model.requested',
        'model.completed',
      ]);
      const causes = run.events.slice(1).map(({ causationId }) => causationId);
      assert.deepEqual(
        causes,
        run.events.slice(0, -1).map(({ id }) => id),
        'each names the one before',
      );
      assert.deepEqual(run.spanTree(), [
        'chat scripted !',
        'wait backoff',
        'chat scripted !',
        'wait backoff',
        'chat scripted',
      ]);
      assert.deepEqual(
        spansOf(run).map(({ attributes }) => attributes['agent_team.model.attempt']),
        [1, undefined, 2, undefined, 3],
      );
      const { modelCalls, complete } = run.usage.snapshot();
      assert.deepEqual([modelCalls, complete], [3, false], 'every attempt counts');
      assert.deepEqual(clock.pending(), [], 'no timer is left');
    });

    it('gives up after the attempts that are set', async () => {
      const { call, run, clock, model } = setUp([UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE]);
      const outcome = call();
      for (let wait = 0; wait < 3; wait += 1) await pass(clock, 30_000);
      const failed = await outcome;
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'model.unavailable');
      model.assertUsed();
      assert.equal(run.events.at(-1)?.topic, 'model.failed');
      assert.equal(failed.eventId, run.events.at(-1)?.id);
    });

    it('does not try final failures again', async () => {
      for (const reason of ['model.unauthorized', 'model.bad_request', 'model.quota_exceeded'] as const) {
        const { call, model } = setUp([{ failure: { reason } }]);
        const failed = await call();
        assert.ok(failed.kind === 'failed' && failed.failure.reason === reason);
        model.assertUsed();
      }
    });

    it('begins the live text again when a stream broke off, and does not execute what it had brought', async () => {
      const { call, clock, deltas } = setUp([
        { text: ['Half an ', 'ans'], failure: { reason: 'model.broken_stream' } },
        { text: 'Whole.' },
      ]);
      const outcome = call();
      await pass(clock, 500);
      const completed = await outcome;
      assert.ok(completed.kind === 'completed');
      assert.equal(completed.message.text, 'Whole.');
      assert.deepEqual(deltas, ['text:Half an ', 'text:ans', 'restart text:', 'text:Whole.']);
    });

    it('waits for Retry-After in full, beyond its own maximum', async () => {
      const { call, run, clock, model } = setUp([
        { failure: { reason: 'model.rate_limited', retryAfterMs: 90_000 } },
        { text: 'ok' },
      ]);
      const outcome = call();
      await pass(clock, 89_999);
      assert.equal(model.requests.length, 1);
      await clock.advance(1);
      assert.equal((await outcome).kind, 'completed');
      assert.equal(run.payloads('model.retrying')[0]?.delayMs, 90_000);
      assert.ok(run.spanTree().includes('wait rate_limit'));
    });

    it('fails as rate limited at once where the deadline does not allow the wait', async () => {
      const scripted = setUp([{ failure: { reason: 'model.unavailable', status: 503, retryAfterMs: 700_000 } }]);
      const outcome = await scripted.call();
      assert.ok(outcome.kind === 'failed' && outcome.failure.reason === 'model.rate_limited');
      assert.match(outcome.failure.message, /700 s/);
      const { models, run, clock } = setUp([{ failure: { reason: 'model.rate_limited', retryAfterMs: 5_000 } }]);
      const deadline = { at: clock.now() + 4_000, hold: () => ({ dispose: () => undefined }) };
      const soon = await models.call(REQUEST, run.context.with({ deadline }));
      assert.ok(soon.kind === 'failed' && soon.failure.reason === 'model.rate_limited');
    });

    it('ends a wait at once when the run is stopped', async () => {
      const { call, run, clock, breakers } = setUp([UNAVAILABLE]);
      const outcome = call();
      await settle();
      run.controller.abort();
      const failed = await outcome;
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'cancelled');
      assert.deepEqual(run.topics({ models: true }), ['model.requested', 'model.retrying', 'model.failed']);
      assert.deepEqual(clock.pending(), []);
      assert.equal(breakers.list()[0]?.failures, 0, 'a stop speaks against nobody');
    });

    it('leaves the cost known when an attempt was turned away before any work', async () => {
      const { call, clock, run } = setUp([UNAVAILABLE, { usage: { inputTokens: 1e6, outputTokens: 0 } }], {
        settings: { prices: { scripted: { input: 1, output: 1 } } },
      });
      const outcome = call();
      await pass(clock, 500);
      await outcome;
      assert.deepEqual([run.usage.snapshot().costUsd, run.usage.snapshot().complete], [1, false]);
    });
  });

  describe('time and stops', () => {
    it('ends a call that never answers, whatever the model does with its signal', async () => {
      const { call, clock, run } = setUp([], {
        settings: { ...limits(10), retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 } },
        caller: { select: () => Promise.resolve({ model: deaf, why: 'test' }) },
      });
      const outcome = call();
      await pass(clock, 10_000);
      const failed = await outcome;
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'model.timeout');
      assert.deepEqual(run.spanTree(), ['chat deaf !']);
      assert.deepEqual(clock.pending(), []);
    });

    it('ends a stream that falls silent, not one that is slow', async () => {
      const gates = [new Gate(), new Gate()];
      const { call, clock } = setUp([], {
        settings: { ...limits(1_000), retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 } },
        caller: { select: () => Promise.resolve({ model: dripping(gates), why: 'test' }) },
      });
      const outcome = call();
      await pass(clock, 59_000);
      gates[0]?.open();
      await pass(clock, 59_000);
      assert.equal(clock.pending().length, 2, 'it still waits');
      await clock.advance(1_000);
      const failed = await outcome;
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'model.timeout');
      assert.equal(failed.text, '..', 'what had been streamed');
    });

    it('ends an answer that has no end in sight, once', async () => {
      let [streams, open] = [0, 0];
      const model: ChatModel = {
        id: { provider: 'openai', endpoint: 'openai', model: 'scripted' },
        acceptsImages: false,
        isLanguageModel: true,
        async *stream() {
          streams += 1;
          open += 1;
          try {
            for (;;) yield await Promise.resolve({ type: 'text' as const, text: 'x'.repeat(500_000) });
          } finally {
            open -= 1;
          }
        },
      };
      const { call } = setUp([], { caller: { select: () => Promise.resolve({ model, why: 'test' }) } });
      const failed = await call();
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'model.broken_stream');
      assert.equal(failed.failure.retryable, false);
      await settle();
      assert.deepEqual([streams, open], [1, 0]);
    });

    it('is cancelled at once in the middle of a stream, with what had been streamed', async () => {
      const gate = new Gate();
      const { call, run, model } = setUp([{ text: 'Half', gateAfterText: gate }]);
      const outcome = call();
      await gate.arrived;
      assert.equal(run.live.current('run-1')[0]?.text, 'Half');
      run.controller.abort();
      const failed = await outcome;
      assert.ok(failed.kind === 'failed');
      assert.deepEqual([failed.failure.reason, failed.text], ['cancelled', 'Half']);
      assert.equal(model.signals[0]?.aborted, true, 'the socket is closed');
      assert.equal(run.payloads('model.failed')[0]?.text, 'Half');
    });

    it('says why its signal was aborted where the signal carries a failure', async () => {
      const { call, run } = setUp([{ gate: new Gate() }]);
      const outcome = call();
      await settle();
      run.controller.abort(failure('task.timeout', 'The task took too long.'));
      const failed = await outcome;
      assert.ok(failed.kind === 'failed' && failed.failure.reason === 'task.timeout');
    });

    it('takes an adapter that throws for a bug that no retry mends', async () => {
      const { call } = setUp([
        () => {
          throw new Error('oops');
        },
      ]);
      const failed = await call();
      assert.ok(failed.kind === 'failed' && isFailure(failed.failure));
      assert.equal(failed.failure.message, 'Internal error: oops');
    });
  });

  describe('the breaker of the endpoint', () => {
    const settings = {
      retry: { maxAttempts: 2, baseDelayMs: 10, maxDelayMs: 10 },
      breaker: { failureThreshold: 2, resetSeconds: 30 },
    };

    it('opens after failures that retries did not mend, refuses without a request, and sends exactly one probe', async () => {
      const gate = new Gate();
      const { call, clock, run, model } = setUp(
        [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, { text: 'ok', gate }, { text: 'ok' }],
        { settings },
      );
      for (let count = 0; count < 2; count += 1) {
        const outcome = call();
        await pass(clock, 10);
        assert.equal((await outcome).kind, 'failed');
      }
      assert.equal(run.events.at(-1)?.topic, 'breaker.opened');
      assert.equal(run.events.at(-1)?.causationId, run.events.at(-2)?.id);
      const refused = await call();
      assert.ok(refused.kind === 'failed' && refused.failure.reason === 'model.breaker_open');
      await clock.advance(30_000);
      const probe = call();
      await gate.arrived;
      const during = await Promise.all([call(), call(), call()]);
      assert.ok(
        during.every((outcome) => outcome.kind === 'failed' && outcome.failure.reason === 'model.breaker_open'),
      );
      assert.equal(model.requests.length, 5);
      gate.open();
      assert.equal((await probe).kind, 'completed');
      assert.equal((await call()).kind, 'completed');
      model.assertUsed();
      const topics = run.topics().filter((topic) => topic.startsWith('breaker.'));
      assert.deepEqual(topics, ['breaker.opened', 'breaker.half_opened', 'breaker.closed']);
    });

    it('does not retry the probe', async () => {
      const { call, clock, model, breakers } = setUp(
        [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE],
        { settings },
      );
      for (let count = 0; count < 2; count += 1) {
        const outcome = call();
        await pass(clock, 10);
        await outcome;
      }
      await clock.advance(30_000);
      assert.equal((await call()).kind, 'failed');
      model.assertUsed();
      assert.equal(breakers.state('endpoint', 'openai'), 'open');
    });

    it('stops retrying once others have opened it', async () => {
      const { call, clock, model } = setUp([UNAVAILABLE, UNAVAILABLE], {
        settings: {
          ...settings,
          breaker: { failureThreshold: 1, resetSeconds: 30 },
          retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
        },
      });
      await Promise.all([call(), call()]);
      assert.deepEqual(clock.pending(), []);
      model.assertUsed();
    });

    it('does not count refusals, stops and bad requests', async () => {
      const { call, breakers } = setUp(
        (['model.unauthorized', 'model.bad_request', 'model.context_too_long', 'cancelled'] as const).map((reason) => ({
          failure: { reason },
        })),
        { settings },
      );
      for (let count = 0; count < 4; count += 1) await call();
      assert.deepEqual([breakers.state('endpoint', 'openai'), breakers.list()[0]?.failures], ['closed', 0]);
    });
  });

  describe('the budget of the run', () => {
    const budget = (maxTokensPerRun: number, maxCostPerRunUsd = 0) => ({
      settings: { budget: { maxTokensPerRun, maxCostPerRunUsd } },
    });

    it('stops a call that it does not cover before it is made', async () => {
      const { call, run, model } = setUp([{ usage: { inputTokens: 500, outputTokens: 450 } }], budget(1_000));
      assert.equal((await call()).kind, 'completed');
      const refused = await call();
      assert.ok(refused.kind === 'failed' && refused.failure.reason === 'budget.exceeded');
      model.assertUsed();
      assert.deepEqual(run.topics({ models: true }), [
        'model.requested',
        'budget.warned',
        'model.completed',
        'budget.exceeded',
      ]);
      assert.ok((model.requests[0]?.maxOutputTokens ?? 0) < 1_000, 'the answer is held to what is left');
    });

    it('shows a wait for others as a span', async () => {
      const gate = new Gate();
      const { call, run, model } = setUp(
        [{ text: 'a', gate, usage: { inputTokens: 5, outputTokens: 5 } }, { text: 'b' }],
        budget(1_000),
      );
      const first = call();
      await gate.arrived;
      const second = call();
      await settle();
      assert.equal(model.requests.length, 1);
      gate.open();
      assert.deepEqual([(await first).kind, (await second).kind], ['completed', 'completed']);
      assert.deepEqual(run.spanTree(), ['chat scripted', 'wait queue', 'chat scripted']);
    });

    it('stops with budget.unpriced where the price is unknown', async () => {
      const { call, model } = setUp([], budget(0, 1));
      const refused = await call();
      assert.ok(refused.kind === 'failed' && refused.failure.reason === 'budget.unpriced');
      model.assertUsed();
    });
  });
});

/** A model that neither answers nor listens to its signal. */
const deaf: ChatModel = {
  id: { provider: 'openai', endpoint: 'openai', model: 'deaf' },
  acceptsImages: false,
  isLanguageModel: true,
  stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }),
};

/** A model that says a dot, then one more at each gate, and then nothing for ever. */
function dripping(gates: readonly Gate[]): ChatModel {
  return {
    ...deaf,
    async *stream() {
      yield { type: 'text', text: '.' };
      for (const gate of gates) {
        await gate.wait();
        yield { type: 'text', text: '.' };
      }
    },
  };
}
