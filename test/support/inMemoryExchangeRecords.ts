// Records of exchanges that survive their windows, in memory.
import type { ExchangeRecord, ExchangeRecords } from '../../src/core/events/exchangeRecords';
import { InMemoryEventLog, type InMemoryStorage } from './inMemoryEventLog';

/** Shared by the windows of one storage; whoever is not alive there has gone. */
export function createExchangeRecords(storage: InMemoryStorage, kept: Map<string, ExchangeRecord>): ExchangeRecords {
  const log = new InMemoryEventLog('reader', storage);
  return {
    save: (record) => {
      kept.set(record.origin, { ...record });
      return Promise.resolve();
    },
    ofPredecessors: (place) =>
      Promise.resolve(
        [...kept.values()].filter((record) => record.place === place && !storage.alive.has(record.origin)),
      ),
    forget: (origin) => {
      kept.delete(origin);
      return Promise.resolve();
    },
    readLog: (origin, afterSeq, limit) => log.readLog(origin, afterSeq, limit),
  };
}
