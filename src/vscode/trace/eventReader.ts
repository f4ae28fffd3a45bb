// Where a feed of events reads from, piece by piece: the log of this window, or the journal of a run.
import type { EventEnvelope, HistoryFilter } from '../../api';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { MAX_EVENTS, type EventSource } from '../../protocol/trace/eventsMessages';

/** The part of the bus that the page reads. */
export interface EventTraffic {
  readonly lastSeq: number;
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]>;
  history(filter: HistoryFilter): Promise<EventEnvelope[]>;
  tap(listener: (event: EventEnvelope) => void): Disposable;
}

/** Reads on from a position, in order, none left out. */
export interface EventReader extends Disposable {
  /** Position of the last event that `next` gave. */
  readonly position: number;
  /** Events that `next` would give, as far as that is known. */
  readonly waiting: number;
  /** At most `limit`; a promise where the disk has to be asked. Not to be called again before it has settled. */
  next(limit: number): EventEnvelope[] | Promise<EventEnvelope[]>;
  /** An event that `next` gave; undefined when it is no longer kept. */
  find(id: string, seq: number): Promise<EventEnvelope | undefined>;
  /** Those of the events that `next` gave, in order; `firstSeq` is that of the first. */
  select(ids: ReadonlySet<string>, firstSeq: number): AsyncIterable<EventEnvelope>;
}

/** Events that are read from the log at once for an export. */
const EXPORT_BATCH = 1000;
/** Newest events of a window that are shown without a person asking for more. */
const FIRST_EVENTS = 20_000;

export function createEventReader(
  bus: EventTraffic,
  source: EventSource,
  options: { after?: number; onNews: () => void },
): EventReader {
  return source.kind === 'window'
    ? new WindowReader(bus, options.after, options.onNews)
    : new RunReader(bus, source.runId, options);
}

class WindowReader implements EventReader {
  position: number;
  private readonly following: Disposable;

  constructor(
    private readonly bus: EventTraffic,
    after: number | undefined,
    onNews: () => void,
  ) {
    this.position = Math.max(after ?? 0, bus.lastSeq - (after === undefined ? FIRST_EVENTS : MAX_EVENTS), 0);
    this.following = bus.tap(onNews);
  }

  get waiting(): number {
    return this.bus.lastSeq - this.position;
  }

  next(limit: number): EventEnvelope[] | Promise<EventEnvelope[]> {
    if (this.waiting === 0) return [];
    const events = this.bus.readAfter(this.position, limit);
    if (Array.isArray(events)) return this.take(events);
    return events.then((read) => this.take(read));
  }

  async find(id: string, seq: number): Promise<EventEnvelope | undefined> {
    const [event] = await this.bus.readAfter(seq - 1, 1);
    return event?.id === id ? event : undefined;
  }

  async *select(ids: ReadonlySet<string>, firstSeq: number): AsyncIterable<EventEnvelope> {
    let left = ids.size;
    for (let seq = firstSeq - 1; left > 0;) {
      const events = await this.bus.readAfter(seq, EXPORT_BATCH);
      const last = events.at(-1);
      if (!last || last.seq > this.position + EXPORT_BATCH) return;
      for (const event of events) {
        if (!ids.has(event.id)) continue;
        left -= 1;
        yield event;
      }
      seq = last.seq;
    }
  }

  dispose(): void {
    this.following.dispose();
  }

  private take(events: EventEnvelope[]): EventEnvelope[] {
    const last = events.at(-1);
    // The log keeps so much and no more: what is gone is skipped, as the log skips it.
    this.position = last ? last.seq : this.bus.lastSeq;
    return events;
  }
}

class RunReader implements EventReader {
  position = 0;
  private readonly owned = new DisposableStore();
  /** From the journal, then as they come in; bounded by the page's own limit. */
  private events: EventEnvelope[] | undefined;
  private arrived: EventEnvelope[] = [];

  constructor(
    private readonly bus: EventTraffic,
    private readonly runId: string,
    options: { after?: number; onNews: () => void },
  ) {
    this.position = options.after ?? 0;
    this.owned.add(
      bus.tap((event) => {
        if (event.runId !== runId) return;
        this.take(event);
        options.onNews();
      }),
    );
  }

  get waiting(): number {
    return Math.max(0, (this.events?.length ?? 0) - this.position);
  }

  next(limit: number): EventEnvelope[] | Promise<EventEnvelope[]> {
    return this.events ? this.slice(this.events, limit) : this.load().then((events) => this.slice(events, limit));
  }

  find(id: string): Promise<EventEnvelope | undefined> {
    return Promise.resolve(this.events?.find((event) => event.id === id));
  }

  async *select(ids: ReadonlySet<string>): AsyncIterable<EventEnvelope> {
    for (const event of this.events ?? (await this.load())) if (ids.has(event.id)) yield event;
  }

  dispose(): void {
    this.owned.dispose();
    this.events = [];
    this.arrived = [];
  }

  private async load(): Promise<EventEnvelope[]> {
    const events = await this.bus.history({ runId: this.runId, limit: MAX_EVENTS });
    const known = new Set(events.map(({ id }) => id));
    // Events that came in while the journal was read may be in it or not.
    this.events = [...events, ...this.arrived.filter(({ id }) => !known.has(id))];
    this.arrived = [];
    return this.events;
  }

  private take(event: EventEnvelope): void {
    const events = this.events ?? this.arrived;
    if (events.length < MAX_EVENTS) events.push(event);
  }

  private slice(events: EventEnvelope[], limit: number): EventEnvelope[] {
    const found = events.slice(this.position, this.position + limit);
    this.position += found.length;
    return found;
  }
}
