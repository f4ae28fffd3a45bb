import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunAgentRecord } from '../../../../src/core/runs/agentFigures';
import { agentMetrics } from '../../../../src/core/runs/agentMetrics';

function record(change: Partial<RunAgentRecord>): RunAgentRecord {
  const startedAtMs = change.startedAtMs ?? 0;
  return {
    runId: 'r1',
    agent: 'dev',
    promptVersion: 'v1',
    startedAtMs,
    lastAtMs: startedAtMs + 10,
    invocations: 1,
    succeeded: 1,
    failed: 0,
    stopped: 0,
    durationsMs: [10],
    reasons: {},
    inputTokens: 100,
    outputTokens: 20,
    cachedInputTokens: 0,
    modelCalls: 1,
    retries: 0,
    unpricedCalls: 0,
    unmeasuredCalls: 0,
    costUsd: 0.5,
    ...change,
  };
}

describe('the metrics of agents', () => {
  it('tell prompt versions apart, newest first, and add them up', () => {
    const { versions, agents, total } = agentMetrics(
      [
        record({}),
        record({ runId: 'r2', promptVersion: 'v2', startedAtMs: 50, durationsMs: [30], succeeded: 0, failed: 1 }),
        record({ runId: 'r2', agent: 'qa', startedAtMs: 60 }),
      ],
      { toMs: 100, buckets: 2 },
    );
    assert.deepEqual(
      versions.map(({ figure }) => [figure.agent, figure.promptVersion, figure.runs, figure.errorRate]),
      [
        ['dev', 'v2', 1, 1],
        ['dev', 'v1', 1, 0],
        ['qa', 'v1', 1, 0],
      ],
    );
    assert.deepEqual(
      agents.map(({ figure }) => [figure.agent, figure.runs, figure.latencyP50Ms, figure.latencyP95Ms, figure.costUsd]),
      [
        ['dev', 2, 10, 30, 1],
        ['qa', 1, 10, 10, 0.5],
      ],
    );
    assert.deepEqual([total?.figure.runs, total?.figure.inputTokens], [2, 300]);
  });

  it('cut the time into parts; what is unknown is absent, never 0', () => {
    const { costUsd: _costUsd, ...unpriced } = record({ runId: 'r2', startedAtMs: 90, durationsMs: [], succeeded: 0 });
    const { agents, fromMs, bucketMs } = agentMetrics([record({}), unpriced], { fromMs: 0, toMs: 100, buckets: 4 });
    assert.deepEqual([fromMs, bucketMs], [0, 25]);
    assert.deepEqual(agents[0]?.series, [
      { runs: 1, succeeded: 1, failed: 0, tokens: 120, p95Ms: 10, costUsd: 0.5 },
      { runs: 0, succeeded: 0, failed: 0, tokens: 0 },
      { runs: 0, succeeded: 0, failed: 0, tokens: 0 },
      { runs: 1, succeeded: 0, failed: 0, tokens: 120 },
    ]);
  });

  it('count a run once over time, when its first agent began', () => {
    const records = [10, 60, 90].map((startedAtMs, index) =>
      record({ agent: ['router', 'qa', 'dev'][index] ?? '', startedAtMs }),
    );
    const { total } = agentMetrics(records, { fromMs: 0, toMs: 100, buckets: 4 });
    assert.deepEqual(
      total?.series.map(({ runs, succeeded }) => [runs, succeeded]),
      [
        [1, 3],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    );
  });

  it('leave out what began before or after the time', () => {
    const records = [5, 15, 25].map((startedAtMs, index) => record({ runId: `r${index}`, startedAtMs }));
    const { total } = agentMetrics(records, { fromMs: 10, toMs: 20, buckets: 3 });
    assert.equal(total?.figure.runs, 1);
    assert.equal(agentMetrics(records, { fromMs: 30, toMs: 40, buckets: 3 }).total, undefined);
    assert.deepEqual(agentMetrics([], { toMs: 40, buckets: 3 }).versions, []);
  });

  it('lose and double nothing, however the time is cut', () => {
    const records = fc.array(
      fc.record({ startedAtMs: fc.nat(1000), agent: fc.constantFrom('dev', 'qa'), failed: fc.nat(3) }).map(record),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 50 }), (made, buckets) => {
        const { agents, versions, total } = agentMetrics(made, { toMs: 1000, buckets });
        const failed = made.reduce((sum, item) => sum + item.failed, 0);
        for (const rows of [agents, versions, total ? [total] : []]) {
          const points = rows.flatMap(({ series }) => series);
          assert.equal(
            points.reduce((sum, point) => sum + point.failed, 0),
            failed,
          );
          assert.equal(points.length, rows.length * buckets);
        }
      }),
    );
  });
});
