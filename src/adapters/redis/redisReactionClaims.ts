// Claims of reactions for everybody who shares the Redis: one hash for each, held by a window as long as that is heard of. The claimed event
// is pending in a consumer group meanwhile, so that another window gets it when its claimant is gone.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { EventEnvelope } from '../../api';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { readEventText } from '../../core/events/eventText';
import type { ReactionClaims } from '../../core/reactions/reactionClaims';
import { RedisAccess, type TeamConnection } from './redisAccess';
import { GONE_MS, textOf } from './redisEventBroker';
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
/** Entries of which the text is gone come as null. */
const autoclaimed = z.tuple(
  [z.string(), z.array(z.nullable(z.tuple([z.string(), z.nullable(z.array(z.string()))])))],
  z.unknown(),
);

export interface RedisReactionClaimsOptions {
  origin: string;
  clock: Clock;
  /** Takes an event whose reaction a window had claimed that is gone. */
  onOrphan: (event: EventEnvelope) => void;
  /** Told of rounds that failed; the next one tries again. */
  onProblem: (error: unknown) => void;
}

export interface ClaimConnection extends TeamConnection {
  entryOf(eventId: string): string | undefined;
}

const ROUND_MS = 10_000;
const MAX_ORPHANS = 20;
const MAX_ADOPTED = 500;
const MAX_UNTOLD = 500;
/** What nobody has taken up for so long is let go. */
const ORPHAN_MS = 3_600_000;

export class RedisReactionClaims implements ReactionClaims, Disposable {
  private readonly access: RedisAccess;
  /** Claims of events that stand in the stream, by entry; as many as reactions run at once. */
  private readonly pending = new Map<string, Set<string>>();
  /** Entries of adopted events, by event: this window may never have read them itself. The oldest are forgotten. */
  private readonly adopted = new Map<string, string>();
  /** What is done and could not be told, the oldest first. */
  private readonly untold: { keys: string[]; rememberMs: number }[] = [];
  private timer: Disposable | undefined;
  private isDisposed = false;

  constructor(
    private readonly connection: ClaimConnection,
    private readonly options: RedisReactionClaimsOptions,
  ) {
    this.access = new RedisAccess(connection);
    this.schedule();
  }

  /** Every window of the team sees every event. */
  isShared(): boolean {
    return true;
  }

  async claim(keys: readonly string[]): Promise<ReadonlySet<string>> {
    if (keys.length === 0) return new Set();
    const values = [this.options.origin, GONE_MS, CLAIM_MS];
    const taken = await this.access.run(CLAIM, [this.access.keys.windows, ...this.namesOf(keys)], values);
    const mine = new Set(positions.parse(taken).flatMap((position) => keys[position] ?? []));
    await this.hold([...mine]);
    return mine;
  }

  /** What is done without a connection is told with the next one: it must not be done again by another window. */
  async complete(keys: readonly string[], rememberMs: number): Promise<void> {
    if (keys.length === 0) return;
    try {
      await this.tellDone(keys, rememberMs);
    } catch (error) {
      this.options.onProblem(error);
      this.untold.push({ keys: [...keys], rememberMs });
      if (this.untold.length > MAX_UNTOLD) this.untold.shift();
    }
  }

  async release(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.access.run(RELEASE, this.namesOf(keys), [this.options.origin]);
    await this.letGo(keys);
  }

  /** One round: says that this window still works on what it holds, and looks for what dead windows held. */
  async round(): Promise<void> {
    for (let [next] = this.untold; next; [next] = this.untold) {
      await this.tellDone(next.keys, next.rememberMs);
      this.untold.shift();
    }
    const held = [...this.pending.keys()];
    if (held.length > 0) await this.markPending(held);
    const { events, reactions } = this.access.keys;
    const { origin } = this.options;
    const reply = await this.access.use((client) =>
      client.xautoclaim(events, reactions, origin, GONE_MS, '0-0', 'COUNT', MAX_ORPHANS),
    );
    for (const found of autoclaimed.parse(reply)[1]) if (found) await this.adopt(found[0], found[1]);
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.dispose();
  }

  private async tellDone(keys: readonly string[], rememberMs: number): Promise<void> {
    await this.access.run(COMPLETE, this.namesOf(keys), [this.options.origin, Math.ceil(rememberMs)]);
    await this.letGo(keys);
  }

  private schedule(): void {
    if (this.isDisposed) return;
    this.timer = this.options.clock.after(ROUND_MS, () => {
      const round = this.connection.client ? this.round() : Promise.resolve();
      void round.catch(this.options.onProblem).then(() => this.schedule());
    });
  }

  /** Whoever claims the event now keeps it pending; where nobody does, another window finds it after a while. */
  private async adopt(entry: string, fields: readonly string[] | null): Promise<void> {
    const event = fields === null ? undefined : readEventText(textOf(fields));
    const isOld = this.options.clock.now() - Number.parseInt(entry, 10) > ORPHAN_MS;
    if (!event || isOld) {
      await this.acknowledge([entry]);
      return;
    }
    this.adopted.delete(event.id);
    this.adopted.set(event.id, entry);
    const oldest = this.adopted.keys().next().value;
    if (this.adopted.size > MAX_ADOPTED && oldest !== undefined) this.adopted.delete(oldest);
    this.options.onOrphan(event);
  }

  private async hold(keys: readonly string[]): Promise<void> {
    const entries = new Set<string>();
    for (const key of keys) {
      const eventId = eventIdOf(key);
      const entry = this.adopted.get(eventId) ?? this.connection.entryOf(eventId);
      if (entry === undefined) continue;
      const held = this.pending.get(entry) ?? new Set<string>();
      held.add(key);
      this.pending.set(entry, held);
      entries.add(entry);
    }
    if (entries.size > 0) await this.markPending([...entries]);
  }

  private async letGo(keys: readonly string[]): Promise<void> {
    const done: string[] = [];
    for (const [entry, held] of this.pending) {
      for (const key of keys) held.delete(key);
      if (held.size === 0) done.push(entry);
    }
    for (const entry of done) this.pending.delete(entry);
    if (done.length > 0) await this.acknowledge(done);
  }

  private async markPending(entries: readonly string[]): Promise<void> {
    const { events, reactions } = this.access.keys;
    await this.access.use((client) =>
      client.xclaim(events, reactions, this.options.origin, 0, ...entries, 'FORCE', 'JUSTID'),
    );
  }

  private async acknowledge(entries: readonly string[]): Promise<void> {
    const { events, reactions } = this.access.keys;
    await this.access.use((client) => client.xack(events, reactions, ...entries));
  }

  private namesOf(keys: readonly string[]): string[] {
    return keys.map((key) => this.access.keys.claim(createHash('sha256').update(key).digest('hex').slice(0, 32)));
  }
}

/** See `claimKey`: most end with the id of their event. */
function eventIdOf(key: string): string {
  return key.slice(key.lastIndexOf('\n') + 1);
}
