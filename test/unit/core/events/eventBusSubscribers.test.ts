import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEnvelope } from '../../../../src/api';
import { createBus, numbersOf, tick } from '../../../support/busFixture';
import { Gate, settle } from '../../../support/gate';

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
