// A team's server that speaks TLS: who is trusted, and what is said where nobody is.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { RedisEventBroker } from '../../../../src/adapters/redis/redisEventBroker';
import { isBrokerFailure } from '../../../../src/core/events/eventBroker';
import { redisAddress } from '../../../../src/core/events/redisAddress';
import { isFailure } from '../../../../src/core/failure';
import { findRedis, REDIS_MISSING } from '../../../../scripts/test/findRedis';
import { makeCertificate } from '../../../support/certificates';
import { RedisServer } from '../../../support/redisServer';
import { eventually, openTeamWindow } from '../../../support/teamWindow';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('Redis over TLS', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const known = getCACertificates('default');
  let server: RedisServer | undefined;
  afterEach(async () => {
    setDefaultCACertificates(known);
    await server?.stop();
    server = undefined;
  });

  /** A server with a certificate for these names; returns what signed it, and skips the test where there can be none. */
  async function serve(test: Mocha.Context, names: string): Promise<{ server: RedisServer; authority: string }> {
    const program = findRedis();
    if (program === undefined) console.warn(REDIS_MISSING);
    const certificate = await makeCertificate(join(folder(), 'tls'), names);
    if (!certificate) console.warn('There is no openssl: tests of TLS are skipped.');
    if (program === undefined || !certificate) test.skip();
    server = await RedisServer.start(program, { tls: certificate, password: 'correct horse' });
    return { server, authority: certificate.authority };
  }
  const trust = (authority: string) => setDefaultCACertificates([...known, authority]);
  async function connect(url: string) {
    const address = redisAddress(url);
    assert.ok(address);
    const password = () => Promise.resolve('correct horse');
    const broker = new RedisEventBroker({
      address,
      team: 'tls',
      origin: 'w1',
      password,
      blockMs: 200,
      timeoutMs: 3000,
    });
    const session = await broker.connect(new AbortController().signal);
    if (!isFailure(session)) session.close();
    return session;
  }
  /** Why there was no connection. */
  async function refusal(url: string) {
    const failed = await connect(url);
    assert.ok(isFailure(failed) && isBrokerFailure(failed));
    assert.doesNotMatch(failed.message, /horse/);
    return failed;
  }

  it('carries events between windows where the authority is trusted', async function () {
    const { server: tls, authority } = await serve(this, 'IP:127.0.0.1,DNS:localhost');
    trust(authority);
    const alive = new Set<string>();
    const redis = { url: tls.url.replace('127.0.0.1', 'localhost'), team: 'tls', password: 'correct horse' };
    const windows = ['w1', 'w2'].map((origin) => openTeamWindow({ folder: folder(), origin, alive, redis }));
    const [one, two] = windows;
    assert.ok(one && two);
    try {
      await eventually(
        () => windows.every(({ exchange }) => exchange?.health().windows !== undefined),
        'both are there',
      );
      one.bus.publishExternal('user.tick', 7, { source: 'test' });
      await eventually(() => two.seen.length === 1, 'it came');
      assert.deepEqual([two.seen[0]?.origin, two.seen[0]?.payload], ['w1', 7]);
    } finally {
      await Promise.all(windows.map((window) => window.close()));
    }
  });

  it('connects by address as by name, without a warning of Node’s', async function () {
    const { server: tls, authority } = await serve(this, 'IP:127.0.0.1');
    trust(authority);
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on('warning', listen);
    const session = await connect(tls.url);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    assert.ok(!isFailure(session));
    assert.deepEqual(warnings, []);
  });

  it('refuses a certificate of an authority that nobody knows, and does not try in vain', async function () {
    const { server: tls } = await serve(this, 'IP:127.0.0.1');
    const { reason, retryable, where, detail } = await refusal(tls.url);
    assert.deepEqual([reason, retryable], ['broker.untrusted', false]);
    assert.match(`${where} ${detail}`, /^rediss:\/\/127\.0\.0\.1:\d+\/0 [A-Z_]*(CERT|SIGNATURE)[A-Z_]*$/);
  });

  it('refuses a certificate for another name', async function () {
    const { server: tls, authority } = await serve(this, 'DNS:elsewhere.test');
    trust(authority);
    const { reason, detail } = await refusal(tls.url);
    assert.deepEqual([reason, detail], ['broker.untrusted', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  it('waits for a server that speaks TLS where we do not, or the other way round', async function () {
    const { server: tls } = await serve(this, 'IP:127.0.0.1');
    const plain = await refusal(tls.url.replace('rediss:', 'redis:'));
    await tls.stop();
    const program = findRedis();
    assert.ok(program !== undefined);
    server = await RedisServer.start(program, { password: 'correct horse' });
    const secret = await refusal(server.url.replace('redis:', 'rediss:'));
    // Neither says so: all that is seen is silence, or a connection that ends.
    assert.deepEqual(
      [plain, secret].map(({ reason, retryable }) => [reason, retryable]),
      [
        ['broker.unreachable', true],
        ['broker.unreachable', true],
      ],
    );
  });
});
