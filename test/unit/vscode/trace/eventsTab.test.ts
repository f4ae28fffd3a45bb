import assert from 'node:assert/strict';
import type { EventBus } from '../../../../src/core/events/eventBus';
import { MAX_BATCH, type EventsBatch } from '../../../../src/protocol/trace/eventsMessages';
import { createEventsTab } from '../../../../src/vscode/trace/eventsTab';
import type { TabFeed } from '../../../../src/vscode/trace/traceTab';
import { ReceivedEvents } from '../../../../src/core/events/receivedEvents';
import { createBus, tick } from '../../../support/busFixture';
import { EventBuilder } from '../../../support/eventBuilder';
import { settle } from '../../../support/gate';

function open(bus: EventBus, since?: unknown) {
  const saved: string[][] = [];
  let touched = 0;
  const tab = createEventsTab({
    bus,
    save: async (_name, lines) => {
      const file: string[] = [];
      for await (const line of lines) file.push(line);
      saved.push(file);
    },
    tellGone: () => assert.fail('somebody should be there'),
    showError: (error) => assert.fail(String(error)),
  });
  const feed = tab.open({ touch: () => (touched += 1) }, since);
  return { feed, saved, touches: () => touched };
}

/** Collects until nothing more comes, as the page would. */
async function all(feed: TabFeed): Promise<EventsBatch[]> {
  const batches: EventsBatch[] = [];
  for (let quiet = 0; quiet < 3;) {
    const batch = feed.collect() as EventsBatch | undefined;
    if (batch) batches.push(batch);
    quiet = batch ? 0 : quiet + 1;
    await settle();
  }
  return batches;
}

const seqsOf = (batches: EventsBatch[]) => batches.flatMap(({ events }) => events.seqs);

describe('the feed of the tab Events', () => {
  it('has what happened and what happens, in order and in batches that are read within a frame', async () => {
    const { bus } = createBus();
    for (let n = 1; n <= MAX_BATCH + 5; n += 1) tick(bus, n);
    const { feed, touches } = open(bus);
    const before = await all(feed);
    tick(bus, 0);
    assert.equal(touches(), 1);
    const after = await all(feed);
    assert.deepEqual(
      before.map(({ events }) => events.ids.length),
      [MAX_BATCH, 5],
    );
    assert.deepEqual(seqsOf(after), [MAX_BATCH + 6]);
    feed.dispose();
    tick(bus, 0);
    assert.equal(touches(), 1, 'a closed feed follows nothing');
  });

  it('goes on after the last event that the page has, from the log where memory has it no more', async () => {
    const { bus } = createBus({ recentEvents: 10 });
    for (let n = 1; n <= 100; n += 1) tick(bus, n);
    const { feed } = open(bus, { source: { kind: 'window' }, after: { own: 40, received: 0 } });
    const seqs = seqsOf(await all(feed));
    assert.deepEqual(
      seqs,
      Array.from({ length: 60 }, (_, index) => 41 + index),
    );
  });

  it('shows a run whole, though most of it happened before', async () => {
    const { bus } = createBus();
    const run = (runId: string) =>
      bus.publish({ topic: 'task.progress', source: 'engine', runId, payload: { message: runId } });
    run('a');
    run('b');
    run('a');
    const { feed } = open(bus, { source: { kind: 'run', runId: 'a' } });
    const before = await all(feed);
    run('b');
    run('a');
    const after = await all(feed);
    assert.deepEqual(seqsOf(before), [1, 3]);
    assert.deepEqual(seqsOf(after), [5]);
  });

  it('sends words once, and numbers that go on', async () => {
    const { bus } = createBus();
    const { feed } = open(bus);
    tick(bus, 1);
    const [first] = await all(feed);
    tick(bus, 2);
    const [second] = await all(feed);
    assert.deepEqual(first?.events.words, ['user.tick', 'test']);
    assert.deepEqual(second?.events.words, []);
    assert.deepEqual(second.events.topics, [1]);
  });

  it('only counts while the person pauses, and catches up afterwards', async () => {
    const { bus } = createBus();
    const { feed } = open(bus);
    tick(bus, 1);
    await all(feed);
    await feed.receive?.({ type: 'pause', isPaused: true });
    tick(bus, 2);
    tick(bus, 3);
    const paused = await all(feed);
    assert.deepEqual(
      paused.map(({ waiting, events }) => [waiting, events.ids.length]),
      [[2, 0]],
    );
    await feed.receive?.({ type: 'pause', isPaused: false });
    assert.deepEqual(seqsOf(await all(feed)), [2, 3]);
  });

  it('finds the payload of an event, and says so when it is gone', async () => {
    const { bus } = createBus();
    const event = tick(bus, 42);
    const { feed } = open(bus);
    await all(feed);
    const found = (await feed.answer?.({ type: 'event', id: event.id, seq: event.seq, arrival: 0 })) as {
      json: string;
    };
    assert.equal((JSON.parse(found.json) as { payload: number }).payload, 42);
    assert.deepEqual(await feed.answer?.({ type: 'event', id: 'other', seq: event.seq, arrival: 0 }), { json: '' });
  });

  it('tells who subscribes with what depth, and sends again what somebody could not take', async () => {
    const { bus } = createBus();
    let isBroken = true;
    const taken: unknown[] = [];
    bus.subscribe('user.tick', (event) => {
      if (isBroken) throw new Error('no database');
      taken.push(event.payload);
    });
    const { feed } = open(bus);
    tick(bus, 7);
    await settle();
    type Told = { subscribers: { pattern: string; failed: number }[]; letters: { id: string; message: string }[] };
    const told = (await feed.answer?.({ type: 'subscribers' })) as Told;
    assert.deepEqual(
      told.subscribers.map(({ pattern, failed }) => [pattern, failed]),
      [['user.tick', 1]],
    );
    const [letter] = told.letters;
    assert.match(letter?.message ?? '', /no database/);
    isBroken = false;
    await feed.receive?.({ type: 'resend', letterId: letter?.id });
    await settle();
    assert.deepEqual(taken, [7]);
    assert.deepEqual(((await feed.answer?.({ type: 'subscribers' })) as Told).letters, []);
  });

  it('exports the events that were asked for, whole and in order', async () => {
    const { bus } = createBus({ recentEvents: 5 });
    const events = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => tick(bus, n));
    const { feed, saved } = open(bus);
    await all(feed);
    const wanted = events.filter((_, index) => index % 2 === 1);
    await feed.receive?.({ type: 'export', ids: wanted.map(({ id }) => id), after: { own: 1, received: 0 } });
    assert.deepEqual(
      saved.map((file) => file.map((line) => JSON.parse(line) as unknown)),
      [JSON.parse(JSON.stringify(wanted))],
    );
  });

  describe('with a team', () => {
    function createTeam(recent = 100) {
      const fixture = createBus({ recentEvents: recent });
      const onBug = (error: unknown) => assert.fail(String(error));
      const join = () =>
        fixture.bus.joinTeam(new ReceivedEvents({ origin: 'window-1', log: fixture.log.receivedLog(), recent, onBug }));
      return { bus: fixture.bus, join };
    }
    const mate = new EventBuilder('window-2');
    const said = (message: string, more = {}) => mate.make('task.progress', { message }, more);
    /** For each event which window of the team it is from, and its own number there. */
    const rowReader = () => {
      const words: string[] = [];
      return (batches: EventsBatch[]) => rowsOf(batches, words);
    };
    const rowsOf = (batches: EventsBatch[], words: string[] = []) => {
      for (const { events } of batches) words.push(...events.words);
      return batches.flatMap(({ events: { origins, seqs } }) =>
        seqs.map((seq, index) => [words[(origins[index] ?? 0) - 1] ?? 'own', seq]),
      );
    };

    it('has what others publish between what this window does, with their origin, each once', async () => {
      const { bus, join } = createTeam();
      tick(bus, 1);
      const { feed, touches } = open(bus);
      const rows = rowReader();
      assert.deepEqual(rows(await all(feed)), [['own', 1]]);
      // A window may join a team while the page is open.
      join();
      const [first, second] = [said('a'), said('b')];
      bus.receive(first);
      tick(bus, 2);
      bus.receive(second);
      bus.receive(second);
      assert.equal(touches(), 3);
      const batches = await all(feed);
      assert.deepEqual(rows(batches).sort(), [
        ['own', 2],
        ['window-2', first.seq],
        ['window-2', second.seq],
      ]);
      assert.deepEqual(batches.at(-1)?.position, { own: 2, received: 2 });
    });

    it('goes on where it was in both, from their logs where memory has them no more', async () => {
      const { bus, join } = createTeam(10);
      join();
      for (let n = 1; n <= MAX_BATCH + 50; n += 1) {
        tick(bus, n);
        bus.receive(said(String(n)));
      }
      const { feed } = open(bus, { source: { kind: 'window' }, after: { own: 0, received: 0 } });
      const batches = await all(feed);
      const rows = rowsOf(batches);
      assert.equal(rows.length, 2 * (MAX_BATCH + 50));
      const numbers = (origin: string) => rows.filter(([of]) => of === origin).map(([, seq]) => Number(seq));
      for (const origin of ['own', 'window-2']) {
        const seqs = numbers(origin);
        assert.deepEqual(
          seqs,
          seqs.map((_, index) => (seqs[0] ?? 0) + index),
          origin,
        );
        assert.equal(seqs.length, MAX_BATCH + 50);
      }
      const { feed: again } = open(bus, { source: { kind: 'window' }, after: batches[0]?.position });
      assert.equal(rowsOf(await all(again)).length, rows.length - MAX_BATCH);
    });

    it('finds and exports what others published as it is in their window', async () => {
      const { bus, join } = createTeam(3);
      join();
      const events = [said('a'), said('b'), said('c'), said('d'), said('e')];
      const own = tick(bus, 1);
      for (const event of events) bus.receive(event);
      const { feed, saved } = open(bus);
      await all(feed);
      const [wanted] = events;
      assert.ok(wanted);
      const found = (await feed.answer?.({ type: 'event', id: wanted.id, seq: wanted.seq, arrival: 1 })) as {
        json: string;
      };
      assert.deepEqual(JSON.parse(found.json), wanted);
      const ids = [own.id, events[1]?.id, events[4]?.id];
      await feed.receive?.({ type: 'export', ids, after: { own: 0, received: 1 } });
      const lines = saved[0]?.map((line) => (JSON.parse(line) as { id: string }).id);
      assert.deepEqual(lines?.sort(), [...ids].sort());
    });

    it('shows what others do in a run that is looked at', async () => {
      const { bus, join } = createTeam();
      join();
      bus.publish({ topic: 'task.progress', source: 'engine', runId: 'a', payload: { message: 'mine' } });
      const { feed } = open(bus, { source: { kind: 'run', runId: 'a' } });
      await all(feed);
      const theirs = said('theirs', { runId: 'a' });
      bus.receive(theirs);
      bus.receive(said('else', { runId: 'b' }));
      const batches = await all(feed);
      assert.deepEqual(
        batches.flatMap(({ events }) => events.ids),
        [theirs.id],
      );
    });
  });
});
