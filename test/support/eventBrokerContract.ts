// What every broker does, wherever it keeps its stream.
import assert from 'node:assert/strict';
import type { BrokerSession, EventBroker, ReceivedTexts, SentEvent } from '../../src/core/events/eventBroker';
import { isFailure } from '../../src/core/failure';

/** Windows that share a stream. */
export interface BrokersUnderTest {
  open(origin: string): EventBroker;
  /** Every connection breaks; new ones can be made. */
  breakConnections(): Promise<void>;
}

const event = (seq: number, text = `event ${seq}`): SentEvent => ({ seq, text });

export function describeEventBroker(name: string, create: () => Promise<BrokersUnderTest>): void {
  describe(`${name} as event broker`, () => {
    let brokers: BrokersUnderTest;
    const sessions: BrokerSession[] = [];
    beforeEach(async () => (brokers = await create()));
    afterEach(() => {
      for (const session of sessions.splice(0)) session.close();
    });

    async function open(origin: string): Promise<BrokerSession> {
      const session = await brokers.open(origin).connect(new AbortController().signal);
      if (isFailure(session)) throw new Error(session.message);
      sessions.push(session);
      return session;
    }

    async function read(session: BrokerSession, position: string | undefined, limit = 1000): Promise<ReceivedTexts> {
      const result = await session.read(position, limit);
      if (isFailure(result)) throw new Error(result.message);
      return result;
    }

    /** So many texts, in as many reads as it takes. */
    async function readAll(session: BrokerSession, from: string, count: number): Promise<string[]> {
      const texts: string[] = [];
      for (let position = from; texts.length < count;) {
        const result = await read(session, position, 100);
        texts.push(...result.texts);
        ({ position } = result);
      }
      return texts;
    }

    it('gives every reader every event, in order, from where it began', async () => {
      const [one, two, three] = [await open('w1'), await open('w2'), await open('w3')];
      const from = (await read(two, undefined)).position;
      assert.equal(await one.append('w1', [event(1), event(2)]), undefined);
      assert.equal(await three.append('w3', [event(1, 'other')]), undefined);
      assert.equal(await one.append('w1', [event(3)]), undefined);
      const expected = ['event 1', 'event 2', 'other', 'event 3'];
      assert.deepEqual(await readAll(two, from, 4), expected);
      assert.deepEqual(await readAll(three, from, 4), expected);
      const late = (await read(two, undefined)).position;
      await one.append('w1', [event(4)]);
      assert.deepEqual(await readAll(two, late, 1), ['event 4']);
    });

    it('goes on after a position, a piece at a time', async () => {
      const session = await open('w1');
      let { position } = await read(session, undefined);
      await session.append(
        'w1',
        [1, 2, 3, 4, 5].map((seq) => event(seq)),
      );
      const pieces: string[][] = [];
      while (pieces.flat().length < 5) {
        const result = await read(session, position, 2);
        pieces.push(result.texts);
        ({ position } = result);
      }
      assert.deepEqual(pieces, [['event 1', 'event 2'], ['event 3', 'event 4'], ['event 5']]);
    });

    it('waits for the next event', async () => {
      const [one, two] = [await open('w1'), await open('w2')];
      const { position } = await read(two, undefined);
      const reading = readAll(two, position, 1);
      await one.append('w1', [event(1)]);
      assert.deepEqual(await reading, ['event 1']);
    });

    it('leaves out what was appended before, also over a new connection', async () => {
      const one = await open('w1');
      const { position } = await read(one, undefined);
      await one.append('w1', [event(1), event(2)]);
      await one.append('w1', [event(1), event(2), event(3)]);
      await brokers.breakConnections();
      const again = await open('w1');
      await again.append('w1', [event(2), event(3), event(4)]);
      assert.deepEqual(await readAll(again, position, 4), ['event 1', 'event 2', 'event 3', 'event 4']);
    });

    it('appends events of a window that is gone for another', async () => {
      const one = await open('w1');
      const { position } = await read(one, undefined);
      await one.append('dead', [event(7)]);
      await one.append('dead', [event(6), event(8)]);
      assert.deepEqual(await readAll(one, position, 2), ['event 7', 'event 8']);
    });

    it('keeps texts as they are', async () => {
      const text = JSON.stringify({ text: 'line\nbreak \u2028 "quotes" \\ ünï 🤖 \u0000 \r\n$5' });
      const one = await open('w1');
      const { position } = await read(one, undefined);
      await one.append('w1', [event(1, text)]);
      assert.deepEqual(await readAll(one, position, 1), [text]);
    });

    it('fails as unreachable when its connection breaks, waiting readers at once', async () => {
      const one = await open('w1');
      const { position } = await read(one, undefined);
      const reading = one.read(position, 10);
      await brokers.breakConnections();
      for (const result of [await reading, await one.append('w1', [event(1)]), await one.windows()]) {
        assert.ok(isFailure(result));
        assert.deepEqual([result.reason, result.retryable], ['broker.unreachable', true]);
      }
      assert.equal(await (await open('w1')).append('w1', [event(1)]), undefined);
    });

    it('ends what is going on when it is closed', async () => {
      const one = await open('w1');
      const reading = one.read((await read(one, undefined)).position, 10);
      one.close();
      assert.ok(isFailure(await reading));
    });

    it('counts the windows', async () => {
      const [one, two] = [await open('w1'), await open('w2')];
      await one.windows();
      assert.equal(await two.windows(), 2);
    });
  });
}
