// Windows that share events over a real Redis: with real logs on disk, a network that breaks, and servers that die.
import assert from 'node:assert/strict';
import type { EventsBatch } from '../../../../src/protocol/trace/eventsMessages';
import { createEventsTab } from '../../../../src/vscode/trace/eventsTab';
import { describeEventBackend } from '../../../support/eventBackendContract';
import { LossyProxy } from '../../../support/lossyProxy';
import { useRedisServer } from '../../../support/redisServer';
import { eventually, openTeamWindow, type TeamWindow, type TeamWindowOptions } from '../../../support/teamWindow';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

let teams = 0;
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);
const numbersFrom = (window: TeamWindow, origin: string) =>
  window.seen.flatMap((event) => (event.origin === origin && event.topic === 'user.tick' ? [event.payload] : []));
const publish = (window: TeamWindow, numbers: readonly number[]) => {
  for (const n of numbers) window.bus.publishExternal('user.tick', n, { source: 'test' });
};
const isConnected = ({ exchange }: TeamWindow) => exchange?.health().state === 'connected';
/** Others may have read an event before its window hears that it was taken. */
const hasSent = ({ exchange }: TeamWindow) => eventually(() => exchange?.health().unsent === 0, 'all is sent');
/** Windows are counted after the first read, which fixes from where on a window reads. */
const hasPosition = ({ exchange }: TeamWindow) => exchange?.health().windows !== undefined;

describe('A backend over Redis', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const server = useRedisServer();
  const windows: TeamWindow[] = [];
  const proxies: LossyProxy[] = [];
  afterEach(async () => {
    await Promise.all(windows.splice(0).map((window) => window.close()));
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });

  interface Setting {
    alive: Set<string>;
    redis: NonNullable<TeamWindowOptions['redis']>;
  }
  const setting = (port = server().port): Setting => ({
    alive: new Set(),
    redis: { url: `redis://127.0.0.1:${port}`, team: `backend-${(teams += 1)}` },
  });
  async function open(origin: string, { alive, redis }: Setting, more: Partial<TeamWindowOptions> = {}) {
    const window = openTeamWindow({ folder: folder(), origin, alive, redis, ...more });
    windows.push(window);
    await eventually(() => isConnected(window) && hasPosition(window), 'it connects');
    return window;
  }
  async function network(): Promise<LossyProxy> {
    const proxy = await LossyProxy.start(server().port);
    proxies.push(proxy);
    return proxy;
  }

  describeEventBackend('Redis', async () => {
    const proxy = await network();
    const shared = setting(proxy.port);
    return {
      isShared: true,
      open: (origin) => open(origin, shared),
      cut: () => {
        proxy.isDown = true;
        proxy.cut();
        return Promise.resolve();
      },
      restore: () => {
        proxy.isDown = false;
        return Promise.resolve();
      },
    };
  });

  it('loses nothing and doubles nothing over a network that breaks again and again', async () => {
    const proxy = await network();
    const shared = setting();
    const one = await open('w1', { ...shared, redis: { ...shared.redis, url: `redis://127.0.0.1:${proxy.port}` } });
    const two = await open('w2', shared);
    let n = 0;
    for (let round = 0; round < 4; round += 1) {
      publish(one, upTo(200, n + 1));
      n += 200;
      proxy.cut();
      await eventually(() => !isConnected(one), 'the break is noticed');
      publish(one, upTo(50, n + 1));
      n += 50;
      await eventually(() => isConnected(one), 'it is back');
    }
    await eventually(() => numbersFrom(two, 'w1').length >= n, 'all have come');
    assert.deepEqual(numbersFrom(two, 'w1'), upTo(n));
  });

  it('notices a network that swallows everything, and goes on when it is back', async () => {
    const proxy = await network();
    const shared = setting();
    const redis = { ...shared.redis, url: `redis://127.0.0.1:${proxy.port}`, timeoutMs: 800 };
    const one = await open('w1', { ...shared, redis });
    const two = await open('w2', shared);
    proxy.isSilent = true;
    publish(one, upTo(100));
    publish(two, upTo(100));
    await eventually(() => one.exchange?.health().state === 'waiting', 'the silence is noticed');
    proxy.isSilent = false;
    proxy.cut();
    await eventually(() => numbersFrom(one, 'w2').length === 100 && numbersFrom(two, 'w1').length === 100, 'all came');
    assert.deepEqual([numbersFrom(one, 'w2'), numbersFrom(two, 'w1')], [upTo(100), upTo(100)]);
  });

  it('goes on over a server that dies and comes back without its data', async () => {
    const shared = setting();
    const [one, two] = [await open('w1', shared), await open('w2', shared)];
    publish(one, upTo(100));
    await eventually(() => numbersFrom(two, 'w1').length === 100, 'the first have come');
    await hasSent(one);
    await server().kill();
    publish(one, upTo(100, 101));
    await eventually(() => !isConnected(one) && !isConnected(two), 'both notice');
    assert.equal(one.exchange?.health().unsent, 100);
    await server().launch();
    await eventually(() => numbersFrom(two, 'w1').length === 200, 'the others have come');
    assert.deepEqual(numbersFrom(two, 'w1'), upTo(200));
    publish(two, upTo(10));
    await eventually(() => numbersFrom(one, 'w2').length === 10, 'and back');
    assert.deepEqual([two.exchange?.health().missed, two.exchange?.health().lost], [0, 0]);
  });

  it('sends later what a window had no connection for, although that window is gone', async () => {
    const proxy = await network();
    const shared = setting();
    const one = await open('w1', { ...shared, redis: { ...shared.redis, url: `redis://127.0.0.1:${proxy.port}` } });
    const two = await open('w2', shared);
    publish(one, upTo(50));
    await eventually(() => numbersFrom(two, 'w1').length === 50, 'the first have come');
    proxy.isDown = true;
    proxy.cut();
    publish(one, upTo(3000, 51));
    await one.close();
    assert.equal(numbersFrom(two, 'w1').length, 50);
    // The next window of that workspace has another connection: the place is the same team all the same.
    proxy.isDown = false;
    const again = await open('w3', { ...shared, redis: { ...shared.redis, url: `redis://127.0.0.1:${proxy.port}` } });
    await eventually(() => numbersFrom(two, 'w1').length === 3050, 'the rest has come');
    await eventually(() => numbersFrom(again, 'w1').length === 3000, 'it has come to the new window, too');
    assert.deepEqual(numbersFrom(two, 'w1'), upTo(3050));
    assert.deepEqual(numbersFrom(again, 'w1'), upTo(3000, 51));
  });

  it('takes a burst of ten thousand without losing or reordering one', async () => {
    const shared = setting();
    const [one, two] = [await open('w1', shared), await open('w2', shared)];
    publish(one, upTo(10_000));
    await eventually(() => numbersFrom(two, 'w1').length >= 10_000, 'all have come', 30_000);
    assert.deepEqual(numbersFrom(two, 'w1'), upTo(10_000));
    await hasSent(one);
    const [sent, received] = [one.exchange?.health(), two.exchange?.health()];
    assert.deepEqual([sent?.lost, sent?.unsent, received?.missed, received?.duplicates], [0, 0, 0, 0]);
  });

  it('sends masked what is masked, and never tells the password', async () => {
    const shared = setting();
    const redact = (text: string) => text.replaceAll('sk-secret', '***');
    const one = await open('w1', shared, { redact });
    const two = await open('w2', shared);
    one.bus.publishExternal('user.note', { text: 'my key is sk-secret' }, { source: 'test' });
    await eventually(() => two.seen.length === 1, 'it came');
    assert.deepEqual(two.seen[0]?.payload, { text: 'my key is ***' });
  });

  it('brings what others publish onto the page of events, with their window, whole and to export', async () => {
    const shared = setting();
    const [one, two] = [await open('w1', shared), await open('w2', shared)];
    const saved: string[] = [];
    const tab = createEventsTab({
      bus: two.bus,
      save: async (_name, lines) => {
        for await (const line of lines) saved.push(line);
      },
      tellGone: () => undefined,
      showError: (error) => assert.fail(String(error)),
    });
    let touched = 0;
    const feed = tab.open({ touch: () => (touched += 1) }, undefined);
    publish(two, [0]);
    publish(one, upTo(3));
    await eventually(() => touched === 4, 'the page is told of its own event and of three others');
    const { events, position } = feed.collect() as EventsBatch;
    assert.deepEqual(position, { own: 1, received: 3 });
    const wordOf = (number: number | undefined) => events.words[(number ?? 0) - 1] ?? 'this window';
    assert.deepEqual(events.origins.map(wordOf).sort(), ['this window', 'w1', 'w1', 'w1']);
    const theirs = events.arrivals.indexOf(2);
    const place = { id: events.ids[theirs], seq: events.seqs[theirs], arrival: 2 };
    const { json } = (await feed.answer?.({ type: 'event', ...place })) as { json: string };
    assert.deepEqual([(JSON.parse(json) as { payload: number }).payload, events.seqs[theirs]], [2, 2]);
    await feed.receive?.({ type: 'export', ids: events.ids, after: { own: 0, received: 0 } });
    assert.equal(saved.length, 4);
    feed.dispose();
  });

  it('says how many windows there are', async () => {
    const shared = setting();
    await open('w1', shared);
    const two = await open('w2', shared);
    await eventually(() => (two.exchange?.health().windows ?? 0) === 2, 'both are known');
  });
});
