import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEnvelope } from '../../../../src/api';
import { EVENT_SCHEMAS } from '../../../../src/core/events/eventSchemas';
import { createBus, numbersOf, tick } from '../../../support/busFixture';
import { Gate, settle } from '../../../support/gate';

const failing = { topic: 'task.failed', source: 'test' } as const;

describe('EventBus: publishing', () => {
  it('gives an envelope at once: a ULID, the next number of its origin, ISO time, its own correlation', () => {
    const { bus } = createBus();
    const first = tick(bus, 1);
    const second = tick(bus, 2);
    assert.match(first.id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual([first.seq, second.seq, first.origin], [1, 2, 'window-1']);
    assert.equal(first.time, '2030-01-01T00:00:00.000Z');
    assert.equal(first.correlationId, first.id);
    assert.ok(second.id > first.id);
  });

  it('keeps ids rising when the clock goes back', () => {
    const { bus, clock } = createBus();
    const before = tick(bus, 1);
    clock.set(0);
    assert.ok(tick(bus, 2).id > before.id);
  });

  it('carries what the publisher knows', () => {
    const { bus } = createBus();
    const known = {
      runId: 'r',
      taskId: 't',
      agent: 'dev',
      promptVersion: 'v',
      correlationId: 'c',
      causationId: 'e',
      traceId: 'x',
      spanId: 'y',
    };
    const event = bus.publish({ topic: 'run.paused', payload: {}, source: 'engine', ...known });
    const { id: _id, seq: _seq, origin: _origin, time: _time, ...rest } = event;
    assert.deepEqual(rest, { topic: 'run.paused', source: 'engine', payload: {}, ...known });
  });

  it('throws for a payload of ours that does not fit its topic, and publishes nothing', () => {
    const { bus } = createBus();
    const payload = { error: { reason: 'x' } } as never;
    assert.throws(() => bus.publish({ ...failing, payload }), /Internal error: the payload of task\.failed/);
    assert.equal(bus.stats().published, 0);
  });

  it('has a schema for every topic of the contract', () => {
    const families = {
      run: 'started completed partial failed cancelled interrupted paused resumed',
      route: 'decided fallback',
      handoff: 'requested completed rejected',
      plan: 'created rejected revised',
      task: 'started progress completed failed retrying skipped cancelled interrupted',
      agent: 'started completed failed',
      model: 'requested completed failed retrying',
      context: 'condensed',
      guardrail: 'tripped',
      tool: 'requested started completed failed',
      approval: 'requested granted denied expired',
      edit: 'proposed accepted rejected reverted conflicted',
      conflict: 'resolved',
      breaker: 'opened half_opened closed',
      budget: 'warned exceeded',
      memory: 'written',
      // `updated` is our addition to the contract: what a person decides about a finding after its review.
      review: 'completed updated',
      file: 'saved',
      diagnostics: 'changed',
      git: 'changed',
      tests: 'finished',
      debug: 'ended',
      subscriber: 'failed dropped paused',
    };
    const topics = Object.entries(families).flatMap(([family, names]) =>
      names.split(' ').map((name) => `${family}.${name}`),
    );
    assert.deepEqual(Object.keys(EVENT_SCHEMAS).sort(), topics.sort());
  });

  for (const topic of ['run.started', 'subscriber.dropped', 'anything.else', 'user', 'user.*', 'ext.x']) {
    it(`refuses ${topic} from others`, () => {
      const { bus } = createBus();
      assert.throws(() => bus.publishExternal(topic, {}, { source: 'test' }), TypeError);
      assert.equal(bus.stats().published, 0);
    });
  }

  it('copies what others publish, so that they cannot change it afterwards', () => {
    const { bus } = createBus();
    const payload = { list: [1] };
    const event = bus.publishExternal('user.x', payload, { source: 'test' });
    payload.list.push(2);
    assert.deepEqual(event.payload, { list: [1] });
  });

  it('refuses payloads that are not JSON or are huge', () => {
    const { bus } = createBus();
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const payload of [cyclic, 10n, () => 1, 'x'.repeat(1_100_000)]) {
      assert.throws(() => bus.publishExternal('user.x', payload, { source: 'test' }), TypeError);
    }
  });

  it('puts an event of others into the run and correlation of its cause', () => {
    const { bus } = createBus();
    const cause = bus.publish({
      topic: 'run.paused',
      payload: {},
      source: 'engine',
      runId: 'r',
      correlationId: 'r',
      traceId: 't',
    });
    const event = bus.publishExternal('user.x', 1, { source: 'test', causationId: cause.id });
    assert.deepEqual([event.causationId, event.correlationId, event.runId, event.traceId], [cause.id, 'r', 'r', 't']);
  });

  it('masks secrets in payloads before anybody sees them', async () => {
    const { bus, log } = createBus({ redact: (text) => text.replaceAll('sk-secret', '***') });
    const seen: unknown[] = [];
    bus.tap((event) => seen.push(event.payload));
    const event = bus.publishExternal(
      'user.x',
      { deep: [{ text: 'key sk-secret!' }], 'sk-secret': 1 },
      { source: 'test' },
    );
    const expected = { deep: [{ text: 'key ***!' }], '***': 1 };
    assert.deepEqual([event.payload, seen[0], (await log.read(0, 1))[0]?.payload], [expected, expected, expected]);
  });
});

describe('EventBus: subscribers', () => {
  it('get events after publish has returned, in order, one at a time', async () => {
    const { bus } = createBus();
    const log: string[] = [];
    bus.subscribe('user.*', async ({ payload }) => {
      log.push(`begin ${String(payload)}`);
      await Promise.resolve();
      log.push(`end ${String(payload)}`);
    });
    for (const n of [1, 2, 3]) tick(bus, n);
    assert.deepEqual(log, []);
    await settle();
    assert.deepEqual(log, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  it('get only what their pattern takes, and nothing once they are disposed', async () => {
    const { bus } = createBus();
    const seen: EventEnvelope[] = [];
    const subscription = bus.subscribe('run.*', (event) => void seen.push(event));
    tick(bus, 1);
    bus.publish({ topic: 'run.paused', payload: {}, source: 'engine' });
    await settle();
    bus.publish({ topic: 'run.paused', payload: {}, source: 'engine' });
    subscription.dispose();
    subscription.dispose();
    await settle();
    assert.deepEqual(
      seen.map(({ topic }) => topic),
      ['run.paused'],
    );
  });

  it('see one order even when one publishes while an event is delivered', async () => {
    const { bus } = createBus();
    const orders: number[][] = [[], []];
    bus.tap((event) => {
      if (event.payload === 1) tick(bus, 2);
    });
    for (const order of orders) bus.subscribe('user.*', (event) => void order.push(event.seq));
    tick(bus, 1);
    await settle();
    assert.deepEqual(orders, [
      [1, 2],
      [1, 2],
    ]);
  });

  it('that throw harm no other, and are reported with the event that they failed on', async () => {
    const { bus } = createBus();
    const seen: unknown[] = [];
    bus.subscribe('user.*', () => {
      throw new Error('broken');
    });
    bus.subscribe('user.*', () => Promise.reject(new Error('broken too')));
    bus.subscribe('user.*', ({ payload }) => void seen.push(payload));
    const event = tick(bus, 1);
    await settle();
    assert.deepEqual(seen, [1]);
    const reports = await bus.history({ pattern: 'subscriber.failed' });
    assert.deepEqual(
      reports.map(({ payload, causationId }) => [payload, causationId]),
      [
        [{ pattern: 'user.*', reason: 'threw', message: 'broken', eventId: event.id }, event.id],
        [{ pattern: 'user.*', reason: 'threw', message: 'broken too', eventId: event.id }, event.id],
      ],
    );
  });

  it('that throw on everything are not told of their own failures without end', async () => {
    const { bus } = createBus();
    bus.subscribe('**', () => {
      throw new Error('always');
    });
    tick(bus, 1);
    await settle();
    assert.equal(bus.lastSeq, 2);
    assert.equal(bus.stats().subscribers[0]?.failed, 2);
  });

  it('that take over 30 s are reported and go on with the next event', async () => {
    const { bus, clock } = createBus();
    const seen: unknown[] = [];
    bus.subscribe('user.*', ({ payload }) => {
      seen.push(payload);
      return payload === 1 ? new Promise<void>(() => {}) : undefined;
    });
    tick(bus, 1);
    tick(bus, 2);
    await settle();
    await clock.advance(29_999);
    assert.deepEqual(seen, [1]);
    await clock.advance(1);
    assert.deepEqual(seen, [1, 2]);
    const [report] = await bus.history({ pattern: 'subscriber.failed' });
    assert.equal((report?.payload as { reason: string }).reason, 'timeout');
    assert.deepEqual(clock.pending(), []);
  });

  it('leave no timer behind when they are disposed in the middle of an event', async () => {
    const { bus, clock } = createBus();
    const subscription = bus.subscribe('user.*', () => new Promise<void>(() => {}));
    tick(bus, 1);
    await settle();
    subscription.dispose();
    assert.deepEqual(clock.pending(), []);
  });
});

describe('EventBus: full queues', () => {
  async function overflow(policy: 'drop-oldest' | 'drop-newest' | 'block' | undefined) {
    const fixture = createBus();
    const { bus } = fixture;
    const gate = new Gate();
    const seen: unknown[] = [];
    bus.subscribe(
      'user.*',
      async ({ payload }) => {
        seen.push(payload);
        await gate.wait();
      },
      { queue: 2, ...(policy && { policy }) },
    );
    tick(bus, 0);
    await settle();
    for (const n of [1, 2, 3, 4, 5]) tick(bus, n);
    await settle();
    return { ...fixture, gate, seen };
  }

  it('lose the oldest by default, count it and say so once', async () => {
    const { bus, gate, seen } = await overflow(undefined);
    assert.deepEqual(bus.stats().subscribers, [{ pattern: 'user.*', delivered: 0, dropped: 3, failed: 0, depth: 2 }]);
    gate.open();
    await settle();
    assert.deepEqual(seen, [0, 4, 5]);
    const reports = await bus.history({ pattern: 'subscriber.dropped' });
    assert.deepEqual(numbersOf(reports), [{ pattern: 'user.*', dropped: 3, policy: 'drop-oldest' }]);
  });

  it('lose the newest if asked to', async () => {
    const { bus, gate, seen } = await overflow('drop-newest');
    gate.open();
    await settle();
    assert.deepEqual(seen, [0, 1, 2]);
    const reports = await bus.history({ pattern: 'subscriber.dropped' });
    assert.deepEqual(numbersOf(reports), [{ pattern: 'user.*', dropped: 3, policy: 'drop-newest' }]);
  });

  it('lose nothing with block: the subscriber is paused and catches up', async () => {
    const { bus, gate, seen } = await overflow('block');
    assert.deepEqual(numbersOf(await bus.history({ pattern: 'subscriber.*' })), [{ pattern: 'user.*', atSeq: 4 }]);
    gate.open();
    await settle();
    tick(bus, 6);
    await settle();
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6]);
    assert.equal(bus.stats().subscribers[0]?.dropped, 0);
  });

  it('report further drops at most once a second, and every one in the end', async () => {
    const { bus, clock } = await overflow('drop-newest');
    const total = async () => {
      const reports = await bus.history({ pattern: 'subscriber.dropped' });
      return reports.map(({ payload }) => (payload as { dropped: number }).dropped);
    };
    for (let n = 0; n < 4; n += 1) {
      tick(bus, n);
      await settle();
    }
    assert.deepEqual(await total(), [3]);
    await clock.advance(1000);
    assert.deepEqual(await total(), [3, 4]);
    tick(bus, 9);
    await bus.flush();
    assert.deepEqual(await total(), [3, 4, 1]);
  });

  it('of a subscriber to everything do not feed on their own reports', async () => {
    const { bus, clock } = createBus();
    const gate = new Gate();
    bus.subscribe('**', () => gate.wait().then(() => {}), { queue: 1 });
    for (let n = 0; n < 10; n += 1) tick(bus, n);
    await settle();
    for (let second = 0; second < 5; second += 1) await clock.advance(1000);
    assert.equal((await bus.history({ pattern: 'subscriber.**' })).length, 1);
    gate.open();
  });

  it('refuse a length that is none', () => {
    const { bus } = createBus();
    for (const queue of [0, -1, 1.5, Number.NaN])
      assert.throws(() => bus.subscribe('**', () => {}, { queue }), RangeError);
  });
});

describe('EventBus: catching up', () => {
  it('delivers first what was published after afterSeq, then what comes, without gap or double', async () => {
    for (const recentEvents of [1000, 5]) {
      const { bus, log } = createBus({ recentEvents });
      for (let n = 1; n <= 40; n += 1) tick(bus, n);
      const seen: unknown[] = [];
      bus.subscribe('user.*', ({ payload }) => void seen.push(payload), { afterSeq: 10, queue: 3 });
      tick(bus, 41);
      await settle(20);
      tick(bus, 42);
      await settle();
      assert.deepEqual(
        seen,
        Array.from({ length: 32 }, (_, index) => index + 11),
      );
      assert.equal(log.reads > 0, recentEvents === 5);
    }
  });

  it('with an afterSeq of the future waits for it', async () => {
    const { bus } = createBus();
    const seen: unknown[] = [];
    bus.subscribe('user.*', ({ seq }) => void seen.push(seq), { afterSeq: 2 });
    for (const n of [1, 2, 3]) tick(bus, n);
    await settle();
    assert.deepEqual(seen, [3]);
  });

  it('goes on when the log can not be read', async () => {
    const bugs: unknown[] = [];
    const { bus, log } = createBus({ recentEvents: 2, onBug: (error) => bugs.push(error) });
    log.read = () => Promise.reject(new Error('disk gone'));
    for (let n = 1; n <= 10; n += 1) tick(bus, n);
    const seen: unknown[] = [];
    bus.subscribe('user.*', ({ payload }) => void seen.push(payload), { afterSeq: 0 });
    await settle();
    tick(bus, 11);
    await settle();
    assert.deepEqual(seen, [11]);
    assert.equal(bugs.length, 1);
  });

  it('keeps order and loses nothing with block, whatever the rhythm', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ kind: fc.constant('yield' as const), count: fc.integer({ min: 1, max: 3 }) }),
    );
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, queue) => {
        const { bus } = createBus({ recentEvents: 4 });
        const seen: unknown[] = [];
        const handler = async ({ payload }: EventEnvelope) => {
          await Promise.resolve();
          seen.push(payload);
        };
        bus.subscribe('user.*', handler, { queue, policy: 'block' });
        let n = 0;
        for (const { kind, count } of steps) {
          if (kind === 'yield') await settle(count);
          else for (let index = 0; index < count; index += 1) tick(bus, (n += 1));
        }
        while (bus.stats().subscribers[0]?.delivered !== n) await settle();
        assert.deepEqual(
          seen,
          Array.from({ length: n }, (_, index) => index + 1),
        );
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});

describe('EventBus: history', () => {
  it('is ascending: the newest without afterSeq, the first with it', async () => {
    for (const recentEvents of [1000, 3]) {
      const { bus } = createBus({ recentEvents });
      for (let n = 1; n <= 20; n += 1) {
        tick(bus, n);
        bus.publishExternal('user.other', n, { source: 'test' });
      }
      const pattern = 'user.tick';
      assert.deepEqual(numbersOf(await bus.history({ pattern, limit: 3 })), [18, 19, 20]);
      assert.deepEqual(numbersOf(await bus.history({ pattern, afterSeq: 4, limit: 3 })), [3, 4, 5]);
      assert.deepEqual(numbersOf(await bus.history({ pattern, afterSeq: 38 })), [20]);
      assert.deepEqual(
        (await bus.history()).map(({ seq }) => seq),
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
      assert.deepEqual(await bus.history({ limit: 0 }), []);
      assert.deepEqual(await bus.history({ afterSeq: 1000 }), []);
    }
  });

  it('has 1,000 events without a limit', async () => {
    const { bus } = createBus({ recentEvents: 10 });
    for (let n = 1; n <= 2500; n += 1) tick(bus, n);
    assert.deepEqual((await bus.history()).map(({ seq }) => seq)[0], 1501);
    assert.equal((await bus.history()).length, 1000);
    assert.deepEqual((await bus.history({ afterSeq: 0 })).at(-1)?.seq, 1000);
  });

  it('of a run has its events only, from every window', async () => {
    const { bus, log } = createBus();
    const paused = { topic: 'run.paused', payload: {}, source: 'engine', runId: 'r' } as const;
    log.append({
      ...paused,
      id: '00000000000000000000000001',
      seq: 7,
      origin: 'window-0',
      time: '',
      correlationId: 'r',
    });
    tick(bus, 1);
    bus.publish(paused);
    const events = await bus.history({ runId: 'r' });
    assert.deepEqual(
      events.map(({ origin, seq }) => [origin, seq]),
      [
        ['window-0', 7],
        ['window-1', 2],
      ],
    );
  });
});
