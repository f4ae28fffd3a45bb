// Events of a team in one bounded stream of Redis. Every window reads all of it, from where it was: a consumer group would deal the events out.
// What one window alone may do (reactions) is claimed through a group: see RedisReactionClaims.
//
//   agent-team:{team}:events        the stream; the oldest events go
//   agent-team:{team}:sent:<origin> number of the last event of a window, so that what is sent twice stands once
//   agent-team:{team}:windows       windows by the time when they were last heard of
import type { Redis } from 'ioredis';
import * as z from 'zod/mini';
import type { BrokerSession, EventBroker, ReceivedTexts, SentEvent } from '../../core/events/eventBroker';
import { isFailure, type Failure } from '../../core/failure';
import type { RedisAddress } from '../../core/events/redisAddress';
import { connect, failureOf, placeOf } from './redisConnection';
import { redisKeys, type RedisKeys } from './redisKeys';
import { runScript, script } from './redisScripts';

export interface RedisEventBrokerOptions {
  address: RedisAddress;
  /** Where the address names none. */
  team: string;
  /** Names this window. */
  origin: string;
  /** Asked at each connection; undefined where there is none. */
  password: () => Promise<string | undefined>;
  /** Events that the stream keeps, roughly; default 20,000. */
  maxEvents?: number;
  /** Default 10 s. */
  timeoutMs?: number;
  /** How long a read waits for the first event; default 5 s. */
  blockMs?: number;
}

const MAX_EVENTS = 20_000;
const TIMEOUT_MS = 10_000;
const BLOCK_MS = 5000;
const MAX_ENTRY_IDS = 5000;
const EVENT_ID = /^\{"id":"([^"\\]{1,100})"/;
/** A window that was not heard of for so long is gone. */
export const GONE_MS = 30_000;
/** What a window has sent is remembered so long after its last event. */
const SENT_MEMORY_SECONDS = 7 * 24 * 3600;

/** Appends what is new of `origin`, in order. KEYS: stream, sent. ARGV: most events, seconds, then number and text of each event. */
const APPEND = script(`
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local added = {}
for i = 3, #ARGV, 2 do
  local seq = tonumber(ARGV[i])
  if seq > last then
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'event', ARGV[i + 1])
    added[#added + 1] = {ARGV[i], id}
    last = seq
  end
end
redis.call('SET', KEYS[2], last, 'EX', ARGV[2])
return added`);

/** Says that a window is here and how many there are. KEYS: windows. ARGV: origin, milliseconds after which one is gone. */
const PRESENT = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return redis.call('ZCARD', KEYS[1])`);

const positions = z.array(z.tuple([z.string(), z.string()]));
const entry = z.tuple([z.string(), z.array(z.string())]);
const entries = z.array(entry);
const reads = z.nullable(z.array(z.tuple([z.string(), entries])));

export class RedisEventBroker implements EventBroker {
  readonly place: string;
  readonly keys: RedisKeys;
  private current: Redis | undefined;
  private readonly entries = new EntryIds();

  constructor(private readonly options: RedisEventBrokerOptions) {
    const { address } = options;
    const team = address.team ?? options.team;
    this.keys = redisKeys(team);
    this.place = `${placeOf(address)}, team ${team}`;
  }

  /** The connection as it is now, for what else the team shares; undefined while there is none. */
  get client(): Redis | undefined {
    return this.current?.status === 'ready' ? this.current : undefined;
  }

  async connect(signal: AbortSignal): Promise<BrokerSession | Failure> {
    const { address, origin, timeoutMs = TIMEOUT_MS } = this.options;
    const password = await this.options.password();
    const open = (purpose: string) =>
      connect({ address, password, timeoutMs, name: `agent-team-${purpose}-${origin}` }, signal);
    // Waiting for events occupies a connection.
    const [commands, waiting] = await Promise.all([open('commands'), open('events')]);
    if (isFailure(commands) || isFailure(waiting)) {
      for (const client of [commands, waiting]) if (!isFailure(client)) client.disconnect();
      return isFailure(commands) ? commands : (waiting as Failure);
    }
    const group = await createGroup(commands, this.keys).catch((error: unknown) => this.failureOf(error));
    if (group) {
      for (const client of [commands, waiting]) client.disconnect();
      return group;
    }
    this.current = commands;
    return new RedisSession(this.keys, { ...this.options, commands, waiting, entries: this.entries });
  }

  /** Where an event stands in the stream, as far as this window has sent or read it lately. */
  entryOf(eventId: string): string | undefined {
    return this.entries.find(eventId);
  }

  /** The failure that a rejected command means. */
  failureOf(error: unknown): Failure {
    return failureOf(error, this.options.address);
  }
}

class RedisSession implements BrokerSession {
  constructor(
    private readonly keys: RedisKeys,
    private readonly options: RedisEventBrokerOptions & { commands: Redis; waiting: Redis; entries: EntryIds },
  ) {}

  async append(origin: string, events: readonly SentEvent[]): Promise<Failure | undefined> {
    const { commands, maxEvents = MAX_EVENTS } = this.options;
    const values = events.flatMap(({ seq, text }) => [seq, text]);
    const keys = [this.keys.events, this.keys.sent(origin)];
    const done = await this.attempt(() =>
      runScript(commands, APPEND, keys, [maxEvents, SENT_MEMORY_SECONDS, ...values]),
    );
    if (isFailure(done)) return done;
    const added = positions.safeParse(done).data ?? [];
    const texts = new Map(events.map(({ seq, text }) => [String(seq), text]));
    for (const [seq, id] of added) this.options.entries.remember(texts.get(seq) ?? '', id);
    return undefined;
  }

  read(position: string | undefined, limit: number): Promise<ReceivedTexts | Failure> {
    const { waiting, blockMs = BLOCK_MS } = this.options;
    return this.attempt(async () => {
      if (position === undefined) {
        const [last] = entries.parse(await waiting.xrevrange(this.keys.events, '+', '-', 'COUNT', 1));
        return { texts: [], position: last?.[0] ?? '0-0' };
      }
      const reply = await waiting.xread('COUNT', limit, 'BLOCK', blockMs, 'STREAMS', this.keys.events, position);
      const found = reads.parse(reply)?.[0]?.[1] ?? [];
      const texts = found.map(([, fields]) => textOf(fields));
      for (const [index, [id]] of found.entries()) this.options.entries.remember(texts[index] ?? '', id);
      return { texts, position: found.at(-1)?.[0] ?? position };
    });
  }

  windows(): Promise<number | Failure> {
    const { commands, origin } = this.options;
    return this.attempt(async () =>
      z.number().parse(await runScript(commands, PRESENT, [this.keys.windows], [origin, GONE_MS])),
    );
  }

  close(): void {
    this.options.commands.disconnect();
    this.options.waiting.disconnect();
  }

  private async attempt<T>(use: () => Promise<T>): Promise<T | Failure> {
    try {
      return await use();
    } catch (error) {
      return failureOf(error, this.options.address);
    }
  }
}

async function createGroup(client: Redis, { events, reactions }: RedisKeys): Promise<undefined> {
  try {
    await client.xgroup('CREATE', events, reactions, '$', 'MKSTREAM');
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
  }
}

/** Places of the newest events in the stream, by the ids of the events: `MAX_ENTRY_IDS` of them at least, twice as many at most. */
class EntryIds {
  private newer = new Map<string, string>();
  private older = new Map<string, string>();

  /** `text` is an event as it travels; its id is among the first fields. */
  remember(text: string, entryId: string): void {
    const eventId = EVENT_ID.exec(text)?.[1];
    if (eventId === undefined) return;
    // Dropping half of them now and then costs less than looking for the oldest each time.
    if (this.newer.size >= MAX_ENTRY_IDS) {
      this.older = this.newer;
      this.newer = new Map();
    }
    this.newer.set(eventId, entryId);
  }

  find(eventId: string): string | undefined {
    return this.newer.get(eventId) ?? this.older.get(eventId);
  }
}

/** Fields and values alternate; what has no event in it is no event. */
export function textOf(fields: readonly string[]): string {
  const at = fields.findIndex((field, index) => index % 2 === 0 && field === 'event');
  return at < 0 ? '' : (fields[at + 1] ?? '');
}
