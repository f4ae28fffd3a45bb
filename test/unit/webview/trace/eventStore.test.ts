import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventColumns } from '../../../../src/protocol/trace/eventsMessages';
import { OTHER_WINDOWS, parseEventFilter, THIS_WINDOW } from '../../../../webview/trace/model/eventFilter';
import { EventStore } from '../../../../webview/trace/model/eventStore';
import { ShownEvents } from '../../../../webview/trace/model/shownEvents';
import { eventTree } from '../../../../webview/trace/model/eventTree';

interface TestEvent {
  id: string;
  topic: string;
  agent?: string;
  cause?: string;
  summary?: string;
  /** Of another window of the team. */
  origin?: string;
}

/** Encodes as the host does. */
function encoder() {
  const numbers = new Map<string, number>();
  return (events: readonly TestEvent[]): EventColumns => {
    const words: string[] = [];
    const word = (text = '') => {
      if (text === '') return 0;
      const known = numbers.get(text);
      if (known !== undefined) return known;
      words.push(text);
      numbers.set(text, numbers.size + 1);
      return numbers.size;
    };
    const topics = events.map(({ topic }) => word(topic));
    const agents = events.map(({ agent }) => word(agent));
    const origins = events.map(({ origin }) => word(origin));
    return {
      words,
      ids: events.map(({ id }) => id),
      causes: events.map(({ cause = '' }) => cause),
      seqs: events.map((_, index) => index + 1),
      arrivals: events.map(({ origin }, index) => (origin === undefined ? 0 : index + 1)),
      origins,
      times: events.map((_, index) => index),
      topics,
      agents,
      runs: events.map(() => 0),
      sources: events.map(() => 0),
      summaries: events.map(({ summary = '' }) => summary),
    };
  };
}

function storeOf(events: readonly TestEvent[], capacity = 1000): EventStore {
  const store = new EventStore({ capacity, dropAtOnce: 1 });
  store.append(encoder()(events));
  return store;
}

const idsOf = (store: EventStore, text: string, agent?: string) =>
  store.find(parseEventFilter(text, agent)).map((index) => store.row(index).id);

describe('the filter of events', () => {
  const store = storeOf([
    { id: '1', topic: 'task.started', agent: 'dev', summary: 'Write the schema' },
    { id: '2', topic: 'tool.completed', agent: 'qa', summary: 'read_file · src/math.ts' },
    { id: '3', topic: 'user.deploy.done', summary: 'to production' },
    { id: '4', topic: 'task.failed', agent: 'qa', summary: 'No schema' },
  ]);

  it('knows patterns of topics', () => {
    assert.deepEqual(idsOf(store, 'task.*'), ['1', '4']);
    assert.deepEqual(idsOf(store, 'user.**'), ['3']);
    assert.deepEqual(idsOf(store, 'user.*'), []);
    assert.deepEqual(idsOf(store, '*.failed'), ['4']);
    assert.deepEqual(idsOf(store, 'topic:task.failed'), ['4']);
  });

  it('finds words anywhere in the row, in either case', () => {
    assert.deepEqual(idsOf(store, 'MATH.ts'), ['2']);
    assert.deepEqual(idsOf(store, 'schema'), ['1', '4']);
    assert.deepEqual(idsOf(store, '"the schema"'), ['1']);
    assert.deepEqual(idsOf(store, 'tool.completed'), ['2']);
  });

  it('wants everything that is asked for', () => {
    assert.deepEqual(idsOf(store, 'task.* schema', 'qa'), ['4']);
    assert.deepEqual(idsOf(store, 'agent:dev'), ['1']);
    assert.deepEqual(idsOf(store, 'agent:nobody'), []);
    assert.deepEqual(idsOf(store, ''), ['1', '2', '3', '4']);
  });

  it('takes what is half typed for text', () => {
    for (const text of ['*', '**', 'a..b*', 'agent:', 'topic:', '"', '**.x', '.']) {
      assert.doesNotThrow(() => idsOf(store, text), text);
    }
  });
});

describe('the window that published an event', () => {
  const store = storeOf([
    { id: '1', topic: 'task.started', agent: 'dev' },
    { id: '2', topic: 'task.started', agent: 'qa', origin: '01WINDOWTWO' },
    { id: '3', topic: 'task.failed', agent: 'qa', origin: '01WINDOWTHREE' },
  ]);
  const from = (origin: string, text = '') =>
    store.find(parseEventFilter(text, undefined, origin)).map((index) => store.row(index).id);

  it('is what a filter asks for: this one, the others, or one of them', () => {
    assert.deepEqual(from(THIS_WINDOW), ['1']);
    assert.deepEqual(from(OTHER_WINDOWS), ['2', '3']);
    assert.deepEqual(from('01WINDOWTWO'), ['2']);
    assert.deepEqual(from('01GONE'), []);
    assert.deepEqual(from(OTHER_WINDOWS, 'task.failed'), ['3']);
  });

  it('is named in the row, is found as text, and is there to choose', () => {
    assert.deepEqual(
      [0, 1].map((index) => [store.row(index).origin, store.row(index).arrival]),
      [
        ['', 0],
        ['01WINDOWTWO', 2],
      ],
    );
    assert.deepEqual(idsOf(store, 'dowtwo'), ['2']);
    assert.deepEqual(store.originNames(), ['01WINDOWTWO', '01WINDOWTHREE']);
  });

  it('is no longer there to choose when its last event has gone', () => {
    const small = new EventStore({ capacity: 2, dropAtOnce: 0 });
    small.append(
      encoder()([
        { id: '1', topic: 'a.b', agent: 'dev', origin: 'one' },
        { id: '2', topic: 'a.b', agent: 'qa' },
        { id: '3', topic: 'a.b', agent: 'qa' },
      ]),
    );
    assert.deepEqual([small.originNames(), small.agentNames()], [[], ['qa']]);
  });
});

describe('the rows of events', () => {
  it('stand newest or oldest first, and keep their events while others come and go', () => {
    const store = new EventStore({ capacity: 4, dropAtOnce: 1 });
    const encode = encoder();
    const shown = new ShownEvents(store);
    const filter = parseEventFilter('task.*');
    const ids = () => Array.from({ length: shown.length }, (_, row) => store.row(shown.indexAt(row)).id);
    const task = (id: string) => ({ id, topic: 'task.started' });
    assert.equal(shown.append(encode([task('1'), { id: '2', topic: 'user.x' }, task('3')]), filter), 2);
    assert.deepEqual(ids(), ['3', '1']);
    assert.equal(shown.append(encode([task('4'), task('5')]), filter), 2);
    assert.deepEqual(ids(), ['5', '4', '3']);
    assert.deepEqual(
      ['5', '3', '1', '2'].map((id) => shown.rowOf(id)),
      [0, 2, -1, -1],
    );
    shown.newestFirst = false;
    assert.deepEqual(ids(), ['3', '4', '5']);
    assert.deepEqual([shown.rowOf('4'), shown.indexAt(9)], [1, -1]);
    shown.refilter(parseEventFilter('user.*'));
    assert.deepEqual(ids(), []);
  });

  it('are exported with a position before the first of each window', () => {
    const shown = new ShownEvents(
      storeOf([
        { id: '1', topic: 'a.b' },
        { id: '2', topic: 'a.b' },
        { id: '3', topic: 'a.b', origin: 'other' },
      ]),
    );
    shown.refilter(parseEventFilter(''));
    assert.deepEqual(shown.toExport(), { ids: ['1', '2', '3'], after: { own: 0, received: 2 } });
    shown.refilter(parseEventFilter('', undefined, OTHER_WINDOWS));
    const { after } = shown.toExport();
    assert.ok(after.own > 1e15, 'this window’s log need not be read');
    assert.equal(after.received, 2);
  });
});

describe('the events that the page keeps', () => {
  it('are as many as it has room for, the newest, and are found by their ids', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 12 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (sizes, capacity) => {
          const encode = encoder();
          const store = new EventStore({ capacity, dropAtOnce: 1 + (capacity % 3) });
          const sent: string[] = [];
          for (const size of sizes) {
            const batch = Array.from({ length: size }, (_, index) => ({
              id: `e${sent.length + index}`,
              topic: 'user.x',
            }));
            sent.push(...batch.map(({ id }) => id));
            store.append(encode(batch));
          }
          const kept = Array.from({ length: store.length }, (_, index) => store.row(index).id);
          assert.ok(kept.length <= capacity);
          assert.deepEqual(kept, kept.length === 0 ? [] : sent.slice(-kept.length));
          for (const [index, id] of kept.entries()) assert.equal(store.indexOf(id), index);
          for (const id of sent.slice(0, sent.length - kept.length)) assert.equal(store.indexOf(id), undefined);
        },
      ),
    );
  });

  it('are there once, however often they are sent', () => {
    const store = storeOf([
      { id: '1', topic: 'a.b' },
      { id: '1', topic: 'a.b' },
    ]);
    assert.equal(store.length, 1);
  });
});

describe('causes and effects of an event', () => {
  const shape = (store: EventStore, id: string) =>
    eventTree(store, store.indexOf(id) ?? -1).nodes.map(
      ({ index, depth }) => `${' '.repeat(depth)}${store.row(index).id}`,
    );

  it('are a tree: first causes, the event, what came of it', () => {
    const store = storeOf([
      { id: 'a', topic: 't.t' },
      { id: 'b', topic: 't.t', cause: 'a' },
      { id: 'sibling', topic: 't.t', cause: 'a' },
      { id: 'c', topic: 't.t', cause: 'b' },
      { id: 'd', topic: 't.t', cause: 'b' },
      { id: 'c1', topic: 't.t', cause: 'c' },
    ]);
    assert.deepEqual(shape(store, 'b'), ['a', ' b', '  c', '   c1', '  d']);
    assert.equal(eventTree(store, 1).hasEarlier, false);
  });

  it('say when the first cause is not here', () => {
    const store = storeOf([{ id: 'b', topic: 't.t', cause: 'before' }]);
    assert.equal(eventTree(store, 0).hasEarlier, true);
  });

  it('end, whatever the causes are: circles, themselves, the future', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 16 }), (causes) => {
        const store = storeOf(causes.map((cause, index) => ({ id: `e${index}`, topic: 't.t', cause: `e${cause}` })));
        for (let index = 0; index < store.length; index += 1) {
          const { nodes } = eventTree(store, index);
          assert.ok(nodes.length <= store.length + 1);
          assert.ok(nodes.some((node) => node.index === index));
        }
      }),
    );
  });
});
