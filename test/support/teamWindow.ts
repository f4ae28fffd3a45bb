// A window with a real bus and log on disk, alone or in a team over Redis, in real time.
import { FileExchangeRecords } from '../../src/adapters/node/fileExchangeRecords';
import { SegmentedEventLog } from '../../src/adapters/node/segmentedEventLog';
import { SystemClock } from '../../src/adapters/node/systemClock';
import { RedisEventBroker } from '../../src/adapters/redis/redisEventBroker';
import type { EventEnvelope } from '../../src/api';
import { EventBus } from '../../src/core/events/eventBus';
import { EventExchange } from '../../src/core/events/eventExchange';
import { ReceivedEvents } from '../../src/core/events/receivedEvents';
import { redisAddress } from '../../src/core/events/redisAddress';

export interface TeamWindowOptions {
  folder: string;
  origin: string;
  /** Windows of this folder that live; the window adds itself. */
  alive: Set<string>;
  /** Absent: the embedded backend. */
  redis?: { url: string; team: string; password?: string; timeoutMs?: number };
  redact?: (text: string) => string;
}

export type TeamWindow = ReturnType<typeof openTeamWindow>;

export function openTeamWindow({ folder, origin, alive, redis, redact }: TeamWindowOptions) {
  const clock = new SystemClock();
  const problems: unknown[] = [];
  const onProblem = (problem: unknown) => void problems.push(problem);
  const isAlive = (window: string) => Promise.resolve(alive.has(window));
  alive.add(origin);
  const log = new SegmentedEventLog({ folder, origin, clock, onProblem, isAlive });
  const bus = new EventBus({ clock, log, origin, onBug: onProblem, ...(redact && { redact }) });
  /** Every event that a subscriber got, in order. */
  const seen: EventEnvelope[] = [];
  bus.subscribe('**', (event) => void seen.push(event), { policy: 'block' });
  let exchange: EventExchange | undefined;
  if (redis) {
    const address = redisAddress(redis.url);
    if (!address) throw new Error(`Internal error: ${redis.url} is no address.`);
    bus.joinTeam(new ReceivedEvents({ origin, log: log.receivedLog(), recent: 5000, onBug: onProblem }));
    const broker = new RedisEventBroker({
      address,
      team: redis.team,
      origin,
      password: () => Promise.resolve(redis.password),
      blockMs: 300,
      timeoutMs: redis.timeoutMs ?? 3000,
    });
    const readLog = (window: string, afterSeq: number, limit: number) => log.readLog(window, afterSeq, limit);
    const records = new FileExchangeRecords({ folder, isAlive, readLog });
    exchange = new EventExchange({ bus, broker, clock, records, onProblem, fromSeq: 0 });
    exchange.start();
  }
  return {
    bus,
    exchange,
    seen,
    problems,
    /** As VS Code ends a window. */
    close: async () => {
      await exchange?.close(2000);
      bus.dispose();
      await log.close();
      alive.delete(origin);
    },
    /** As a crash does: what is on disk stays. */
    kill: async () => {
      exchange?.dispose();
      bus.dispose();
      await log.close();
      alive.delete(origin);
    },
  };
}

/** Resolves once `condition` holds; fails after some seconds. */
export async function eventually(condition: () => boolean, what: string, withinMs = 30_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
