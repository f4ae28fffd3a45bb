// What a window can rely on whatever carries its events: alone, or with a team.
import assert from 'node:assert/strict';
import { Gate } from './gate';
import { eventually, type TeamWindow } from './teamWindow';

export interface BackendUnderTest {
  /** Whether windows get each other's events. */
  readonly isShared: boolean;
  /** Resolves once the window could get others' events. */
  open(origin: string): Promise<TeamWindow>;
  /** The backend is out of reach for a while. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

const publish = (window: TeamWindow, n: number) => window.bus.publishExternal('user.tick', n, { source: 'test' });
const numbersFrom = (window: TeamWindow, origin: string) =>
  window.seen.flatMap((event) => (event.origin === origin && event.topic === 'user.tick' ? [event.payload] : []));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export function describeEventBackend(name: string, create: () => Promise<BackendUnderTest>): void {
  describe(`${name} as backend of events`, () => {
    let backend: BackendUnderTest;
    beforeEach(async () => (backend = await create()));

    it('numbers the events of a window by one, delivers them in order and keeps them', async () => {
      const window = await backend.open('w1');
      const events = upTo(100).map((n) => publish(window, n));
      assert.deepEqual(
        events.map(({ seq, origin }) => [seq, origin]),
        upTo(100).map((n) => [n, 'w1']),
      );
      await eventually(() => window.seen.length === 100, 'all are delivered');
      assert.deepEqual(numbersFrom(window, 'w1'), upTo(100));
      assert.deepEqual(await window.bus.history({ afterSeq: 98 }), events.slice(98));
      await window.bus.flush();
      assert.deepEqual(window.problems, []);
    });

    it('publishes without a wait, and delivers and keeps as always, while it is out of reach', async () => {
      const window = await backend.open('w1');
      publish(window, 1);
      await backend.cut();
      const start = performance.now();
      for (let n = 2; n <= 1000; n += 1) publish(window, n);
      assert.ok(performance.now() - start < 1000, 'publishing waited');
      await eventually(() => window.seen.length === 1000, 'all are delivered');
      assert.deepEqual(
        (await window.bus.history({ afterSeq: 0 })).map(({ payload }) => payload),
        upTo(1000),
      );
      await backend.restore();
    });

    it('gives the events of each window to all others or to none, each once, in the order of its window', async () => {
      const [one, two] = [await backend.open('w1'), await backend.open('w2')];
      for (let n = 1; n <= 300; n += 1) {
        publish(one, n);
        if (n <= 100) publish(two, n);
      }
      const expected = (count: number) => (backend.isShared ? upTo(count) : []);
      await eventually(() => one.seen.length + two.seen.length === (backend.isShared ? 800 : 400), 'all is delivered');
      assert.deepEqual([numbersFrom(one, 'w2'), numbersFrom(two, 'w1')], [expected(100), expected(300)]);
      assert.deepEqual([numbersFrom(one, 'w1'), numbersFrom(two, 'w2')], [upTo(300), upTo(100)]);
      assert.deepEqual([one.bus.lastSeq, two.bus.lastSeq], [300, 100]);
    });

    it('lets a subscriber that takes its time harm nobody', async () => {
      const [one, two] = [await backend.open('w1'), await backend.open('w2')];
      const gate = new Gate();
      two.bus.subscribe('user.**', () => gate.wait().then(() => undefined), { queue: 1, policy: 'drop-newest' });
      for (let n = 1; n <= 50; n += 1) publish(one, n);
      publish(two, 1);
      const ticks = () => two.seen.filter(({ topic }) => topic === 'user.tick').length;
      await eventually(() => ticks() === (backend.isShared ? 51 : 1), 'the other subscriber has all');
      gate.open();
    });

    it('keeps what was published when the window closes at once', async () => {
      const [one, two] = [await backend.open('w1'), await backend.open('w2')];
      for (let n = 1; n <= 500; n += 1) publish(one, n);
      await one.close();
      if (!backend.isShared) return;
      await eventually(() => two.seen.length === 500, 'the others have all');
      assert.deepEqual(numbersFrom(two, 'w1'), upTo(500));
    });
  });
}
