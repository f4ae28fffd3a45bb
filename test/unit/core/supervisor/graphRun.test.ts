import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TaskState } from '../../../../src/api';
import { delay } from '../../../../src/core/clock';
import { failure } from '../../../../src/core/failure';
import { GraphRun, type RunnableTask, type TaskEnd } from '../../../../src/core/supervisor/graphRun';
import { TaskGraph } from '../../../../src/core/supervisor/taskGraph';
import { Gate, settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';

type Task = RunnableTask;
const BROKEN = failure('model.timeout', 'Too slow.', true);

/** A run whose tasks end when the test lets them. */
function start(tasks: Task[], options: { maxConcurrency?: number; abort?: boolean } = {}) {
  const started: string[] = [];
  const log: string[] = [];
  const gates = new Map<string, Gate>();
  const ends = new Map<string, TaskEnd<string>>();
  const controller = new AbortController();
  const gateOf = (id: string) => {
    const gate = gates.get(id) ?? new Gate();
    gates.set(id, gate);
    return gate;
  };
  const run = new GraphRun<Task, string>({
    graph: new TaskGraph(tasks),
    maxConcurrency: () => options.maxConcurrency ?? 10,
    onFailure: () => (options.abort ? 'abort' : 'continue'),
    work: async (task, inputs, { signal }) => {
      started.push(task.id);
      const waited = await gateOf(task.id).wait(signal);
      if (waited === 'aborted') return { status: 'cancelled', error: failure('cancelled', '') };
      return ends.get(task.id) ?? { status: 'completed', result: `${task.id}(${[...inputs.values()].join(',')})` };
    },
    onState: (task, state) => log.push(`${task.id} ${state}`),
    signal: controller.signal,
  });
  const finish = async (id: string, end?: TaskEnd<string>) => {
    if (end) ends.set(id, end);
    gateOf(id).open();
    await settle();
  };
  const fail = (id: string) => finish(id, { status: 'failed', error: BROKEN });
  return { run, end: run.run(), started, log, finish, fail, controller };
}

const states = (entries: ReadonlyMap<string, TaskState>) => Object.fromEntries(entries);

describe('GraphRun', () => {
  it('starts a task the moment its own dependencies are done, not before', async () => {
    const { started, finish, end } = start([
      { id: 'a', dependencies: [] },
      { id: 'slow', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
      { id: 'c', dependencies: ['b', 'slow'] },
    ]);
    assert.deepEqual(started.sort(), ['a', 'slow']);
    await finish('a');
    assert.ok(started.includes('b'));
    await finish('b');
    assert.ok(!started.includes('c'));
    await finish('slow');
    await finish('c');
    assert.equal((await end).results.get('c'), 'c(b(a()),slow())');
  });

  it('starts the longest remaining path first and keeps to the limit', async () => {
    const { started, finish, end } = start(
      [
        { id: 'short', dependencies: [] },
        { id: 'long1', dependencies: [] },
        { id: 'long2', dependencies: ['long1'] },
        { id: 'long3', dependencies: ['long2'] },
      ],
      { maxConcurrency: 1 },
    );
    assert.deepEqual(started, ['long1']);
    await finish('long1');
    assert.deepEqual(started, ['long1', 'long2']);
    await finish('long2');
    // Equally long by now: the one that has waited longer goes first.
    await finish('short');
    await finish('long3');
    assert.deepEqual(started, ['long1', 'long2', 'short', 'long3']);
    await end;
  });

  it('skips what depends on a failed task and finishes the rest', async () => {
    const { fail, finish, end } = start([
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
      { id: 'c', dependencies: ['b'] },
      { id: 'other', dependencies: [] },
    ]);
    await fail('a');
    await finish('other');
    const result = await end;
    assert.deepEqual(states(result.states), { a: 'failed', b: 'skipped', c: 'skipped', other: 'completed' });
    assert.equal(result.errors.get('a')?.reason, 'model.timeout');
  });

  it('ends everything after a failure where the run or the task says so', async () => {
    const { fail, end } = start(
      [
        { id: 'a', dependencies: [] },
        { id: 'other', dependencies: [] },
        { id: 'later', dependencies: ['other'] },
      ],
      { abort: true },
    );
    await fail('a');
    assert.deepEqual(states((await end).states), { a: 'failed', other: 'cancelled', later: 'cancelled' });

    const second = start(
      [
        { id: 'a', dependencies: [], onFailure: 'continue' },
        { id: 'other', dependencies: [] },
      ],
      { abort: true },
    );
    await second.fail('a');
    await second.finish('other');
    assert.equal((await second.end).states.get('other'), 'completed');
  });

  it('cancels one task and what hangs on it; a late result changes nothing', async () => {
    const { run, finish, end, log } = start([
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
      { id: 'c', dependencies: [] },
    ]);
    run.cancelTask('a');
    await settle();
    await finish('a');
    await finish('c');
    assert.deepEqual(states((await end).states), { a: 'cancelled', b: 'skipped', c: 'completed' });
    assert.equal(log.filter((entry) => entry.startsWith('a ')).at(-1), 'a cancelled');
  });

  it('cancels a task that has not started', async () => {
    const { run, finish, end, started } = start(
      [
        { id: 'a', dependencies: [] },
        { id: 'b', dependencies: [] },
      ],
      { maxConcurrency: 1 },
    );
    const waiting = started[0] === 'a' ? 'b' : 'a';
    run.cancelTask(waiting);
    await finish(started[0] ?? '');
    assert.equal((await end).states.get(waiting), 'cancelled');
    assert.equal(started.length, 1);
  });

  it('cancels the whole run', async () => {
    const { controller, end } = start([
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
    ]);
    controller.abort();
    assert.deepEqual(states((await end).states), { a: 'cancelled', b: 'cancelled' });
  });

  it('starts nothing while paused and goes on afterwards', async () => {
    const { run, finish, started, end } = start([
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
    ]);
    run.pause();
    await finish('a');
    assert.deepEqual(started, ['a']);
    run.resume();
    await settle();
    assert.deepEqual(started, ['a', 'b']);
    await finish('b');
    await end;
  });

  it('does not run again what completed before', async () => {
    const started: string[] = [];
    const tasks: Task[] = [
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: ['a'] },
    ];
    const run = new GraphRun<Task, string>({
      graph: new TaskGraph(tasks),
      maxConcurrency: () => 2,
      onFailure: () => 'continue',
      work: (task, inputs) => {
        started.push(task.id);
        return Promise.resolve({ status: 'completed', result: `after ${inputs.get('a') ?? 'nothing'}` });
      },
      onState: () => undefined,
      signal: new AbortController().signal,
      settled: new Map([['a', { state: 'completed', result: 'kept' }]]),
    });
    assert.equal((await run.run()).results.get('b'), 'after kept');
    assert.deepEqual(started, ['b']);
  });

  it('turns a bug in the work into a failed task', async () => {
    const run = new GraphRun<Task, string>({
      graph: new TaskGraph([{ id: 'a', dependencies: [] }]),
      maxConcurrency: () => 1,
      onFailure: () => 'continue',
      work: () => Promise.reject(new Error('boom')),
      onState: () => undefined,
      signal: new AbortController().signal,
    });
    assert.match((await run.run()).errors.get('a')?.message ?? '', /Internal error: boom/);
  });

  const anyGraph = fc
    .array(fc.tuple(fc.array(fc.nat(), { maxLength: 4 }), fc.constantFrom('completed', 'failed', 'cancelled')), {
      maxLength: 40,
    })
    .map((rows) =>
      rows.map(([links, verdict], index) => ({
        id: `t${index}`,
        dependencies: index === 0 ? [] : [...new Set(links.map((link) => `t${link % index}`))],
        verdict: verdict,
      })),
    );

  it('ends every task of any graph with a verdict that its dependencies explain (property)', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, fc.integer({ min: 1, max: 5 }), async (tasks, limit) => {
        const verdicts = new Map(tasks.map(({ id, verdict }) => [id, verdict]));
        let running = 0;
        const run = new GraphRun<Task, string>({
          graph: new TaskGraph<Task>(tasks),
          maxConcurrency: () => limit,
          onFailure: () => 'continue',
          work: async (task, inputs) => {
            running += 1;
            assert.ok(running <= limit);
            assert.deepEqual([...inputs.keys()].sort(), [...task.dependencies].sort());
            await settle(1);
            running -= 1;
            const status = verdicts.get(task.id);
            return status === 'completed' || status === undefined
              ? { status: 'completed', result: task.id }
              : { status, error: BROKEN };
          },
          onState: () => undefined,
          signal: new AbortController().signal,
        });
        const { states: final } = await run.run();
        for (const task of tasks) {
          const isReady = task.dependencies.every((id) => final.get(id) === 'completed');
          assert.equal(final.get(task.id), isReady ? task.verdict : 'skipped');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('runs 1,000 tasks within two percent of the critical path with enough workers, at little cost', async () => {
    let seed = 7;
    const chance = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const tasks = Array.from({ length: 1_000 }, (_, index) => ({
      id: `t${index}`,
      dependencies: index === 0 ? [] : [...new Set([0, 1, 2].map(() => `t${Math.floor(chance() * index)}`))],
      takesMs: 1 + Math.floor(chance() * 100),
    }));
    const ends = new Map<string, number>();
    for (const { id, dependencies, takesMs } of tasks)
      ends.set(id, takesMs + Math.max(0, ...dependencies.map((before) => ends.get(before) ?? 0)));
    const criticalMs = Math.max(...ends.values());
    const clock = new ManualClock();
    const begin = clock.now();
    let states = 0;
    const run = new GraphRun<(typeof tasks)[number], string>({
      graph: new TaskGraph(tasks),
      maxConcurrency: () => 1_000,
      onFailure: () => 'continue',
      work: async ({ id, takesMs }, _inputs, { signal }) => {
        await delay(clock, takesMs, signal);
        return { status: 'completed', result: id };
      },
      onState: () => (states += 1),
      signal: new AbortController().signal,
    });
    const startedAt = performance.now();
    let spentMs = Infinity;
    let makespanMs = Infinity;
    const going = run.run().then(({ results }) => {
      spentMs = performance.now() - startedAt;
      makespanMs = clock.now() - begin;
      return results.size;
    });
    while (makespanMs === Infinity) await clock.advance(Math.max(1, clock.pending()[0] ?? 1));
    assert.equal(await going, 1_000);
    assert.ok(makespanMs <= criticalMs * 1.02, `${makespanMs} of ${criticalMs} ms`);
    // A task is blocked, pending, running, completed: the views get no more of it.
    assert.ok(states <= 4_000, `${states} states`);
    assert.ok(spentMs < 20_000, `${spentMs} ms`);
  });

  it('takes a chain of 20,000 tasks without overflowing the stack', async () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => ({
      id: `t${index}`,
      dependencies: index === 0 ? [] : [`t${index - 1}`],
    }));
    const graph = new TaskGraph(tasks);
    assert.equal(graph.height('t0'), 20_000);
    assert.equal(graph.downstream('t0').length, 19_999);
  });
});
