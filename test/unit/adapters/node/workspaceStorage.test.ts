// The real adapters of one workspace together: what a window leaves behind, another finds.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LowdbRunIndex } from '../../../../src/adapters/lowdb/lowdbRunIndex';
import { FileLease } from '../../../../src/adapters/node/fileLease';
import { Presence } from '../../../../src/adapters/node/presence';
import { SegmentedEventLog } from '../../../../src/adapters/node/segmentedEventLog';
import { OtelTracing } from '../../../../src/adapters/otel/otelTracing';
import { EventBus } from '../../../../src/core/events/eventBus';
import { RunHousekeeping } from '../../../../src/core/runs/runHousekeeping';
import { RunStore } from '../../../../src/core/runs/runStore';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('The storage of a workspace', () => {
  const folder = useTemporaryFolder();

  async function openWindow(origin: string, isProcessAlive = true) {
    const problems: unknown[] = [];
    const common = {
      folder: folder(),
      origin,
      clock: new ManualClock(),
      onProblem: (problem: unknown) => problems.push(problem),
    };
    const presence = new Presence({ ...common, isProcessAlive: () => isProcessAlive });
    const isAlive = (other: string) => presence.isAlive(other);
    const lease = new FileLease({ ...common, isAlive });
    const log = new SegmentedEventLog({ ...common, isAlive });
    const index = new LowdbRunIndex({ ...common, isWriter: () => lease.held, watch: false });
    const bus = new EventBus({ ...common, log });
    const store = new RunStore({ bus, journal: log, index });
    const tracing = new OtelTracing({ ...common, spans: log, index });
    const retention = () => ({ maxRuns: 200, maxMegabytes: 256 });
    const restoreTraces = () => tracing.restoreIndex();
    const parts = { bus, journal: log, index, store, lease, retention, restoreTraces };
    const housekeeping = new RunHousekeeping({ ...common, ...parts });
    await presence.start();
    await housekeeping.runOnce();
    const crash = async () => {
      presence.dispose();
      await log.close();
    };
    return { bus, store, tracing, index, log, lease, presence, housekeeping, problems, crash };
  }
  type Window = Awaited<ReturnType<typeof openWindow>>;

  function begin({ bus, tracing }: Window, runId: string): void {
    const root = tracing.startSpan('invoke_workflow ask', { attributes: { 'agent_team.run.id': runId } });
    const payload = { kind: 'ask' as const, title: 'T', request: '?', threadId: 't1', context: [] };
    bus.publish({
      topic: 'run.started',
      payload,
      source: 'engine',
      runId,
      correlationId: runId,
      traceId: root.traceId,
    });
  }

  it('ends the run of a window that crashed, and gives back its thread, its events and its open spans', async () => {
    const first = await openWindow('w1');
    begin(first, 'r1');
    await first.tracing.ready();
    const traceId = first.store.peek('r1')?.traceId ?? assert.fail();
    await first.crash();
    await rm(join(folder(), 'index.json'), { force: true });

    const second = await openWindow('w2', false);
    assert.deepEqual(
      second.store.list().map(({ runId, status }) => [runId, status]),
      [['r1', 'interrupted']],
    );
    assert.deepEqual(
      second.store.threads().map(({ threadId, runIds }) => [threadId, runIds]),
      [['t1', ['r1']]],
    );
    assert.deepEqual(
      (await second.bus.history({ runId: 'r1' })).map(({ topic, origin }) => [topic, origin]),
      [
        ['run.started', 'w1'],
        ['run.interrupted', 'w2'],
      ],
    );
    assert.deepEqual(
      (await second.log.readSpans({ runId: 'r1' })).map((span) => [span.traceId, span.interrupted]),
      [[traceId, true]],
    );
    assert.deepEqual(
      (await second.tracing.spans(traceId)).map(({ name, endTime }) => [name, endTime]),
      [['invoke_workflow ask', undefined]],
    );
    assert.deepEqual(
      second.tracing.list().map(({ name, runId, spans, errors }) => [name, runId, spans, errors]),
      [['invoke_workflow ask', 'r1', 1, 0]],
    );
    assert.deepEqual([second.lease.held, second.problems], [true, []]);
    await second.index.flush();
    await second.crash();
  });

  it('lists the traces of runs and imported ones again after the index was lost', async () => {
    const first = await openWindow('w1');
    const root = first.tracing.startSpan('invoke_workflow ask', { attributes: { 'agent_team.run.id': 'r1' } });
    const common = { source: 'engine', runId: 'r1', correlationId: 'r1', traceId: root.traceId };
    const payload = { kind: 'ask' as const, title: 'T', request: '?', context: [] };
    first.bus.publish({ topic: 'run.started', payload, ...common });
    first.tracing.startSpan('chat m', { parent: root }).end({ status: 'error' });
    root.end({ status: 'ok' });
    const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 1, complete: true };
    first.bus.publish({ topic: 'run.completed', payload: { text: '', usage }, ...common });
    await first.tracing.ready();
    const foreign = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'elsewhere',
      startTimeUnixNano: '1900000000000000000',
      endTimeUnixNano: '1900000001000000000',
    };
    await first.tracing.importOtlp({ resourceSpans: [{ scopeSpans: [{ spans: [foreign] }] }] });
    const before = first.tracing.list();
    assert.deepEqual(
      before.map(({ name, spans, errors }) => [name, spans, errors]),
      [
        ['elsewhere', 1, 0],
        ['invoke_workflow ask', 2, 1],
      ],
    );
    await first.crash();
    await rm(join(folder(), 'index.json'), { force: true });

    const second = await openWindow('w2', false);
    assert.deepEqual(second.tracing.list(), before);
    await second.store.delete('r1');
    await second.housekeeping.runOnce();
    assert.deepEqual(
      second.tracing.list().map(({ name }) => name),
      ['elsewhere'],
    );
    await second.index.flush();
    await second.crash();
  });

  it('lets two windows see each other, and only one write the index', async () => {
    const first = await openWindow('w1');
    const second = await openWindow('w2');
    begin(second, 'r2');
    await second.log.flush();
    await first.housekeeping.runOnce();
    await second.housekeeping.runOnce();
    assert.deepEqual([first.lease.held, second.lease.held], [true, false]);
    assert.deepEqual(
      first.store.list().map(({ runId, status }) => [runId, status]),
      [['r2', 'running']],
    );
    assert.deepEqual([first.problems, second.problems], [[], []]);
    await first.crash();
    await second.crash();
  });
});
