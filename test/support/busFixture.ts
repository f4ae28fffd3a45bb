// A bus over a log in memory, and the events that tests publish on it.
import { EventBus, type EventBusOptions } from '../../src/core/events/eventBus';
import type { EventEnvelope } from '../../src/api';
import { InMemoryEventLog, type InMemoryStorage } from './inMemoryEventLog';
import { ManualClock } from './manualClock';

export interface BusFixture {
  bus: EventBus;
  log: InMemoryEventLog;
  clock: ManualClock;
}

export function createBus(options: Partial<EventBusOptions> & { storage?: InMemoryStorage } = {}): BusFixture {
  const { storage, ...rest } = options;
  const clock = new ManualClock();
  const origin = rest.origin ?? 'window-1';
  const log = new InMemoryEventLog(origin, storage);
  return { bus: new EventBus({ clock, log, origin, ...rest }), log, clock };
}

/** Publishes `user.tick` with a number. */
export function tick(bus: EventBus, n: number): EventEnvelope {
  return bus.publishExternal('user.tick', n, { source: 'test' });
}

export const numbersOf = (events: readonly EventEnvelope[]): unknown[] => events.map(({ payload }) => payload);
