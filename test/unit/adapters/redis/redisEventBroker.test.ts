import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RedisEventBroker, type RedisEventBrokerOptions } from '../../../../src/adapters/redis/redisEventBroker';
import { redisAddress } from '../../../../src/core/events/redisAddress';
import { isFailure } from '../../../../src/core/failure';
import { describeEventBroker } from '../../../support/eventBrokerContract';
import { LossyProxy } from '../../../support/lossyProxy';
import { useRedisServer } from '../../../support/redisServer';

const never = new AbortController().signal;
let teams = 0;

/** A broker of a team of its own unless `options` name one. */
function broker(url: string, options: Partial<RedisEventBrokerOptions> = {}): RedisEventBroker {
  const address = redisAddress(url);
  assert.ok(address, url);
  return new RedisEventBroker({
    address,
    team: `team-${(teams += 1)}`,
    origin: 'w1',
    password: () => Promise.resolve(undefined),
    ...options,
  });
}

describe('RedisEventBroker', function () {
  this.timeout(60_000);
  const server = useRedisServer();
  const proxies: LossyProxy[] = [];
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  const throughProxy = async () => {
    const proxy = await LossyProxy.start(server().port);
    proxies.push(proxy);
    return proxy;
  };

  describeEventBroker('RedisEventBroker', async () => {
    const proxy = await throughProxy();
    const team = `contract-${(teams += 1)}`;
    return {
      open: (origin) => broker(`redis://127.0.0.1:${proxy.port}`, { team, origin, blockMs: 500 }),
      breakConnections: async () => {
        proxy.cut();
        // The sockets' ends have to be heard of.
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
  });

  it('keeps teams apart, by name and by the address', async () => {
    const names = [
      broker(server().url, { team: 'a' }),
      broker(server().url, { team: 'b' }),
      broker(`${server().url}?team=c`, { team: 'a' }),
    ];
    assert.deepEqual(
      names.map(({ place }) => place.replace(/^.*, /, '')),
      ['team a', 'team b', 'team c'],
    );
    const sessions = await Promise.all(names.map((one) => one.connect(never)));
    const counts: unknown[] = [];
    for (const session of sessions) if (!isFailure(session)) counts.push(await session.windows());
    for (const session of sessions) if (!isFailure(session)) session.close();
    assert.deepEqual(counts, [1, 1, 1]);
  });

  it('bounds its stream', async () => {
    const bounded = broker(server().url, { maxEvents: 500 });
    const session = await bounded.connect(never);
    assert.ok(!isFailure(session));
    for (let first = 1; first <= 5000; first += 500) {
      const events = Array.from({ length: 500 }, (_, n) => ({ seq: first + n, text: `event ${first + n}` }));
      assert.equal(await session.append('w1', events), undefined);
    }
    const length = (await bounded.client?.xlen(bounded.keys.events)) ?? 0;
    assert.ok(length >= 500 && length < 1000, `${length} events`);
    session.close();
  });

  it('notices a network that swallows everything', async () => {
    const proxy = await throughProxy();
    const silent = broker(`redis://127.0.0.1:${proxy.port}`, { timeoutMs: 700, blockMs: 200 });
    const session = await silent.connect(never);
    assert.ok(!isFailure(session));
    const first = await session.read(undefined, 1);
    assert.ok(!isFailure(first));
    proxy.isSilent = true;
    for (const result of [await session.read(first.position, 1), await session.append('w1', [{ seq: 1, text: 'x' }])]) {
      assert.ok(isFailure(result));
      assert.equal(result.reason, 'broker.unreachable');
    }
    session.close();
    const again = await silent.connect(never);
    assert.ok(isFailure(again));
    assert.deepEqual([again.reason, again.retryable], ['broker.unreachable', true]);
  });

  it('gives up connecting when told', async () => {
    const proxy = await throughProxy();
    proxy.isSilent = true;
    const life = new AbortController();
    const connecting = broker(`redis://127.0.0.1:${proxy.port}`).connect(life.signal);
    life.abort();
    assert.ok(isFailure(await connecting));
  });

  it('says that nobody is there', async () => {
    const failed = await broker('redis://127.0.0.1:1').connect(never);
    assert.ok(isFailure(failed));
    assert.deepEqual([failed.reason, failed.retryable], ['broker.unreachable', true]);
    assert.match(failed.message, /redis:\/\/127\.0\.0\.1:1\/0 can't be reached: ECONNREFUSED/);
    const unknown = await broker('redis://no-such-host.invalid').connect(never);
    assert.ok(isFailure(unknown) && unknown.reason === 'broker.unreachable');
  });

  it('says that something else is there', async () => {
    const web = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const failed = await broker(`redis://127.0.0.1:${(web.address() as AddressInfo).port}`).connect(never);
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
    assert.ok(isFailure(failed));
    assert.deepEqual([failed.reason, failed.retryable], ['broker.unusable', false]);
    assert.match(failed.message, /is no Redis/);
  });

  it('never uses another database than it was told', async () => {
    const failed = await broker(`redis://127.0.0.1:${server().port}/99`).connect(never);
    assert.ok(isFailure(failed));
    assert.equal(failed.reason, 'broker.unusable');
    assert.match(failed.message, /DB index is out of range/);
  });

  it('connects again after the server came back without its data, and appends what is new', async () => {
    const own = broker(server().url);
    const session = await own.connect(never);
    assert.ok(!isFailure(session));
    await session.append('w1', [{ seq: 1, text: 'one' }]);
    await server().kill();
    const lost = await session.append('w1', [{ seq: 2, text: 'two' }]);
    assert.ok(isFailure(lost) && lost.retryable);
    await server().launch();
    const again = await own.connect(never);
    assert.ok(!isFailure(again));
    assert.equal(await again.append('w1', [{ seq: 2, text: 'two' }]), undefined);
    assert.equal(await own.client?.xlen(own.keys.events), 1);
    again.close();
  });
});

describe('RedisEventBroker with a password', function () {
  this.timeout(60_000);
  const server = useRedisServer({ password: 'correct horse' });

  it('connects with the password that it is given, and never tells it', async () => {
    const own = broker(server().url, { password: () => Promise.resolve('correct horse') });
    const session = await own.connect(never);
    assert.ok(!isFailure(session));
    assert.equal(await session.windows(), 1);
    assert.doesNotMatch(own.place, /horse/);
    session.close();
  });

  for (const [what, password] of [
    ['a wrong password', 'battery staple'],
    ['no password', undefined],
  ] as const) {
    it(`says that ${what} is refused`, async () => {
      const failed = await broker(server().url, { password: () => Promise.resolve(password) }).connect(never);
      assert.ok(isFailure(failed));
      assert.deepEqual([failed.reason, failed.retryable], ['broker.refused', false]);
      assert.doesNotMatch(failed.message, /battery/);
    });
  }
});
