// How many events a second the bus takes, against a bare EventEmitter: envelope, ids, schema, redaction and order are what it does more.
import { EventEmitter } from 'node:events';
import { performance } from 'node:perf_hooks';
import { SystemClock } from '../src/adapters/node/systemClock';
import { EventBus } from '../src/core/events/eventBus';
import { createEventIds } from '../src/core/events/eventIds';
import type { EventLog } from '../src/core/events/eventLog';
import { median } from './rounds';

export interface PublishRates {
  subscribers: number;
  emitterPerSecond: number;
  busPerSecond: number;
}

const EVENTS = 20_000;
const ROUNDS = 7;

export async function measureBus(): Promise<PublishRates[]> {
  const rates: PublishRates[] = [];
  for (const subscribers of [1, 10, 100]) {
    const emitter: number[] = [];
    const bus: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const first = emitEvents(subscribers);
      const second = await publishEvents(subscribers);
      if (round > 0) {
        emitter.push(first);
        bus.push(second);
      }
    }
    rates.push({ subscribers, emitterPerSecond: median(emitter), busPerSecond: median(bus) });
  }
  return rates;
}

function emitEvents(subscribers: number): number {
  const emitter = new EventEmitter().setMaxListeners(0);
  let received = 0;
  for (let index = 0; index < subscribers; index += 1) emitter.on('task.progress', () => (received += 1));
  const start = performance.now();
  for (let index = 0; index < EVENTS; index += 1) emitter.emit('task.progress', { message: 'step' });
  const seconds = (performance.now() - start) / 1_000;
  if (received !== EVENTS * subscribers) throw new Error('Internal error: the emitter lost events.');
  return EVENTS / seconds;
}

/** Until the last subscriber has had the last event. */
async function publishEvents(subscribers: number): Promise<number> {
  const clock = new SystemClock();
  const ids = createEventIds();
  const log: EventLog = {
    append: () => undefined,
    read: () => Promise.resolve([]),
    readRun: () => Promise.resolve([]),
    flush: () => Promise.resolve(),
  };
  const bus = new EventBus({ clock, log, origin: ids(clock.now()) });
  let received = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  for (let index = 0; index < subscribers; index += 1) {
    bus.subscribe(
      'task.*',
      () => {
        received += 1;
        if (received === EVENTS * subscribers) finish();
      },
      { queue: EVENTS, policy: 'drop-oldest' },
    );
  }
  const start = performance.now();
  for (let index = 0; index < EVENTS; index += 1) {
    bus.publish({ topic: 'task.progress', source: 'agent-team', payload: { message: 'step' } });
  }
  await finished;
  const seconds = (performance.now() - start) / 1_000;
  bus.dispose();
  return EVENTS / seconds;
}
