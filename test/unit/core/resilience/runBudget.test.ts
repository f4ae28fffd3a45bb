import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../../src/core/failure';
import { backoffMs } from '../../../../src/core/backoff';
import {
  RunBudget,
  type BudgetNeed,
  type BudgetReport,
  type Reservation,
} from '../../../../src/core/resilience/runBudget';
import { settle } from '../../../support/gate';

const never = new AbortController().signal;

function recorder() {
  const events: string[] = [];
  const report: BudgetReport = {
    emit: (topic, { kind, used, limit }) => void events.push(`${topic} ${kind} ${used}/${limit}`),
    onWait: () => void events.push('wait'),
  };
  return { events, report };
}

async function reserved(budget: RunBudget, need: BudgetNeed, report: BudgetReport): Promise<Reservation> {
  const reservation = await budget.reserve(need, never, report);
  assert.ok(!isFailure(reservation), 'reserved');
  return reservation;
}

describe('RunBudget', () => {
  it('sets nothing aside and caps nothing without a limit', async () => {
    const { report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 0, maxCostUsd: 0 }));
    const reservation = await reserved(budget, { inputTokens: 1e9 }, report);
    assert.equal(reservation.maxOutputTokens, undefined);
  });

  it('never lets calls that run at once overshoot, whatever they use of what they were given', async () => {
    const call = fc.record({
      input: fc.nat(900),
      output: fc.integer({ min: 1, max: 2000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5000 }),
        async (calls, maxTokens) => {
          const budget = new RunBudget(() => ({ maxTokens, maxCostUsd: 0 }));
          const { report } = recorder();
          const outcomes = await Promise.all(
            calls.map(async ({ input, output, share }) => {
              const reservation = await budget.reserve({ inputTokens: input, maxOutputTokens: output }, never, report);
              if (isFailure(reservation)) return false;
              await Promise.resolve();
              const used = Math.floor((reservation.maxOutputTokens ?? output) * share);
              reservation.settle({ inputTokens: input, outputTokens: used }, 0, report);
              return true;
            }),
          );
          const { used, reserved: left } = budget.snapshot();
          assert.ok(used.tokens <= maxTokens, `${used.tokens} of ${maxTokens}`);
          assert.equal(left.tokens, 0);
          const least = Math.min(...calls.map(({ input, output }) => input + Math.min(output, 256)));
          if (least <= maxTokens) assert.ok(outcomes.includes(true), 'somebody gets through');
        },
      ),
    );
  });

  it('expects of the next calls what the endpoint counted beyond the estimate of the last', async () => {
    const { events, report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 4_000, maxCostUsd: 0 }));
    const need = { inputTokens: 500, maxOutputTokens: 300 };
    const first = await reserved(budget, need, report);
    first.settle({ inputTokens: 1_500, outputTokens: 100 }, 0, report);
    const second = await reserved(budget, need, report);
    assert.equal(budget.snapshot().reserved.tokens, 1_800);
    const third = budget.reserve(need, never, report);
    second.settle({ inputTokens: 1_500, outputTokens: 100 }, 0, report);
    const refused = await third;
    assert.ok(isFailure(refused) && refused.reason === 'budget.exceeded');
    assert.deepEqual(events, ['wait', 'budget.warned tokens 3200/4000', 'budget.exceeded tokens 3200/4000']);
  });

  it('makes a call wait while only reservations of others stand in its way', async () => {
    const { events, report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 1_000, maxCostUsd: 0 }));
    const first = await reserved(budget, { inputTokens: 100, maxOutputTokens: 700 }, report);
    const second = budget.reserve({ inputTokens: 100, maxOutputTokens: 300 }, never, report);
    await settle();
    assert.deepEqual(events, ['wait']);
    first.settle({ inputTokens: 100, outputTokens: 10 }, 0, report);
    assert.ok(!isFailure(await second));
  });

  it('ends a waiting call when its signal aborts', async () => {
    const { report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 1_000, maxCostUsd: 0 }));
    await reserved(budget, { inputTokens: 100, maxOutputTokens: 800 }, report);
    const controller = new AbortController();
    const second = budget.reserve({ inputTokens: 100, maxOutputTokens: 300 }, controller.signal, report);
    await settle();
    controller.abort();
    const outcome = await second;
    assert.ok(isFailure(outcome) && outcome.reason === 'cancelled');
  });

  it('holds the answer to what is left, and refuses what has no room', async () => {
    const { events, report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 2_000, maxCostUsd: 0 }));
    const first = await reserved(budget, { inputTokens: 500 }, report);
    assert.equal(first.maxOutputTokens, 1_500);
    first.settle({ inputTokens: 500, outputTokens: 1_200 }, 0, report);
    const refused = await budget.reserve({ inputTokens: 500 }, never, report);
    assert.ok(isFailure(refused) && refused.reason === 'budget.exceeded');
    assert.match(refused.message, /agentTeam\.budget\.maxTokensPerRun/);
    await budget.reserve({ inputTokens: 500 }, never, report);
    assert.deepEqual(
      events,
      ['budget.warned tokens 1700/2000', 'budget.exceeded tokens 1700/2000'],
      'each is told once',
    );
  });

  it('counts what was estimated where the endpoint reports nothing, and nothing for what was released', async () => {
    const { report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 100_000, maxCostUsd: 0 }));
    (await reserved(budget, { inputTokens: 300 }, report)).settle({}, 40, report);
    (await reserved(budget, { inputTokens: 300 }, report)).release();
    assert.deepEqual(budget.snapshot(), { used: { tokens: 340, cost: 0 }, reserved: { tokens: 0, cost: 0 } });
  });

  it('goes on from what the run had used before', async () => {
    const { report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 1_000, maxCostUsd: 0 }), { inputTokens: 600, outputTokens: 350 });
    assert.ok(isFailure(await budget.reserve({ inputTokens: 10 }, never, report)));
  });

  it('keeps to a cost budget, cached tokens paid once', async () => {
    const { events, report } = recorder();
    const price = { input: 10, cachedInput: 1, output: 30 };
    const budget = new RunBudget(() => ({ maxTokens: 0, maxCostUsd: 0.1 }));
    const first = await reserved(budget, { inputTokens: 5_000, price }, report);
    assert.equal(first.maxOutputTokens, 1_666, 'the rest of the money buys so many');
    first.settle({ inputTokens: 5_000, cachedInputTokens: 4_000, outputTokens: 1_000 }, 0, report);
    assert.ok(Math.abs(budget.snapshot().used.cost - (0.01 + 0.004 + 0.03)) < 1e-12);
    const refused = await budget.reserve({ inputTokens: 5_400, price }, never, report);
    assert.ok(isFailure(refused) && refused.reason === 'budget.exceeded');
    assert.match(events.at(-1) ?? '', /budget\.exceeded cost/);
  });

  it('stops with budget.unpriced where a cost is limited and the price unknown', async () => {
    const { report } = recorder();
    const budget = new RunBudget(() => ({ maxTokens: 0, maxCostUsd: 1 }));
    const refused = await budget.reserve({ inputTokens: 1 }, never, report);
    assert.ok(isFailure(refused) && refused.reason === 'budget.unpriced');
  });
});

describe('backoffMs', () => {
  it('grows, is jittered within half of its ceiling, and is bounded', () => {
    const policy = { maxAttempts: 9, baseDelayMs: 500, maxDelayMs: 3_000 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const ceiling = Math.min(3_000, 500 * 2 ** (attempt - 1));
        const delayMs = backoffMs(policy, attempt, () => chance);
        assert.ok(delayMs >= Math.floor(ceiling / 2) && delayMs <= Math.ceil(ceiling));
      }),
    );
  });
});
