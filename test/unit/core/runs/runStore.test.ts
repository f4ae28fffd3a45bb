import assert from 'node:assert/strict';
import type { RunEnded } from '../../../../src/api';
import type { EventBus } from '../../../../src/core/events/eventBus';
import { RunHousekeeping } from '../../../../src/core/runs/runHousekeeping';
import { RunStore } from '../../../../src/core/runs/runStore';
import { createBus } from '../../../support/busFixture';
import { span } from '../../../support/eventLogContract';
import { settle } from '../../../support/gate';
import { InMemoryStorage } from '../../../support/inMemoryEventLog';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';

const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, modelCalls: 1, complete: true };
const ended: RunEnded = { text: 'done', agent: 'qa', usage };

function openWindow(origin = 'w1', storage = new InMemoryStorage(), index = new InMemoryRunIndex()) {
  const { bus, log, clock } = createBus({ origin, storage });
  const store = new RunStore({ bus, journal: log, index, cachedViews: 3 });
  return { bus, log, clock, store, storage, index };
}

function begin(bus: EventBus, runId: string, threadId?: string): void {
  const payload = {
    kind: 'ask' as const,
    title: `Title ${runId}`,
    request: '?',
    context: [],
    ...(threadId !== undefined && { threadId }),
  };
  bus.publish({
    topic: 'run.started',
    payload,
    source: 'engine',
    runId,
    correlationId: runId,
    traceId: `trace-${runId}`,
  });
}
const end = (bus: EventBus, runId: string) =>
  bus.publish({ topic: 'run.completed', payload: ended, source: 'engine', runId });

describe('RunStore', () => {
  it('shows a run from the moment it was started, without waiting', () => {
    const { bus, store } = openWindow();
    begin(bus, 'r1');
    assert.equal(store.peek('r1')?.status, 'running');
    assert.deepEqual(store.list(), [
      { runId: 'r1', kind: 'ask', title: 'Title r1', status: 'running', startedAt: '2030-01-01T00:00:00.000Z' },
    ]);
    end(bus, 'r1');
    assert.equal(store.list()[0]?.status, 'completed');
    assert.equal(store.isLive('r1'), false);
  });

  it('tells of every event of a run after the view has it', () => {
    const { bus, store } = openWindow();
    const seen: unknown[] = [];
    const subscription = store.onDidChange((runId, event) =>
      seen.push([runId, event?.topic, store.peek(runId)?.status]),
    );
    begin(bus, 'r1');
    bus.publishExternal('user.x', 1, { source: 'test' });
    end(bus, 'r1');
    subscription.dispose();
    begin(bus, 'r2');
    assert.deepEqual(seen, [
      ['r1', 'run.started', 'running'],
      ['r1', 'run.completed', 'completed'],
    ]);
  });

  it('does not bring a run back that is deleted while its journal is read', async () => {
    const { bus, store } = openWindow();
    begin(bus, 'r1');
    end(bus, 'r1');
    const reading = store.refresh('r1');
    const deleting = store.delete('r1');
    await Promise.all([reading, deleting]);
    assert.deepEqual(store.list(), []);
  });

  it('does not bring a deleted run back for an event that names one of it as its cause', async () => {
    const { bus, store } = openWindow();
    begin(bus, 'r1');
    const last = end(bus, 'r1');
    await store.delete('r1');
    const late = bus.publishExternal('user.x', 1, { source: 'user', causationId: last.id });
    assert.equal(late.runId, 'r1');
    await settle();
    assert.deepEqual([store.list(), await store.get('r1'), store.isLive('r1')], [[], undefined, false]);
  });

  it('reads runs of earlier windows from their journal, and only a few stay in memory', async () => {
    const earlier = openWindow('w0');
    for (const runId of ['r1', 'r2', 'r3', 'r4', 'r5']) {
      begin(earlier.bus, runId);
      end(earlier.bus, runId);
    }
    const { store } = openWindow('w1', earlier.storage, earlier.index);
    for (const runId of ['r1', 'r2', 'r3', 'r4', 'r5']) assert.equal((await store.get(runId))?.text, 'done');
    assert.deepEqual(
      ['r1', 'r2', 'r3', 'r4', 'r5'].map((runId) => store.peek(runId) !== undefined),
      [false, false, true, true, true],
    );
    assert.equal(await store.get('nope'), undefined);
  });

  it('follows a run of an earlier window that is resumed before anybody looked at it', async () => {
    const earlier = openWindow('w0');
    begin(earlier.bus, 'r1');
    const causationId = end(earlier.bus, 'r1').id;
    const { bus, store } = openWindow('w1', earlier.storage, earlier.index);
    bus.publish({ topic: 'run.resumed', payload: {}, source: 'engine', runId: 'r1', causationId });
    bus.publish({
      topic: 'route.decided',
      payload: { agent: 'dev', reason: '', by: 'thread', durationMs: 1 },
      source: 'engine',
      runId: 'r1',
    });
    await settle();
    assert.deepEqual(
      [store.peek('r1')?.status, store.peek('r1')?.steps.length, store.isLive('r1')],
      ['running', 2, true],
    );
    assert.equal(store.list()[0]?.status, 'running');
  });

  it('keeps threads: title of the first run, order of the runs, the latest first', async () => {
    const { bus, store, clock } = openWindow();
    begin(bus, 'r1', 't1');
    clock.set(clock.now() + 1000);
    begin(bus, 'r2', 't2');
    clock.set(clock.now() + 1000);
    begin(bus, 'r3', 't1');
    assert.deepEqual(
      store.threads().map(({ threadId, title, runIds }) => [threadId, title, runIds]),
      [
        ['t1', 'Title r1', ['r1', 'r3']],
        ['t2', 'Title r2', ['r2']],
      ],
    );
    assert.deepEqual(
      (await store.thread('t1')).map(({ runId }) => runId),
      ['r1', 'r3'],
    );
  });

  it('keeps drafts, of new threads too, and forgets empty ones', () => {
    const { bus, store } = openWindow();
    store.setDraft('t9', 'half a thought', '2030-01-01T00:00:00.000Z');
    assert.equal(store.threads()[0]?.draft, 'half a thought');
    begin(bus, 'r1', 't9');
    assert.deepEqual([store.threads()[0]?.title, store.threads()[0]?.draft], ['Title r1', 'half a thought']);
    store.setDraft('t9', '', '2030-01-01T00:00:00.000Z');
    assert.equal('draft' in (store.threads()[0] ?? {}), false);
  });

  it('deletes a run from list, thread and journal, but not while it runs', async () => {
    const { bus, store, log } = openWindow();
    begin(bus, 'r1', 't1');
    await store.delete('r1');
    assert.equal(store.list().length, 1);
    end(bus, 'r1');
    await store.delete('r1');
    assert.deepEqual(
      [store.list(), store.threads(), await store.get('r1'), await log.readRun('r1')],
      [[], [], undefined, []],
    );
    await store.delete('r1');
  });

  it('lets go of the view of a run that another window changed', async () => {
    const { bus, store, index } = openWindow();
    begin(bus, 'r1');
    end(bus, 'r1');
    const changed: string[] = [];
    store.onDidChange((runId) => changed.push(runId));
    const run = index.run('r1') ?? assert.fail();
    index.changeFromOutside(() => index.putRun({ ...run, status: 'running' }));
    assert.deepEqual([changed, store.peek('r1')], [['r1', ''], undefined]);
  });
});

describe('RunHousekeeping', () => {
  function keep(
    window: ReturnType<typeof openWindow>,
    options: { holds?: boolean; maxRuns?: number; maxMegabytes?: number } = {},
  ) {
    const { holds = true, maxRuns = 200, maxMegabytes = 256 } = options;
    const problems: unknown[] = [];
    const housekeeping = new RunHousekeeping({
      ...window,
      journal: window.log,
      lease: { held: holds, acquire: () => Promise.resolve(holds), release: () => Promise.resolve() },
      retention: () => ({ maxRuns, maxMegabytes }),
      imports: window.log,
      onProblem: (error) => problems.push(error),
    });
    return { housekeeping, problems };
  }
  const topics = async ({ log }: ReturnType<typeof openWindow>, runId: string) =>
    (await log.readRun(runId)).map(({ topic }) => topic);

  it('keeps a run in the lists that began and ended while the disk was being listed', async () => {
    const window = openWindow();
    const { housekeeping, problems } = keep(window);
    const { log } = window;
    const listRuns = log.listRuns.bind(log);
    log.listRuns = async () => {
      const listed = await listRuns();
      begin(window.bus, 'r1');
      end(window.bus, 'r1');
      return listed;
    };
    await housekeeping.runOnce();
    assert.deepEqual([window.store.list().map(({ runId }) => runId), problems], [['r1'], []]);
    await housekeeping.runOnce();
    assert.equal(window.store.list().length, 1);
  });

  it('finds the runs of an index that was lost', async () => {
    const earlier = openWindow('w0');
    begin(earlier.bus, 'r1', 't1');
    end(earlier.bus, 'r1');
    const window = openWindow('w1', earlier.storage);
    const { housekeeping, problems } = keep(window);
    await housekeeping.runOnce();
    assert.deepEqual(window.index.runs(), earlier.index.runs());
    assert.deepEqual(window.index.threads(), earlier.index.threads());
    assert.deepEqual(problems, []);
  });

  it('ends runs of dead windows exactly once, with their running tasks, each event with its cause', async () => {
    const earlier = openWindow('w0');
    begin(earlier.bus, 'r1');
    earlier.bus.publish({
      topic: 'task.started',
      payload: { title: 'T', attempt: 1 },
      source: 'engine',
      runId: 'r1',
      taskId: 'a',
      agent: 'dev',
    });
    earlier.storage.alive.delete('w0');
    const window = openWindow('w1', earlier.storage, earlier.index);
    const { housekeeping } = keep(window);
    await housekeeping.runOnce();
    await housekeeping.runOnce();
    assert.deepEqual(await topics(window, 'r1'), [
      'run.started',
      'task.started',
      'task.interrupted',
      'run.interrupted',
    ]);
    const events = await window.log.readRun('r1');
    assert.deepEqual(
      events.slice(2).map(({ causationId, traceId }) => [causationId, traceId]),
      [
        [events[1]?.id, 'trace-r1'],
        [events[2]?.id, 'trace-r1'],
      ],
    );
    assert.equal(window.store.list()[0]?.status, 'interrupted');
    assert.equal((await window.store.get('r1'))?.tasks[0]?.status, 'interrupted');
  });

  it('leaves runs of living windows alone, and everything to the holder of the lease', async () => {
    const other = openWindow('w0');
    begin(other.bus, 'r1');
    const window = openWindow('w1', other.storage);
    await keep(window).housekeeping.runOnce();
    other.storage.alive.delete('w0');
    await keep(window, { holds: false }).housekeeping.runOnce();
    assert.deepEqual(await topics(window, 'r1'), ['run.started']);
    assert.equal(window.store.list()[0]?.status, 'running');
  });

  it('shows how runs of other windows go on', async () => {
    const other = openWindow('w0');
    begin(other.bus, 'r1');
    const window = openWindow('w1', other.storage);
    const { housekeeping } = keep(window);
    await housekeeping.runOnce();
    const changed: string[] = [];
    window.store.onDidChange((runId) => changed.push(runId));
    await housekeeping.runOnce();
    assert.deepEqual(changed, []);
    end(other.bus, 'r1');
    await housekeeping.runOnce();
    assert.deepEqual([changed, window.store.list()[0]?.status], [['r1'], 'completed']);
  });

  it('forgets runs that another window deleted', async () => {
    const other = openWindow('w0');
    begin(other.bus, 'r1');
    end(other.bus, 'r1');
    const window = openWindow('w1', other.storage);
    const { housekeeping } = keep(window);
    await housekeeping.runOnce();
    await other.store.delete('r1');
    await housekeeping.runOnce();
    assert.deepEqual(window.store.list(), []);
  });

  it('deletes the oldest ended runs beyond the limits, never one that goes on', async () => {
    for (const limits of [{ maxRuns: 3 }, { maxMegabytes: 0.000_55 }]) {
      const window = openWindow();
      for (const runId of ['r1', 'r2', 'r3', 'r4']) {
        window.clock.set(window.clock.now() + 1000);
        begin(window.bus, runId);
        if (runId !== 'r1') end(window.bus, runId);
      }
      await keep(window, limits).housekeeping.runOnce();
      assert.deepEqual(
        window.store.list().map(({ runId }) => runId),
        ['r4', 'r3', 'r1'],
      );
    }
  });

  it('gives imported traces half of the room, and takes back those that were imported first', async () => {
    const window = openWindow();
    const ids = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    for (const traceId of ids) {
      await window.log.importSpans(traceId, [span('1', { traceId }), span('2', { traceId })]);
      window.index.putTrace({ traceId, name: traceId, startTime: '', spans: 2, errors: 0, imported: true });
    }
    begin(window.bus, 'r1');
    end(window.bus, 'r1');
    await keep(window, { maxMegabytes: 0.001 }).housekeeping.runOnce();
    assert.deepEqual(
      [
        (await window.log.listTraces()).map(({ traceId }) => traceId),
        window.index.traces().map(({ traceId }) => traceId),
      ],
      [ids.slice(1), ids.slice(1)],
    );
    assert.equal(window.store.list().length, 1);
  });

  it('deletes what was imported into the trace of a run with the run', async () => {
    const window = openWindow();
    begin(window.bus, 'r1');
    end(window.bus, 'r1');
    await window.log.importSpans('trace-r1', [span('1', { traceId: 'trace-r1' })]);
    await window.store.delete('r1');
    assert.deepEqual(await window.log.listTraces(), []);
  });

  it('reports what fails and tries again in the next round', async () => {
    const window = openWindow();
    const { housekeeping, problems } = keep(window);
    const { listRuns } = window.log;
    window.log.listRuns = () => Promise.reject(new Error('disk gone'));
    await housekeeping.start();
    assert.equal(problems.length, 1);
    window.log.listRuns = listRuns;
    begin(window.bus, 'r1');
    await window.clock.advance(5000);
    assert.equal(problems.length, 1);
    housekeeping.dispose();
    await window.clock.advance(20_000);
    assert.deepEqual(window.clock.pending(), []);
  });
});
