// Events of other windows, numbered in the order in which they came here: their own numbers count in their own windows only.
import type { EventEnvelope, HistoryFilter } from '../../api';
import { EventHistory } from './eventHistory';
import type { EventLog } from './eventLog';
import { RecentEvents } from './recentEvents';
import { compilePattern } from './topicPattern';

export interface Received {
  event: EventEnvelope;
  arrival: number;
}

export type Reception = 'taken' | 'known' | 'own';

export interface ReceivedEventsOptions {
  origin: string;
  /** Where they go for good. Gets copies whose `seq` is the arrival, and beside it the number that the event came with. */
  log?: EventLog;
  /** Kept in memory; default 5,000. */
  recent: number;
  onBug: (error: unknown) => void;
}

/** Windows whose last number is remembered; a team has fewer. */
const MAX_ORIGINS = 1000;
const NO_LOG: EventLog = {
  append: () => undefined,
  read: () => Promise.resolve([]),
  readRun: () => Promise.resolve([]),
  flush: () => Promise.resolve(),
};

/** An event whose `seq` is its arrival. */
type Numbered = EventEnvelope & { originSeq?: number };

export class ReceivedEvents {
  private readonly ring: RecentEvents;
  private readonly log: EventLog;
  private readonly past: EventHistory;
  /** The last number of each origin; the one heard of longest ago first. */
  private readonly lastSeqs = new Map<string, number>();
  private missedCount = 0;

  constructor(private readonly options: ReceivedEventsOptions) {
    this.ring = new RecentEvents(options.recent);
    this.log = options.log ?? NO_LOG;
    this.past = new EventHistory({ recent: this.ring, log: this.log, onBug: options.onBug });
  }

  /** Number of the last event that came; 0 before the first. */
  get lastArrival(): number {
    return this.ring.lastSeq;
  }

  /** Events of other windows that never came, as the gaps in their numbers tell. */
  get missed(): number {
    return this.missedCount;
  }

  /** Each event once, those of one window in their order: what comes late or again is `known`. */
  take(event: EventEnvelope): Reception {
    if (event.origin === this.options.origin) return 'own';
    const last = this.lastSeqs.get(event.origin);
    if (last !== undefined && event.seq <= last) return 'known';
    if (last !== undefined) this.missedCount += event.seq - last - 1;
    this.lastSeqs.delete(event.origin);
    this.lastSeqs.set(event.origin, event.seq);
    if (this.lastSeqs.size > MAX_ORIGINS) this.lastSeqs.delete(this.lastSeqs.keys().next().value ?? '');
    const numbered: Numbered = { ...event, seq: this.lastArrival + 1, originSeq: event.seq };
    this.ring.push(numbered);
    this.log.append(numbered);
    return 'taken';
  }

  find(id: string): EventEnvelope | undefined {
    const found = this.ring.find(id);
    return found && restore(found).event;
  }

  /** What came after `arrival`, at most `limit`, in order; synchronously where memory has it. */
  readAfter(arrival: number, limit: number): Received[] | Promise<Received[]> {
    const read = this.past.readAfter(arrival, limit);
    if (Array.isArray(read)) return read.map(restore);
    // What neither has any more is skipped.
    return read.then((events) =>
      events.length > 0 ? events.map(restore) : this.readAfter(Math.max(arrival, this.ring.firstSeq - 1), limit),
    );
  }

  /** The newest that match, at most `limit`, in the order in which they came. */
  async newest({ pattern, runId }: HistoryFilter, limit: number): Promise<EventEnvelope[]> {
    const matches = pattern === undefined ? () => true : compilePattern(pattern);
    const found = await this.past.newest(
      (event) => matches(event.topic) && (runId === undefined || event.runId === runId),
      limit,
    );
    return found.map((event) => restore(event).event);
  }
}

function restore(numbered: Numbered): Received {
  const { originSeq, ...event } = numbered;
  return { event: { ...event, seq: originSeq ?? numbered.seq }, arrival: numbered.seq };
}
