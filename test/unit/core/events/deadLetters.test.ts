import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import { DeadLetters, type DeadLetterOwner } from '../../../../src/core/events/deadLetters';
import { createBus, tick } from '../../../support/busFixture';
import { EventBuilder } from '../../../support/eventBuilder';
import { settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';

const owner: DeadLetterOwner = { kind: 'reaction', reaction: 'qa/file.saved', agent: 'qa', topic: 'file.saved' };

describe('DeadLetters', () => {
  const events = new EventBuilder();
  const letterOf = (text = 'x') => ({
    event: events.make('run.resumed', { reason: text }) as EventEnvelope,
    owner,
    reason: 'agent.failed',
    message: 'It failed.',
  });

  it('keeps what was given up, the newest first, and tells of it', () => {
    const letters = new DeadLetters({ clock: new ManualClock() });
    let told = 0;
    letters.onDidChange(() => (told += 1));
    const [one, two] = [letterOf(), letterOf()];
    letters.add(one, () => true);
    letters.add(two, () => true);
    assert.deepEqual(
      letters.list().map(({ event, time, attempts }) => [event, time, attempts]),
      [
        [two.event, '2030-01-01T00:00:00.000Z', 1],
        [one.event, '2030-01-01T00:00:00.000Z', 1],
      ],
    );
    assert.equal(told, 2);
  });

  it('holds so many letters and characters at most, and counts what had to leave', () => {
    const letters = new DeadLetters({ clock: new ManualClock(), maxLetters: 3, maxCharacters: 1000 });
    for (let n = 0; n < 5; n += 1) letters.add(letterOf(), () => true);
    assert.deepEqual([letters.list().length, letters.lost], [3, 2]);
    letters.add(letterOf('y'.repeat(900)), () => true);
    letters.add(letterOf('z'.repeat(900)), () => true);
    assert.deepEqual([letters.list().length, letters.lost], [1, 6]);
  });

  it('sends again, and knows how often that has failed', () => {
    const letters = new DeadLetters({ clock: new ManualClock() });
    const what = letterOf();
    const { id } = letters.add(what, () => true);
    assert.equal(letters.resend(id), 'sent');
    assert.deepEqual(letters.list(), []);
    assert.equal(letters.add(what, () => true).attempts, 2);
    assert.equal(letters.resend('nobody'), 'unknown');
  });

  it('keeps the letter when nobody is there to take it', () => {
    const letters = new DeadLetters({ clock: new ManualClock() });
    const { id } = letters.add(letterOf(), () => false);
    assert.equal(letters.resend(id), 'gone');
    assert.equal(letters.list().length, 1);
  });

  it('forgets one, or all', () => {
    const letters = new DeadLetters({ clock: new ManualClock() });
    const { id } = letters.add(letterOf(), () => true);
    letters.add(letterOf(), () => true);
    letters.drop(id);
    assert.equal(letters.list().length, 1);
    letters.dropAll();
    assert.deepEqual(letters.list(), []);
  });

  it('puts letters of an earlier window back once', () => {
    const letters = new DeadLetters({ clock: new ManualClock() });
    const letter = letters.add(letterOf(), () => true);
    letters.restore([{ letter: { ...letter, attempts: 9 }, resend: () => true }]);
    assert.deepEqual(letters.list(), [letter]);
  });
});

describe('EventBus: dead letters', () => {
  it('has what each handler failed on, and nothing of handlers that did not', async () => {
    const { bus, clock } = createBus();
    bus.subscribe('user.*', () => {
      throw new Error('broken');
    });
    bus.subscribe('user.*', () => new Promise(() => {}));
    bus.subscribe('user.*', () => {});
    const event = tick(bus, 1);
    await settle();
    await clock.advance(30_000);
    assert.deepEqual(
      bus.deadLetters.list().map(({ event: failed, reason, message }) => [failed.id, reason, message]),
      [
        [event.id, 'timeout', 'The handler took longer than 30 s.'],
        [event.id, 'threw', 'broken'],
      ],
    );
  });

  it('sends an event again to the one that failed on it only', async () => {
    const { bus } = createBus();
    let isBroken = true;
    const seen: string[] = [];
    bus.subscribe('user.*', ({ payload }) => {
      if (isBroken) throw new Error('broken');
      seen.push(`mended ${String(payload)}`);
    });
    bus.subscribe('user.*', ({ payload }) => void seen.push(`other ${String(payload)}`));
    tick(bus, 1);
    await settle();
    const again = () => bus.deadLetters.resend(bus.deadLetters.list()[0]?.id ?? '');
    assert.equal(again(), 'sent');
    await settle();
    assert.equal(bus.deadLetters.list()[0]?.attempts, 2);
    isBroken = false;
    again();
    await settle();
    assert.deepEqual(seen, ['other 1', 'mended 1']);
    assert.deepEqual(bus.deadLetters.list(), []);
  });

  it('sends to whoever subscribed in place of one that is gone, and else keeps the letter', async () => {
    const { bus } = createBus();
    const failing = bus.subscribe('user.*', () => {
      throw new Error('broken');
    });
    tick(bus, 1);
    await settle();
    failing.dispose();
    const id = bus.deadLetters.list()[0]?.id ?? '';
    assert.equal(bus.deadLetters.resend(id), 'gone');
    const seen: unknown[] = [];
    bus.subscribe('user.*', ({ payload }) => void seen.push(payload));
    assert.equal(bus.deadLetters.resend(id), 'sent');
    await settle();
    assert.deepEqual(seen, [1]);
  });

  it('keeps nothing of reports about subscribers, which would have no end', async () => {
    const { bus } = createBus();
    bus.subscribe('subscriber.*', () => {
      throw new Error('always');
    });
    bus.subscribe('user.*', () => {
      throw new Error('broken');
    });
    tick(bus, 1);
    await settle();
    assert.equal(bus.deadLetters.list().length, 1);
  });
});

describe('EventBus: chains of causes', () => {
  const depths = async (bus: ReturnType<typeof createBus>['bus'], event: EventEnvelope) => {
    const { depth, isComplete } = await bus.chainOf(event);
    return [depth, isComplete];
  };

  it('tells how deep an event lies, also when its causes have left the memory', async () => {
    for (const recentEvents of [1000, 4]) {
      const { bus } = createBus({ recentEvents });
      let last = tick(bus, 0);
      for (let n = 1; n <= 12; n += 1) {
        for (let other = 0; other < 3; other += 1) tick(bus, other);
        last = bus.publishExternal('user.chain', n, { source: 'test', causationId: last.id });
      }
      assert.deepEqual(await depths(bus, last), [12, true]);
    }
  });

  it('says that a chain is incomplete where a cause is unknown or causes go in a circle', async () => {
    const { bus } = createBus();
    const orphan = bus.publishExternal('user.x', 1, { source: 'test', causationId: '00000000000000000000000000' });
    assert.deepEqual(await depths(bus, orphan), [1, false]);
    const child = bus.publishExternal('user.x', 1, { source: 'test', causationId: orphan.id });
    const inCircle = { ...orphan, causationId: child.id };
    assert.deepEqual(await depths(bus, { ...child, causationId: inCircle.id }), [2, false]);
    const self = { ...orphan, causationId: orphan.id };
    assert.deepEqual(await depths(bus, self), [1, false]);
  });

  it('finds the causes of an event of a run in its journal', async () => {
    const { bus, log } = createBus({ recentEvents: 2 });
    const first = bus.publish({ topic: 'run.paused', payload: {}, source: 'engine', runId: 'r' });
    const second = bus.publish({
      topic: 'run.resumed',
      payload: {},
      source: 'engine',
      runId: 'r',
      causationId: first.id,
    });
    for (let n = 0; n < 5; n += 1) tick(bus, n);
    log.read = () => Promise.reject(new Error('not needed'));
    assert.deepEqual(await depths(bus, second), [1, true]);
  });
});
