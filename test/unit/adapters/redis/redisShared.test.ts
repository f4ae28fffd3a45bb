// What a team shares beside its events: claims of reactions and memory.
import assert from 'node:assert/strict';
import type { RedisEventBroker } from '../../../../src/adapters/redis/redisEventBroker';
import { RedisMemoryStore } from '../../../../src/adapters/redis/redisMemoryStore';
import { RedisReactionClaims } from '../../../../src/adapters/redis/redisReactionClaims';
import { describeMemoryStore } from '../../../support/memoryStoreContract';
import { describeReactionClaims } from '../../../support/reactionClaimsContract';
import { RedisTeam } from '../../../support/redisTeam';
import { useRedisServer } from '../../../support/redisServer';

const ORIGINS = ['w1', 'w2', 'w3', 'w4'];

describe('a team over Redis', function () {
  this.timeout(60_000);
  const server = useRedisServer();
  let team: RedisTeam;
  let windows: Map<string, RedisEventBroker>;
  const windowOf = (origin: string): RedisEventBroker => {
    const found = windows.get(origin);
    assert.ok(found, origin);
    return found;
  };
  beforeEach(async () => {
    team = new RedisTeam(server().url);
    windows = new Map();
    for (const origin of ORIGINS) windows.set(origin, await team.join(origin));
  });
  afterEach(() => team.close());

  describeReactionClaims('RedisReactionClaims', () => ({
    open: (origin) => new RedisReactionClaims(windowOf(origin), origin),
    kill: (origin) => team.kill(origin),
    pass: (ms) => team.pass(ms),
  }));

  let opened = 0;
  describeMemoryStore('RedisMemoryStore', () => {
    opened += 1;
    return new RedisMemoryStore(windowOf(ORIGINS[opened % ORIGINS.length] ?? 'w1'));
  });

  it('refuses at once, with a sentence, while there is no connection', async () => {
    const broker = windowOf('w1');
    const [claims, memory] = [new RedisReactionClaims(broker, 'w1'), new RedisMemoryStore(broker)];
    assert.equal((await claims.claim(['k'])).size, 1);
    await server().kill();
    const refused = /There is no connection to redis:.* at the moment|can't be reached/;
    await assert.rejects(claims.claim(['k']), refused);
    await assert.rejects(memory.get('workspace', 'k'), refused);
    await server().launch();
    await assert.rejects(memory.snapshot('workspace'), refused);
  });

  it('remembers the versions of a bounded number of deleted keys', async () => {
    const broker = windowOf('w1');
    const memory = new RedisMemoryStore(broker);
    const by = { author: 'dev', time: '2030-01-01T00:00:00.000Z' };
    for (let n = 0; n < 520; n += 1) {
      await memory.put('workspace', { key: `k${n}`, value: n, ...by }, { maxEntries: 10 });
      await memory.remove('workspace', `k${n}`, by);
    }
    const { deleted, deletions } = broker.keys.memory;
    assert.deepEqual(
      [await broker.client?.hlen(deleted('workspace')), await broker.client?.zcard(deletions('workspace'))],
      [500, 500],
    );
  });
});
