// Where a feed of events reads from, piece by piece: what happens in this window and its team, or the journal of a run.
import type { EventEnvelope, HistoryFilter } from '../../api';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { mergeEvents } from '../../core/events/mergeEvents';
import type { Received } from '../../core/events/receivedEvents';
import { MAX_EVENTS, type EventPosition, type EventSource } from '../../protocol/trace/eventsMessages';

/** The part of the bus that the page reads. */
export interface EventTraffic {
  readonly lastSeq: number;
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]>;
  history(filter: HistoryFilter): Promise<EventEnvelope[]>;
  tap(listener: (event: EventEnvelope) => void): Disposable;
  tapReceived(listener: (event: EventEnvelope) => void): Disposable;
  /** What came from other windows; undefined while this one shares nothing. */
  readonly team:
    | { readonly lastArrival: number; readAfter(arrival: number, limit: number): Received[] | Promise<Received[]> }
    | undefined;
}

/** Where an event can be found again. */
export interface EventPlace {
  seq: number;
  arrival: number;
}

/** Reads on from a position, in order, none left out. What this window published has the arrival 0. */
export interface EventReader extends Disposable {
  /** Position of the last event that `next` gave. */
  readonly position: EventPosition;
  /** Events that `next` would give, as far as that is known. */
  readonly waiting: number;
  /** At most `limit`; a promise where the disk has to be asked. Not to be called again before it has settled. */
  next(limit: number): Received[] | Promise<Received[]>;
  /** An event that `next` gave; undefined when it is no longer kept. */
  find(id: string, place: EventPlace): Promise<EventEnvelope | undefined>;
  /** Those of the events that `next` gave after a position, in order. */
  select(ids: ReadonlySet<string>, after: EventPosition): AsyncIterable<EventEnvelope>;
}

/** Events that are read from the log at once for an export. */
const EXPORT_BATCH = 1000;
/** Newest events of a window that are shown without a person asking for more. */
const FIRST_EVENTS = 20_000;

export function createEventReader(
  bus: EventTraffic,
  source: EventSource,
  options: { after?: EventPosition; onNews: () => void },
): EventReader {
  return source.kind === 'window'
    ? new WindowReader(bus, options.after, options.onNews)
    : new RunReader(bus, source.runId, options);
}

class WindowReader implements EventReader {
  position: EventPosition;
  private readonly following = new DisposableStore();

  constructor(
    private readonly bus: EventTraffic,
    after: EventPosition | undefined,
    onNews: () => void,
  ) {
    const reach = after === undefined ? FIRST_EVENTS : MAX_EVENTS;
    this.position = {
      own: Math.max(after?.own ?? 0, bus.lastSeq - reach, 0),
      received: Math.max(after?.received ?? 0, this.lastArrival - reach, 0),
    };
    this.following.add(bus.tap(onNews));
    this.following.add(bus.tapReceived(onNews));
  }

  get waiting(): number {
    return this.bus.lastSeq - this.position.own + this.lastArrival - this.position.received;
  }

  next(limit: number): Received[] | Promise<Received[]> {
    if (this.waiting === 0) return [];
    const read = this.readAfter(this.position, limit);
    return read instanceof Promise ? read.then((found) => this.take(found)) : this.take(read);
  }

  async find(id: string, { seq, arrival }: EventPlace): Promise<EventEnvelope | undefined> {
    const [event] =
      arrival > 0
        ? ((await this.bus.team?.readAfter(arrival - 1, 1)) ?? []).map((received) => received.event)
        : await this.bus.readAfter(seq - 1, 1);
    return event?.id === id ? event : undefined;
  }

  async *select(ids: ReadonlySet<string>, after: EventPosition): AsyncIterable<EventEnvelope> {
    const end = this.position;
    let left = ids.size;
    let at = after;
    while (left > 0 && (at.own < end.own || at.received < end.received)) {
      const { events, position } = await this.readAfter(at, EXPORT_BATCH);
      at = position;
      for (const { event } of events) {
        if (!ids.has(event.id)) continue;
        left -= 1;
        yield event;
      }
    }
  }

  dispose(): void {
    this.following.dispose();
  }

  private get lastArrival(): number {
    return this.bus.team?.lastArrival ?? 0;
  }

  private take({ events, position }: Read): Received[] {
    this.position = position;
    return events;
  }

  private readAfter(after: EventPosition, limit: number): Read | Promise<Read> {
    const { bus } = this;
    // Logs keep so much and no more: what is gone is skipped, as they skip it.
    const position = { own: bus.lastSeq, received: this.lastArrival };
    const own = after.own < position.own ? bus.readAfter(after.own, limit) : [];
    const received = after.received < position.received ? (bus.team?.readAfter(after.received, limit) ?? []) : [];
    const join = (mine: EventEnvelope[], others: Received[]) => {
      if (mine.length > 0) position.own = after.own;
      if (others.length > 0) position.received = after.received;
      return { events: advance(position, merge(mine, others).slice(0, limit)), position };
    };
    if (Array.isArray(own) && Array.isArray(received)) return join(own, received);
    return Promise.all([own, received]).then(([mine, others]) => join(mine, others));
  }
}

/** What was read, and how far that is. */
interface Read {
  events: Received[];
  position: EventPosition;
}

function merge(own: EventEnvelope[], received: Received[]): Received[] {
  const arrivals = new Map(received.map(({ event, arrival }) => [event.id, arrival]));
  const merged = received.length === 0 ? own : mergeEvents([own, received.map(({ event }) => event)]);
  return merged.map((event) => ({ event, arrival: arrivals.get(event.id) ?? 0 }));
}

function advance(position: EventPosition, events: Received[]): Received[] {
  for (const { event, arrival } of events) {
    if (arrival === 0) position.own = event.seq;
    else position.received = arrival;
  }
  return events;
}

class RunReader implements EventReader {
  private taken = 0;
  private readonly owned = new DisposableStore();
  /** From the journal, then as they come in; bounded by the page's own limit. */
  private events: EventEnvelope[] | undefined;
  private arrived: EventEnvelope[] = [];

  constructor(
    private readonly bus: EventTraffic,
    private readonly runId: string,
    options: { after?: EventPosition; onNews: () => void },
  ) {
    this.taken = options.after?.own ?? 0;
    const follow = (event: EventEnvelope) => {
      if (event.runId !== runId) return;
      this.take(event);
      options.onNews();
    };
    this.owned.add(bus.tap(follow));
    this.owned.add(bus.tapReceived(follow));
  }

  get position(): EventPosition {
    return { own: this.taken, received: 0 };
  }

  get waiting(): number {
    return Math.max(0, (this.events?.length ?? 0) - this.taken);
  }

  next(limit: number): Received[] | Promise<Received[]> {
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

  private slice(events: EventEnvelope[], limit: number): Received[] {
    const found = events.slice(this.taken, this.taken + limit);
    this.taken += found.length;
    return found.map((event) => ({ event, arrival: 0 }));
  }
}
