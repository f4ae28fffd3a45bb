// What every index of runs does.
import assert from 'node:assert/strict';
import type { IndexedRun, RunIndex, ThreadRecord } from '../../src/core/runs/runIndex';

export function indexedRun(runId: string, more: Partial<IndexedRun> = {}): IndexedRun {
  const startedAt = '2030-01-01T00:00:00.000Z';
  return {
    runId,
    kind: 'ask',
    title: runId,
    status: 'completed',
    startedAt,
    traceId: `t-${runId}`,
    origin: 'w1',
    ...more,
  };
}

export function indexedThread(threadId: string, runIds: string[], more: Partial<ThreadRecord> = {}): ThreadRecord {
  return { threadId, title: threadId, updatedAt: '2030-01-01T00:00:00.000Z', runIds, ...more };
}

export const traceOf = (traceId: string, runId?: string) => ({
  traceId,
  ...(runId !== undefined && { runId }),
  name: 'invoke_workflow ask',
  startTime: '2030-01-01T00:00:00.000Z',
  spans: 3,
  errors: 0,
});

export function describeRunIndex(name: string, create: () => RunIndex): void {
  describe(`${name} as an index`, () => {
    it('shows at once what was put, replaced and removed', () => {
      const index = create();
      index.putRun(indexedRun('r1'));
      index.putRun(indexedRun('r2'));
      index.putRun(indexedRun('r1', { status: 'failed' }));
      index.putThread(indexedThread('a', ['r1']));
      index.removeRun('r2');
      index.removeRun('never');
      assert.deepEqual(index.runs(), [indexedRun('r1', { status: 'failed' })]);
      assert.deepEqual(
        [index.run('r1')?.status, index.run('r2'), index.thread('a')?.runIds],
        ['failed', undefined, ['r1']],
      );
      index.removeThread('a');
      assert.deepEqual(index.threads(), []);
    });

    it('forgets the traces of a run with the run', () => {
      const index = create();
      index.putRun(indexedRun('r1'));
      index.putTrace(traceOf('t1', 'r1'));
      index.putTrace(traceOf('t2'));
      index.removeRun('r1');
      assert.deepEqual([index.traces(), index.trace('t1')], [[traceOf('t2')], undefined]);
    });

    it('tells nobody of changes of its own', () => {
      const index = create();
      let told = 0;
      index.onDidChange(() => (told += 1));
      index.putRun(indexedRun('r1'));
      assert.equal(told, 0);
    });
  });
}
