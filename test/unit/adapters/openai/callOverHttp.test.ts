// The whole way of a call: caller, adapter, real HTTP. What matters here is what reaches the server.
import assert from 'node:assert/strict';
import type { ModelCallRequest } from '../../../../src/core/model/modelCaller';
import { RetryingModelCaller } from '../../../../src/core/model/retryingModelCaller';
import { BreakerRegistry } from '../../../../src/core/resilience/breakerRegistry';
import { RunBudget } from '../../../../src/core/resilience/runBudget';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';
import { settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';
import { RecordedRun } from '../../../support/recordedRun';
import { startFixture, type Fixture } from './openAiFixture';

const REQUEST: ModelCallRequest = {
  role: 'dev',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  tools: [],
};

describe('A model call over HTTP', () => {
  let fixture: Fixture;
  let clock: ManualClock;
  const run = () => new RecordedRun();

  beforeEach(async () => {
    clock = new ManualClock();
    fixture = await startFixture({ clock });
  });
  afterEach(() => fixture.server.close());

  function callerWith(settings: Partial<TeamSettings> = {}): RetryingModelCaller {
    const all = { ...DEFAULT_SETTINGS, ...settings };
    const publisher = run().publisher;
    return new RetryingModelCaller({
      select: () => Promise.resolve({ model: fixture.model, why: 'test' }),
      settings: () => all,
      breakers: new BreakerRegistry({ clock, settings: () => all, publisher }),
      budgetFor: () => new RunBudget(() => ({ maxTokens: 0, maxCostUsd: 0 })),
      clock,
      newId: () => 'call',
    });
  }

  it('makes as many requests as attempts, and no more below them', async () => {
    fixture.server.script({ times: 3, reply: { status: 503 } }, { reply: { text: 'ok' } });
    const outcome = callerWith().call(REQUEST, run().context);
    await waitOutBackoffs(clock, outcome);
    assert.equal((await outcome).kind, 'completed');
    assert.equal(fixture.server.requests.length, 4);
    fixture.server.assertUsed();
  });

  it('retries a stream that was reset, and keeps nothing of its first half', async () => {
    fixture.server.script(
      { text: ['Half ', 'an answer'], breakAfter: { events: 2, how: 'reset' } },
      { text: 'Whole.' },
    );
    const recorded = run();
    const outcome = callerWith().call(REQUEST, recorded.context);
    await waitOutBackoffs(clock, outcome);
    const completed = await outcome;
    assert.ok(completed.kind === 'completed');
    assert.equal(completed.message.text, 'Whole.');
    assert.equal(recorded.payloads('model.retrying')[0]?.error.reason, 'model.broken_stream');
  });

  it('closes the socket when the run is stopped, in the middle of a stream and before the first byte', async () => {
    for (const reply of [{ gate: 'held' }, { text: ['a', 'b'], gateAfter: { events: 2, gate: 'held' } }]) {
      fixture.server.reset();
      fixture.server.script(reply);
      const recorded = run();
      const outcome = callerWith().call(REQUEST, recorded.context);
      await fixture.server.gate('held').arrived;
      recorded.controller.abort();
      const failed = await outcome;
      assert.ok(failed.kind === 'failed');
      assert.equal(failed.failure.reason, 'cancelled');
      await fixture.server.until(([request]) => request?.closedEarly === true);
    }
  });

  it('closes the socket of a server that never answers when its time is over', async () => {
    fixture.server.script({ gate: 'never' });
    const settings = { retry: { ...DEFAULT_SETTINGS.retry, maxAttempts: 1 } };
    const outcome = callerWith(settings).call(REQUEST, run().context);
    await fixture.server.gate('never').arrived;
    await clock.advance(120_000);
    const failed = await outcome;
    assert.ok(failed.kind === 'failed' && failed.failure.reason === 'model.timeout');
    await fixture.server.until(([request]) => request?.closedEarly === true);
  });

  it('uses connections again for calls one after another', async () => {
    for (let count = 0; count < 8; count += 1) {
      fixture.server.script({ text: 'ok' });
      assert.equal((await callerWith().call(REQUEST, run().context)).kind, 'completed');
      while (clock.pending().length > 0) await settle(1);
    }
    // The pool may not have the first one back when the second call begins.
    assert.ok(fixture.server.openSockets <= 2, `${fixture.server.openSockets} connections`);
  });

  it('keeps the connection of an answer that is finished until the server has ended it too', async () => {
    const answer = { choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] };
    fixture.server.script({ chunks: [answer, '[DONE]', ': bye\n\n'], gateAfter: { events: 2, gate: 'bye' } });
    assert.equal((await callerWith().call(REQUEST, run().context)).kind, 'completed');
    await fixture.server.gate('bye').arrived;
    await settle(5);
    fixture.server.gate('bye').open();
    while (clock.pending().length > 0) await settle(1);
    assert.equal(fixture.server.requests[0]?.closedEarly, false);
  });
});

/** Lets every backoff elapse at once, and no other timer, until the call is over. */
async function waitOutBackoffs(clock: ManualClock, outcome: Promise<unknown>): Promise<void> {
  const state = { isOver: false };
  void outcome.finally(() => (state.isOver = true));
  while (!state.isOver) {
    await settle(1);
    const [soonest] = clock.pending();
    if (soonest !== undefined && soonest <= 30_000) await clock.advance(soonest);
  }
}
