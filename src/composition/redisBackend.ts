// Part of the composition root, loaded where `events.backend` is `redis`: the team over a shared Redis.
import type * as vscode from 'vscode';
import { FileExchangeRecords } from '../adapters/node/fileExchangeRecords';
import { RedisEventBroker } from '../adapters/redis/redisEventBroker';
import { RedisMemoryStore } from '../adapters/redis/redisMemoryStore';
import { RedisReactionClaims } from '../adapters/redis/redisReactionClaims';
import type { Clock } from '../core/clock';
import { DisposableStore } from '../core/disposable';
import { EventExchange } from '../core/events/eventExchange';
import { ReceivedEvents } from '../core/events/receivedEvents';
import type { RedisAddress } from '../core/events/redisAddress';
import { messageOf } from '../core/failure';
import { BackendNotice } from '../vscode/backend/backendNotice';
import type { TeamStorage } from './storage';

export interface RedisBackendOptions {
  storage: TeamStorage;
  clock: Clock;
  log: vscode.LogOutputChannel;
  address: RedisAddress;
  /** Where the address names none. */
  team: string;
  password: () => Promise<string | undefined>;
  /** Events of this window after this number are shared; default: those from now on. */
  fromSeq?: number;
}

export type RedisBackend = ReturnType<typeof createRedisBackend>;

/** Events of other windows that are kept in memory. */
const RECENT = 5000;
/** What is left to send may take so long when the window closes. */
const CLOSE_MS = 1500;

/** Connects in the background. */
export function createRedisBackend(options: RedisBackendOptions) {
  const { storage, clock, log, address, team, password, fromSeq } = options;
  const { bus, place, journal } = storage;
  const { origin, folder, isAlive } = place;
  const owned = new DisposableStore();
  if (!bus.team) {
    const onBug = (error: unknown) => log.error(`team: ${messageOf(error)}`);
    bus.joinTeam(new ReceivedEvents({ origin, log: journal.receivedLog(), recent: RECENT, onBug }));
  }
  const broker = new RedisEventBroker({ address, team, origin, password });
  const exchange = owned.add(
    new EventExchange({
      bus,
      broker,
      clock,
      records: new FileExchangeRecords({
        folder,
        isAlive,
        readLog: (window, afterSeq, limit) => journal.readLog(window, afterSeq, limit),
      }),
      onProblem: (problem) => log.warn(`team: ${problem.message}`),
      ...(fromSeq !== undefined && { fromSeq }),
    }),
  );
  owned.add(
    exchange.onDidChange(() => {
      const { state, windows } = exchange.health();
      log.debug(`team: ${broker.place} ${state}${windows === undefined ? '' : `, ${windows} windows`}`);
    }),
  );
  owned.add(new BackendNotice({ exchange, clock }));
  const claims = owned.add(
    new RedisReactionClaims(broker, {
      origin,
      clock,
      onOrphan: (event) => storage.shared.onOrphan?.(event),
      onProblem: (error) => log.debug(`team: ${messageOf(error)}`),
    }),
  );
  storage.shared.claims = claims;
  storage.shared.memory = new RedisMemoryStore(broker);
  exchange.start();
  return {
    health: () => ({ backend: 'redis' as const, ...exchange.health() }),
    onDidChange: (handler: () => void) => exchange.onDidChange(handler),
    close: async () => {
      delete storage.shared.claims;
      delete storage.shared.memory;
      await exchange.close(CLOSE_MS);
      owned.dispose();
    },
  };
}
