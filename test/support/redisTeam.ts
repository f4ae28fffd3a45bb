// Windows of one team over a real Redis, for tests of what they share beside the events.
import type { EventEnvelope } from '../../src/api';
import { RedisEventBroker } from '../../src/adapters/redis/redisEventBroker';
import { redisAddress } from '../../src/core/events/redisAddress';
import { isFailure } from '../../src/core/failure';
import type { BrokerSession } from '../../src/core/events/eventBroker';

let teams = 0;

export class RedisTeam {
  private readonly sessions = new Map<string, BrokerSession>();
  readonly name = `shared-${process.pid}-${(teams += 1)}`;

  constructor(private readonly url: string) {}

  /** A window that is connected, and was heard of. */
  async join(origin: string): Promise<RedisEventBroker> {
    const address = redisAddress(this.url);
    if (!address) throw new Error(`Internal error: ${this.url} is no address.`);
    const password = () => Promise.resolve(undefined);
    const broker = new RedisEventBroker({ address, team: this.name, origin, password, blockMs: 200 });
    const session = await broker.connect(new AbortController().signal);
    if (isFailure(session)) throw new Error(session.message);
    this.sessions.set(origin, session);
    await session.windows();
    return broker;
  }

  /** The window is gone, and it shows: nobody has heard of it for long. */
  async kill(origin: string): Promise<void> {
    this.sessions.get(origin)?.close();
    this.sessions.delete(origin);
    const other = await this.join('undertaker');
    await other.client?.zrem(other.keys.windows, origin);
  }

  /** Lets time pass for what Redis forgets by itself. */
  async pass(ms: number): Promise<void> {
    const { client, keys } = await this.join('clock');
    if (!client) throw new Error('Internal error: there is no connection.');
    for (const name of await client.keys(keys.claim('*').replace(/[[\]{}]/g, '?'))) {
      const left = await client.pttl(name);
      if (left >= 0) await client.pexpire(name, Math.max(1, left - ms));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Appends events as their window does. */
  async append(origin: string, events: readonly EventEnvelope[]): Promise<void> {
    const sent = events.map((event) => ({ seq: event.seq, text: JSON.stringify(event) }));
    await this.sessions.get(origin)?.append(origin, sent);
  }

  /** Lets time pass for what is pending: nobody has said that it is being worked on. */
  async idle(ms: number): Promise<void> {
    const { client, keys } = await this.join('clock');
    const pending = (await client?.xpending(keys.events, keys.reactions, '-', '+', 100)) as [string, string][];
    for (const [entry, holder] of pending) {
      await client?.call('XCLAIM', keys.events, keys.reactions, holder, '0', entry, 'IDLE', String(ms), 'JUSTID');
    }
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }
}
