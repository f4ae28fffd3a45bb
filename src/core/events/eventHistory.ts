// The events of the past: from memory where they still are, else from the log.
import type { EventEnvelope, HistoryFilter } from '../../api';
import type { EventLog } from './eventLog';
import type { RecentEvents } from './recentEvents';
import { compilePattern } from './topicPattern';

export interface EventHistoryOptions {
  recent: RecentEvents;
  log: EventLog;
  /** Told of a log that could not be read for a subscriber. */
  onBug: (error: unknown) => void;
}

/** Events that are found when nobody says how many; also how many are read at a time. */
const DEFAULT_LIMIT = 1000;

/** How many events a filter asks for. */
export function historyLimit({ limit = DEFAULT_LIMIT }: HistoryFilter): number {
  return Math.max(0, Math.floor(limit));
}

export class EventHistory {
  private readonly recent: RecentEvents;
  private readonly log: EventLog;

  constructor(private readonly options: EventHistoryOptions) {
    this.recent = options.recent;
    this.log = options.log;
  }

  /** Ascending. Of a run: from every window that worked on it; otherwise: of this window. */
  async find(filter: HistoryFilter): Promise<EventEnvelope[]> {
    const { pattern, runId, afterSeq } = filter;
    const limit = historyLimit(filter);
    const matchesTopic = pattern === undefined ? () => true : compilePattern(pattern);
    const matches = ({ topic }: EventEnvelope) => matchesTopic(topic);
    if (limit === 0) return [];
    if (runId !== undefined) {
      const events = (await this.log.readRun(runId)).filter((event) => matches(event) && event.seq > (afterSeq ?? 0));
      return afterSeq === undefined ? events.slice(-limit) : events.slice(0, limit);
    }
    return afterSeq === undefined ? this.newest(matches, limit) : this.following(matches, Math.max(0, afterSeq), limit);
  }

  /** Events of this window after `seq`, at most `limit`, none left out; synchronously where memory has them. */
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]> {
    if (!this.recent.reachesBackTo(seq)) {
      return this.log.read(seq, limit).catch((error: unknown) => {
        this.options.onBug(error);
        return [];
      });
    }
    const events: EventEnvelope[] = [];
    for (let at = seq + 1; at <= this.recent.lastSeq && events.length < limit; at += 1) {
      const event = this.recent.at(at);
      if (event) events.push(event);
    }
    return events;
  }

  /** The event of that id, which caused `effect`: from memory, from the journal of the effect's run, else from this window's log. */
  async findCause(id: string, effect: EventEnvelope): Promise<EventEnvelope | undefined> {
    const known = this.recent.find(id);
    if (known) return known;
    if (effect.runId !== undefined) {
      const found = (await this.log.readRun(effect.runId)).find((event) => event.id === id);
      if (found) return found;
    }
    return this.findInLog(id, effect);
  }

  /** Ids begin with their time, so the search ends at events that are older. */
  private async findInLog(id: string, effect: EventEnvelope): Promise<EventEnvelope | undefined> {
    const isOwn = this.recent.at(this.recent.lastSeq)?.origin === effect.origin;
    let at = isOwn ? effect.seq - 1 : this.recent.lastSeq;
    while (at > 0) {
      const from = Math.max(0, at - DEFAULT_LIMIT);
      const events = await this.log.read(from, at - from);
      const found = events.find((event) => event.id === id);
      if (found || events.length === 0 || (events[0]?.id ?? '') < id) return found;
      at = from;
    }
    return undefined;
  }

  private async following(
    matches: (event: EventEnvelope) => boolean,
    afterSeq: number,
    limit: number,
  ): Promise<EventEnvelope[]> {
    const found: EventEnvelope[] = [];
    let at = afterSeq;
    while (found.length < limit) {
      const events = await this.readAfter(at, DEFAULT_LIMIT);
      const last = events.at(-1);
      if (!last) break;
      at = last.seq;
      for (const event of events) if (matches(event) && found.length < limit) found.push(event);
    }
    return found;
  }

  /** The newest that match, ascending. Walks back from the last event, first through memory, then through the log. */
  async newest(matches: (event: EventEnvelope) => boolean, limit: number): Promise<EventEnvelope[]> {
    const found: EventEnvelope[] = [];
    let at = this.recent.lastSeq;
    for (; at >= this.recent.firstSeq && found.length < limit; at -= 1) {
      const event = this.recent.at(at);
      if (event && matches(event)) found.push(event);
    }
    while (at > 0 && found.length < limit) {
      const from = Math.max(0, at - DEFAULT_LIMIT);
      const events = await this.log.read(from, at - from);
      if (events.length === 0) break;
      for (const event of events.reverse()) {
        if (event.seq <= at && matches(event) && found.length < limit) found.push(event);
      }
      at = from;
    }
    return found.reverse();
  }
}
