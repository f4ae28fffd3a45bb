// What a team shares beside its events: claims of reactions and memory.
import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import type { RedisEventBroker } from '../../../../src/adapters/redis/redisEventBroker';
import { RedisMemoryStore } from '../../../../src/adapters/redis/redisMemoryStore';
import { RedisReactionClaims } from '../../../../src/adapters/redis/redisReactionClaims';
import { isFailure } from '../../../../src/core/failure';
import { claimKey } from '../../../../src/core/reactions/reactionClaims';
import { EventBuilder } from '../../../support/eventBuilder';
import { ManualClock } from '../../../support/manualClock';
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
    open: (origin) => claimsOf(origin),
    kill: (origin) => team.kill(origin),
    pass: (ms) => team.pass(ms),
  }));

  const orphans: EventEnvelope[] = [];
  const claimsOf = (origin: string) =>
    new RedisReactionClaims(windowOf(origin), {
      origin,
      clock: new ManualClock(Date.now()),
      onOrphan: (event) => orphans.push(event),
      onProblem: (error) => assert.fail(String(error)),
    });

  let opened = 0;
  describeMemoryStore('RedisMemoryStore', () => {
    opened += 1;
    return new RedisMemoryStore(windowOf(ORIGINS[opened % ORIGINS.length] ?? 'w1'));
  });

  it('hands an event on whose claimant died, and no event that is done or being worked on', async () => {
    const builder = new EventBuilder('w1');
    const events = [1, 2, 3].map((n) => builder.make('task.progress', { message: String(n) }));
    await team.append('w1', events);
    orphans.length = 0;
    const [one, two] = [claimsOf('w1'), claimsOf('w2')];
    const keys = events.map((event) => claimKey('looker', event));
    assert.equal((await one.claim(keys)).size, 3);
    await one.complete(keys.slice(0, 1), 60_000);
    await two.round();
    assert.deepEqual(orphans, [], 'its claimant works on it');
    await team.kill('w1');
    await team.idle(60_000);
    await two.round();
    assert.deepEqual(orphans, events.slice(1));
    assert.deepEqual([...(await two.claim(keys))].sort(), keys.slice(1).sort());
    await two.complete(keys.slice(1), 60_000);
    await team.idle(60_000);
    orphans.length = 0;
    await claimsOf('w3').round();
    assert.deepEqual(orphans, []);
  });

  it('tells with the next connection what was done without one', async () => {
    const problems: unknown[] = [];
    const [broker, origin] = [windowOf('w1'), 'w1'];
    const clock = new ManualClock(Date.now());
    const onProblem = (error: unknown) => problems.push(error);
    const one = new RedisReactionClaims(broker, { origin, clock, onOrphan: () => undefined, onProblem });
    assert.equal((await one.claim(['k'])).size, 1);
    broker.client?.disconnect();
    await one.complete(['k'], 60_000);
    assert.equal(problems.length, 1);
    const session = await broker.connect(new AbortController().signal);
    await one.round();
    await team.kill('w1');
    assert.equal((await claimsOf('w2').claim(['k'])).size, 0, 'it is done, although its window is gone');
    if (!isFailure(session)) session.close();
    one.dispose();
  });

  it('refuses at once, with a sentence, while there is no connection', async () => {
    const broker = windowOf('w1');
    const [claims, memory] = [claimsOf('w1'), new RedisMemoryStore(broker)];
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
