import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import type { EventBroker } from '../../../../src/core/events/eventBroker';
import { EventExchange, type EventExchangeOptions } from '../../../../src/core/events/eventExchange';
import type { ExchangeRecord } from '../../../../src/core/events/exchangeRecords';
import { ReceivedEvents } from '../../../../src/core/events/receivedEvents';
import { failure } from '../../../../src/core/failure';
import { createBus, numbersOf, tick } from '../../../support/busFixture';
import { settle } from '../../../support/gate';
import { InMemoryStream } from '../../../support/inMemoryBroker';
import { InMemoryStorage } from '../../../support/inMemoryEventLog';
import { createExchangeRecords } from '../../../support/inMemoryExchangeRecords';

describe('EventExchange', () => {
  let stream: InMemoryStream;
  let storage: InMemoryStorage;
  let kept: Map<string, ExchangeRecord>;
  const open: EventExchange[] = [];
  beforeEach(() => {
    stream = new InMemoryStream();
    storage = new InMemoryStorage();
    kept = new Map();
  });
  afterEach(() => {
    for (const exchange of open.splice(0)) exchange.dispose();
  });

  /** A window of the team. */
  function join(origin: string, options: Partial<EventExchangeOptions> & { recentEvents?: number } = {}) {
    const { recentEvents = 1000, ...rest } = options;
    const { bus, clock, log } = createBus({ origin, storage, recentEvents });
    const onBug = (error: unknown) => assert.fail(String(error));
    bus.joinTeam(new ReceivedEvents({ origin, log: log.receivedLog(), recent: 100, onBug }));
    const problems: string[] = [];
    const exchange = new EventExchange({
      bus,
      broker: stream.open(),
      clock,
      records: createExchangeRecords(storage, kept),
      onProblem: (problem) => problems.push('reason' in problem ? problem.reason : problem.message),
      random: () => 1,
      ...rest,
    });
    open.push(exchange);
    const received: EventEnvelope[] = [];
    bus.tapReceived((event) => void received.push(event));
    exchange.start();
    return { bus, clock, exchange, received, problems };
  }

  it('brings the events of each window to all others, as they are and in order', async () => {
    const [one, two, three] = [join('w1'), join('w2'), join('w3')];
    await settle();
    const sent = [tick(one.bus, 1), tick(two.bus, 10), tick(one.bus, 2)];
    for (let n = 3; n <= 500; n += 1) tick(one.bus, n);
    await settle(20);
    assert.deepEqual(one.received, [sent[1]]);
    assert.deepEqual(
      numbersOf(two.received),
      Array.from({ length: 500 }, (_, n) => n + 1),
    );
    assert.equal(three.received.length, 501);
    assert.deepEqual(two.received[0], sent[0]);
    assert.deepEqual(
      [one, two, three].map(({ exchange }) => [exchange.health().sent, exchange.health().unsent]),
      [
        [500, 0],
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('never sends on what came from others', async () => {
    const [one, two] = [join('w1'), join('w2')];
    await settle();
    tick(one.bus, 1);
    await settle(10);
    assert.equal(two.received.length, 1);
    assert.deepEqual(stream.appended, [{ origin: 'w1', seq: 1 }]);
  });

  it('shares what is published from now on, or from a number on', async () => {
    const { bus } = createBus({ origin: 'w9', storage });
    for (const n of [1, 2, 3]) tick(bus, n);
    const exchange = new EventExchange({
      bus,
      broker: stream.open(),
      clock: createBus().clock,
      onProblem: () => assert.fail(),
      fromSeq: 2,
    });
    open.push(exchange);
    exchange.start();
    await settle();
    assert.deepEqual(
      stream.appended.map(({ seq }) => seq),
      [3],
    );
  });

  it('keeps what happens without a connection and sends it later, none lost, none twice', async () => {
    const one = join('w1', { recentEvents: 10 });
    const two = join('w2');
    await settle();
    tick(one.bus, 0);
    await settle(10);
    stream.cut();
    for (let n = 1; n < 300; n += 1) tick(one.bus, n);
    await settle(10);
    const offline = one.exchange.health();
    assert.deepEqual([offline.state, offline.unsent, offline.problem?.reason], ['waiting', 299, 'broker.unreachable']);
    stream.restore();
    await one.clock.advance(30_000);
    await two.clock.advance(30_000);
    await settle(20);
    assert.deepEqual(
      numbersOf(two.received),
      Array.from({ length: 300 }, (_, n) => n),
    );
    assert.deepEqual([one.exchange.health().unsent, one.exchange.health().lost], [0, 0]);
    assert.equal(one.exchange.health().problem, undefined);
  });

  it('counts what its log lost before there was a connection', async () => {
    stream.cut();
    const one = join('w1', { recentEvents: 5 });
    await settle();
    for (let n = 1; n <= 20; n += 1) tick(one.bus, n);
    storage.events.splice(0, 12);
    stream.restore();
    await one.clock.advance(30_000);
    await settle(10);
    assert.deepEqual([one.exchange.health().lost, one.exchange.health().sent], [12, 8]);
  });

  it('sends again what it does not know to have arrived, which does no harm', async () => {
    const two = join('w2');
    let answers = 0;
    const forgetful: EventBroker = {
      place: 'memory',
      connect: async (signal) => {
        const session = await stream.open().connect(signal);
        if ('reason' in session) return session;
        return {
          append: async (origin, events) => {
            await session.append(origin, events);
            answers += 1;
            // It arrived; its answer did not.
            if (answers > 1) return undefined;
            session.close();
            return failure('broker.unreachable', 'Lost the answer.', true);
          },
          read: (position, limit) => session.read(position, limit),
          windows: () => session.windows(),
          close: () => session.close(),
        };
      },
    };
    const one = join('w1', { broker: forgetful });
    await settle();
    tick(one.bus, 1);
    await settle(10);
    await one.clock.advance(1000);
    await settle(10);
    assert.equal(stream.appended.filter(({ origin }) => origin === 'w1').length, 2);
    assert.deepEqual(numbersOf(two.received), [1]);
  });

  it('takes an event once that the stream has twice', async () => {
    const one = join('w1');
    await settle();
    const { bus } = createBus({ origin: 'w2' });
    const text = JSON.stringify(tick(bus, 1));
    stream.texts.push(text, text);
    stream.changed();
    await settle(10);
    assert.deepEqual(numbersOf(one.received), [1]);
    assert.equal(one.exchange.health().duplicates, 1);
  });

  it('leaves out what is no event, and goes on', async () => {
    const one = join('w1');
    await settle();
    const { bus } = createBus({ origin: 'w2' });
    const good = tick(bus, 1);
    stream.texts.push(
      'no JSON',
      '{"id":1}',
      JSON.stringify({ ...good, topic: 'not a topic' }),
      JSON.stringify({ ...good, topic: 'run.started', payload: { wrong: true } }),
      JSON.stringify(good),
    );
    stream.changed();
    await settle(10);
    assert.deepEqual(numbersOf(one.received), [1]);
    assert.equal(one.exchange.health().malformed, 4);
  });

  it('connects again after longer and longer waits, and tells of an outage once', async () => {
    stream.cut();
    const { clock, exchange, problems } = join('w1');
    await settle();
    for (const delayMs of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      assert.deepEqual(clock.pending(), [delayMs]);
      await clock.advance(delayMs);
    }
    assert.deepEqual(problems, ['broker.unreachable']);
    stream.restore();
    await clock.advance(30_000);
    assert.equal(exchange.health().state, 'connected');
    stream.cut();
    await settle();
    assert.deepEqual(problems, ['broker.unreachable', 'broker.unreachable']);
  });

  it('does not hurry where somebody has to do something first', async () => {
    stream.cut(failure('broker.refused', 'Wrong password.'));
    const { clock, exchange } = join('w1');
    await settle();
    assert.deepEqual([clock.pending(), exchange.health().problem?.reason], [[60_000], 'broker.refused']);
  });

  it('takes a server that drops every connection at once for one that is not there', async () => {
    const { clock } = join('w1');
    const waits: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      await settle();
      stream.cut();
      await settle();
      stream.restore();
      waits.push(clock.pending()[0] ?? 0);
      await clock.advance(waits[n] ?? 0);
    }
    assert.deepEqual(waits, [500, 1000, 2000, 4000]);
  });

  it('says how many windows there are, and tells of every change of its state', async () => {
    const one = join('w1');
    const states: string[] = [];
    one.exchange.onDidChange(() => states.push(one.exchange.health().state));
    await settle();
    join('w2');
    await settle();
    await one.clock.advance(10_000);
    tick(one.bus, 1);
    await settle();
    assert.equal(one.exchange.health().windows, 2);
    stream.cut();
    await settle();
    assert.deepEqual(states.at(-1), 'waiting');
    assert.equal(one.exchange.health().windows, undefined);
  });

  it('gives what is left a moment when it ends, and leaves the rest to the next window', async () => {
    const one = join('w1');
    const two = join('w2');
    await settle();
    tick(one.bus, 1);
    const closing = one.exchange.close(1000);
    await settle();
    await closing;
    assert.deepEqual(numbersOf(two.received), [1]);

    const three = join('w3');
    await settle();
    stream.cut();
    await settle();
    tick(three.bus, 2);
    await three.exchange.close(1000);
    storage.alive.delete('w1');
    storage.alive.delete('w3');
    assert.deepEqual([...kept.keys()].sort(), ['w1', 'w2', 'w3']);
    stream.restore();
    const four = join('w4');
    await two.clock.advance(30_000);
    await settle(20);
    assert.deepEqual(numbersOf(two.received), [1, 2]);
    assert.deepEqual([...kept.keys()].sort(), ['w2', 'w4']);
    assert.deepEqual(numbersOf(four.received), [2], 'what its predecessor could not send comes back from the team');
  });

  it('goes on where the window before it stopped reading, if that was just now', async () => {
    const one = join('w1');
    const two = join('w2');
    await settle();
    tick(two.bus, 1);
    await settle();
    await one.exchange.close(1000);
    storage.alive.delete('w1');
    tick(two.bus, 2);
    await settle();
    const three = join('w3');
    await settle();
    assert.deepEqual(numbersOf(three.received), [2]);

    const record = kept.get('w3');
    await three.exchange.close(1000);
    storage.alive.delete('w3');
    kept.set('w3', { ...(record as ExchangeRecord), savedMs: (record?.savedMs ?? 0) - 600_001 });
    const four = join('w4');
    await settle();
    assert.deepEqual(four.received, []);
  });

  it('stops at once when it is disposed', async () => {
    const one = join('w1');
    await settle();
    one.exchange.dispose();
    await settle();
    assert.deepEqual([one.exchange.health().state, one.clock.pending(), stream.sessions.size], ['closed', [], 0]);
    tick(one.bus, 1);
    await settle();
    assert.deepEqual(stream.appended, []);
  });
});
