import assert from 'node:assert/strict';
import { Gate, settle } from '../../../support/gate';
import { pass, REQUEST, setUp, spansOf, UNAVAILABLE } from '../../../support/retryingCallerFixture';

describe('RetryingModelCaller', () => {
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
});
