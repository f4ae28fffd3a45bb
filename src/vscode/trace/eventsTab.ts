// The host's side of the tab Events: carries events to the page as they happen, looks up payloads, writes exports.
import type { EventStats } from '../../api';
import type { DeadLetter, DeadLetters } from '../../core/events/deadLetters';
import type { Received } from '../../core/events/receivedEvents';
import {
  eventsAskSchema,
  eventsTellSchema,
  MAX_BATCH,
  sinceSchema,
  type EventsAsk,
  type EventPosition,
  type EventsBatch,
  type EventSource,
  type EventsReplies,
} from '../../protocol/trace/eventsMessages';
import { EVENTS_STRINGS } from '../../protocol/trace/eventsStrings';
import { EventEncoder } from './eventColumns';
import { createEventReader, type EventReader, type EventTraffic } from './eventReader';
import { parseMessage, type TabFeed, type TabPage, type TraceTab } from './traceTab';

export interface EventsTabOptions {
  bus: EventTraffic & {
    stats(): EventStats;
    readonly deadLetters: Pick<DeadLetters, 'list' | 'lost' | 'resend' | 'drop'>;
  };
  /** Tells the person that whoever could not take an event is gone. */
  tellGone: () => void;
  /** Lets the person choose a file and writes it; does nothing when they leave it. */
  save: (name: string, lines: AsyncIterable<string>) => Promise<void>;
  showError: (error: unknown) => void;
}

/** Dead letters that are shown. */
const MAX_LETTERS = 200;
const MAX_MESSAGE = 500;

export function createEventsTab(options: EventsTabOptions): TraceTab {
  return {
    id: 'events',
    strings: EVENTS_STRINGS,
    open: (page, since) => new EventsFeed(options, page, since),
  };
}

class EventsFeed implements TabFeed {
  private readonly encoder = new EventEncoder();
  private source: EventSource = { kind: 'window' };
  private reader: EventReader;
  private ready: Received[] | undefined;
  private isReading = false;
  private isPaused = false;
  private toldWaiting = -1;
  /** How far the page is. */
  private sent: EventPosition;

  constructor(
    private readonly options: EventsTabOptions,
    private readonly page: TabPage,
    since: unknown,
  ) {
    const known = sinceSchema.safeParse(since);
    if (known.success) this.source = known.data.source;
    this.reader = this.read(known.success ? known.data.after : undefined);
    this.sent = this.reader.position;
  }

  collect(): EventsBatch | undefined {
    if (this.isPaused) return this.whilePaused();
    const events = this.ready ?? this.next();
    this.ready = undefined;
    if (!events || (events.length === 0 && this.toldWaiting === 0)) return undefined;
    this.toldWaiting = 0;
    this.sent = this.reader.position;
    return { events: this.encoder.encode(events), position: this.sent, waiting: 0 };
  }

  hasBacklog(): boolean {
    return !this.isPaused && this.reader.waiting >= MAX_BATCH;
  }

  async receive(message: unknown): Promise<void> {
    const told = parseMessage(eventsTellSchema, message);
    switch (told.type) {
      case 'pause':
        this.isPaused = told.isPaused;
        this.page.touch();
        return;
      case 'resend':
        if (this.options.bus.deadLetters.resend(told.letterId) === 'gone') this.options.tellGone();
        return;
      case 'drop':
        this.options.bus.deadLetters.drop(told.letterId);
        return;
      case 'export':
        await this.options.save('events.jsonl', this.lines(new Set(told.ids), told.after));
    }
  }

  async answer(message: unknown): Promise<EventsReplies[EventsAsk['type']]> {
    const asked = parseMessage(eventsAskSchema, message);
    switch (asked.type) {
      case 'event': {
        const event = await this.reader.find(asked.id, asked);
        return { json: event ? JSON.stringify(event, null, 2) : '' };
      }
      case 'subscribers': {
        const { bus } = this.options;
        const { published, subscribers } = bus.stats();
        const letters = bus.deadLetters.list().slice(0, MAX_LETTERS).map(shownLetter);
        return { published, subscribers, letters, lost: bus.deadLetters.lost };
      }
    }
  }

  dispose(): void {
    this.reader.dispose();
  }

  private async *lines(ids: ReadonlySet<string>, after: EventPosition): AsyncIterable<string> {
    for await (const event of this.reader.select(ids, after)) yield JSON.stringify(event);
  }

  private read(after: EventPosition | undefined): EventReader {
    return createEventReader(this.options.bus, this.source, {
      ...(after !== undefined && { after }),
      onNews: () => this.page.touch(),
    });
  }

  /** What can be had at once; what has to be read comes with the next batch. */
  private next(): Received[] | undefined {
    if (this.isReading) return undefined;
    const { reader } = this;
    const events = reader.next(MAX_BATCH);
    if (Array.isArray(events)) return events;
    this.isReading = true;
    events
      .then((read) => {
        this.ready = read;
      }, this.options.showError)
      .finally(() => {
        this.isReading = false;
        this.page.touch();
      });
    return undefined;
  }

  private whilePaused(): EventsBatch | undefined {
    const waiting = this.reader.waiting + (this.ready?.length ?? 0);
    if (waiting === this.toldWaiting) return undefined;
    this.toldWaiting = waiting;
    return { events: this.encoder.encode([]), position: this.sent, waiting };
  }
}

function shownLetter({ id, event, owner, reason, message, time, attempts }: DeadLetter) {
  return {
    id,
    eventId: event.id,
    topic: event.topic,
    owner: owner.kind === 'subscriber' ? owner.pattern : owner.agent,
    reason,
    message: message.slice(0, MAX_MESSAGE),
    time,
    attempts,
  };
}
