import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import type { EventBusOptions } from '../../../../src/core/events/eventBus';
import { ReceivedEvents } from '../../../../src/core/events/receivedEvents';
import { createBus, tick } from '../../../support/busFixture';
import { EventBuilder } from '../../../support/eventBuilder';
import { Gate, settle } from '../../../support/gate';

/** A bus of `window-1` in a team. */
function createTeamBus(options: Partial<EventBusOptions> & { recentReceived?: number } = {}) {
  const { recentReceived = 100, ...rest } = options;
  const fixture = createBus(rest);
  const log = fixture.log.receivedLog();
  const onBug = (error: unknown) => assert.fail(String(error));
  fixture.bus.joinTeam(new ReceivedEvents({ origin: 'window-1', log, recent: recentReceived, onBug }));
  return fixture;
}

const others = (origin = 'window-2') => new EventBuilder(origin, { runId: 'r' });
const saved = (builder: EventBuilder, n: number) => builder.make('task.progress', { message: String(n) });
const messages = (events: readonly EventEnvelope[]) =>
  events.map(({ payload }) => (typeof payload === 'number' ? payload : (payload as { message: string }).message));

describe('events of other windows', () => {
  it('reach subscribers as they are, between those of this window', async () => {
    const { bus } = createTeamBus();
    const seen: EventEnvelope[] = [];
    bus.subscribe('**', (event) => void seen.push(event));
    tick(bus, 1);
    const remote = saved(others(), 7);
    bus.receive(remote);
    tick(bus, 2);
    await settle();
    assert.deepEqual(messages(seen), [1, '7', 2]);
    assert.deepEqual(seen[1], remote);
    assert.deepEqual(
      seen.filter(({ origin }) => origin === 'window-1').map(({ seq }) => seq),
      [1, 2],
    );
    assert.equal(bus.lastSeq, 2);
  });

  it('are taken once each, in the order of their window, and never when they are our own', async () => {
    const { bus } = createTeamBus();
    const seen: EventEnvelope[] = [];
    bus.subscribe('**', (event) => void seen.push(event));
    const [builder, third] = [others(), others('window-3')];
    const events = [saved(builder, 1), saved(builder, 2), saved(builder, 3)] as const;
    assert.deepEqual(
      [events[0], events[1], events[0], events[1], saved(third, 1), events[2]].map((event) => bus.receive(event)),
      ['taken', 'taken', 'known', 'known', 'taken', 'taken'],
    );
    assert.equal(bus.receive(tick(bus, 9)), 'own');
    await settle();
    assert.deepEqual(messages(seen), ['1', '2', '1', '3', 9]);
  });

  it('that never came are counted by the gaps in their numbers', () => {
    const { bus } = createTeamBus();
    const builder = others();
    const [first] = [saved(builder, 1), saved(builder, 2), saved(builder, 3)];
    bus.receive(first);
    bus.receive(saved(builder, 4));
    assert.equal(bus.team?.missed, 2);
  });

  it('stand in no log, journal or projection of this window', async () => {
    const { bus, log } = createTeamBus();
    const tapped: EventEnvelope[] = [];
    const received: EventEnvelope[] = [];
    bus.tap((event) => void tapped.push(event));
    bus.tapReceived((event) => void received.push(event));
    bus.receive(saved(others(), 1));
    assert.deepEqual([await log.read(0, 10), await log.readRun('r'), tapped], [[], [], []]);
    assert.equal(received.length, 1);
    assert.equal(bus.stats().published, 0);
  });

  it('are among the newest of the history, and not among what follows a number of this window', async () => {
    const { bus } = createTeamBus();
    tick(bus, 1);
    const builder = others();
    bus.receive(saved(builder, 1));
    bus.receive(saved(builder, 2));
    const all = await bus.history();
    assert.deepEqual(all.map(({ origin }) => origin).sort(), ['window-1', 'window-2', 'window-2']);
    assert.deepEqual(messages(await bus.history({ pattern: 'task.*' })), ['1', '2']);
    assert.deepEqual(messages(await bus.history({ pattern: 'task.*', limit: 1 })), ['2']);
    assert.deepEqual(await bus.history({ limit: 0 }), []);
    assert.deepEqual(messages(await bus.history({ runId: 'r' })), ['1', '2']);
    assert.deepEqual(messages(await bus.history({ afterSeq: 0 })), [1]);
  });

  it('are found as causes, without making their run one of this window', async () => {
    const { bus } = createTeamBus();
    const cause = saved(others(), 1);
    bus.receive(cause);
    const effect = bus.publishExternal('user.effect', {}, { source: 'test', causationId: cause.id });
    assert.deepEqual([effect.correlationId, effect.runId], [cause.correlationId, undefined]);
    const chain = await bus.chainOf(effect);
    assert.deepEqual(
      chain.events.map(({ id }) => id),
      [effect.id, cause.id],
    );
    assert.equal(bus.find(cause.id)?.seq, cause.seq);
  });

  it('are masked', async () => {
    const { bus } = createTeamBus({ redact: (text) => text.replace('sk-secret', '***') });
    bus.receive(others().make('task.progress', { message: 'the key is sk-secret' }));
    assert.deepEqual(messages(await bus.history()), ['the key is ***']);
  });

  it('fill queues like any other, and are counted where they are dropped', async () => {
    const { bus, clock } = createTeamBus();
    const gate = new Gate();
    const seen: EventEnvelope[] = [];
    bus.subscribe(
      'task.**',
      async (event) => {
        seen.push(event);
        await gate.wait();
      },
      { queue: 2, policy: 'drop-newest' },
    );
    const builder = others();
    bus.receive(saved(builder, 1));
    await settle();
    for (let n = 2; n <= 5; n += 1) bus.receive(saved(builder, n));
    gate.open();
    await clock.advance(1000);
    assert.deepEqual(messages(seen), ['1', '2', '3']);
    assert.equal(bus.stats().subscribers[0]?.dropped, 2);
  });

  for (const recentReceived of [100, 4]) {
    it(`wait for a subscriber that blocks, ${recentReceived > 50 ? 'in memory' : 'on disk'}`, async () => {
      const { bus } = createTeamBus({ recentReceived });
      const gate = new Gate();
      const seen: EventEnvelope[] = [];
      bus.subscribe(
        '**',
        async (event) => {
          if (event.topic === 'subscriber.paused') return;
          seen.push(event);
          await gate.wait();
        },
        { queue: 2, policy: 'block' },
      );
      const builder = others();
      for (let n = 1; n <= 20; n += 1) {
        bus.receive(saved(builder, n));
        if (n % 5 === 0) tick(bus, n);
      }
      await settle();
      gate.open();
      await settle(50);
      const numbers = messages(seen);
      assert.deepEqual(
        numbers.filter((message) => typeof message === 'string'),
        Array.from({ length: 20 }, (_, n) => String(n + 1)),
      );
      assert.deepEqual(
        numbers.filter((message) => typeof message === 'number'),
        [5, 10, 15, 20],
      );
      assert.equal(bus.stats().subscribers[0]?.dropped, 0);
    });
  }

  it('come live to late subscribers, who catch up with this window only', async () => {
    const { bus } = createTeamBus();
    const builder = others();
    tick(bus, 1);
    bus.receive(saved(builder, 1));
    const seen: EventEnvelope[] = [];
    bus.subscribe('**', (event) => void seen.push(event), { afterSeq: 0 });
    await settle();
    bus.receive(saved(builder, 2));
    await settle();
    assert.deepEqual(messages(seen), [1, '2']);
  });
});
