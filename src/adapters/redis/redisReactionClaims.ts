// Claims of reactions for everybody who shares the Redis: one hash for each, held by a window as long as that is heard of.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ReactionClaims } from '../../core/reactions/reactionClaims';
import { RedisAccess, type TeamConnection } from './redisAccess';
import { GONE_MS } from './redisEventBroker';
import { script } from './redisScripts';

/** A claim that was neither done nor given back is forgotten after this: its window lives, and does not say what became of it. */
const CLAIM_MS = 24 * 3_600_000;

/** Takes the claims that no living window holds or has done. KEYS: windows, claims. ARGV: origin, gone after, claim lasts. */
const CLAIM = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mine = {}
for i = 2, #KEYS do
  local holder = redis.call('HGET', KEYS[i], 'holder')
  local isFree = not holder
  if holder and holder ~= ARGV[1] and redis.call('HEXISTS', KEYS[i], 'done') == 0 then
    local heard = redis.call('ZSCORE', KEYS[1], holder)
    isFree = not heard or now - tonumber(heard) > tonumber(ARGV[2])
  end
  if isFree then
    redis.call('HSET', KEYS[i], 'holder', ARGV[1])
    redis.call('PEXPIRE', KEYS[i], ARGV[3])
  end
  if isFree or holder == ARGV[1] then mine[#mine + 1] = i - 2 end
end
return mine`);

/** KEYS: claims. ARGV: origin, milliseconds. */
const COMPLETE = script(`
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], 'holder') == ARGV[1] then
    redis.call('HSET', KEYS[i], 'done', '1')
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
  end
end
return 0`);

/** KEYS: claims. ARGV: origin. */
const RELEASE = script(`
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], 'holder') == ARGV[1] and redis.call('HEXISTS', KEYS[i], 'done') == 0 then
    redis.call('DEL', KEYS[i])
  end
end
return 0`);

const positions = z.array(z.number());

export class RedisReactionClaims implements ReactionClaims {
  private readonly access: RedisAccess;

  constructor(
    connection: TeamConnection,
    private readonly origin: string,
  ) {
    this.access = new RedisAccess(connection);
  }

  /** Every window of the team sees every event. */
  isShared(): boolean {
    return true;
  }

  async claim(keys: readonly string[]): Promise<ReadonlySet<string>> {
    if (keys.length === 0) return new Set();
    const values = [this.origin, GONE_MS, CLAIM_MS];
    const taken = await this.access.run(CLAIM, [this.access.keys.windows, ...this.namesOf(keys)], values);
    return new Set(positions.parse(taken).flatMap((position) => keys[position] ?? []));
  }

  async complete(keys: readonly string[], rememberMs: number): Promise<void> {
    if (keys.length > 0) await this.access.run(COMPLETE, this.namesOf(keys), [this.origin, Math.ceil(rememberMs)]);
  }

  async release(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.access.run(RELEASE, this.namesOf(keys), [this.origin]);
  }

  private namesOf(keys: readonly string[]): string[] {
    return keys.map((key) => this.access.keys.claim(createHash('sha256').update(key).digest('hex').slice(0, 32)));
  }
}
