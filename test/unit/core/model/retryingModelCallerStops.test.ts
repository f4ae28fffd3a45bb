import assert from 'node:assert/strict';
import { failure, isFailure } from '../../../../src/core/failure';
import type { ChatModel } from '../../../../src/core/model/chatModel';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import { pass, setUp } from '../../../support/retryingCallerFixture';

const limits = (requestTimeoutSeconds: number) => ({ limits: { ...DEFAULT_SETTINGS.limits, requestTimeoutSeconds } });

describe('RetryingModelCaller', () => {
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
