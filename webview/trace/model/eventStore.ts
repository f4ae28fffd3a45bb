// The events that the page has, as columns, and which of them a filter lets through. Bounded: the oldest go first.
import type { EventColumns } from '../../../src/protocol/trace/eventsMessages';
import { OTHER_WINDOWS, THIS_WINDOW, type EventFilter } from './eventFilter';
import { float64Column, int32Column } from './growingColumns';

export interface EventStoreOptions {
  /** Events kept. */
  capacity: number;
  /** Events that go at a time when there are too many. */
  dropAtOnce: number;
}

/** An event of the store, for a row. */
export interface EventRow {
  id: string;
  seq: number;
  cause: string;
  /** For what another window of the team published: its place in the order of arrival; else 0. */
  arrival: number;
  /** The window of the team that published it; empty for the rest. */
  origin: string;
  time: number;
  topic: string;
  agent: string;
  runId: string;
  source: string;
  summary: string;
}

/** Events are named by their index, which changes when the oldest are dropped; `append` says by how much. */
export class EventStore {
  private words: string[] = [''];
  /** What text is searched in, by index: topic, agent, source, window and summary in lower case. */
  private texts: string[] = [];
  private ids: string[] = [];
  private causes: string[] = [];
  private summaries: string[] = [];
  private readonly seqs = float64Column();
  private readonly arrivals = float64Column();
  private readonly times = float64Column();
  private readonly topics = int32Column();
  private readonly agents = int32Column();
  private readonly runs = int32Column();
  private readonly sources = int32Column();
  private readonly origins = int32Column();
  private readonly columns = [
    ...[this.seqs, this.arrivals, this.times],
    ...[this.topics, this.agents, this.runs, this.sources, this.origins],
  ];
  /** Words of the agents and windows whose events are here. */
  private readonly agentsHere = new Set<number>();
  private readonly originsHere = new Set<number>();
  private readonly places = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  /** Events that were dropped so far: what `places` has is counted from the first event ever. */
  private dropped = 0;

  constructor(private readonly options: EventStoreOptions) {}

  get length(): number {
    return this.ids.length;
  }

  clear(): void {
    this.words = [''];
    for (const column of [this.texts, this.ids, this.causes, this.summaries]) column.length = 0;
    for (const column of this.columns) column.clear();
    this.agentsHere.clear();
    this.originsHere.clear();
    this.places.clear();
    this.numbers.clear();
    this.dropped = 0;
  }

  /** Adds events at the end; returns how many old ones went, so that every index is that much smaller. */
  append(batch: EventColumns): number {
    for (const word of batch.words) {
      this.numbers.set(word, this.words.length);
      this.words.push(word);
    }
    for (const [index, id] of batch.ids.entries()) {
      // Whatever was sent twice is shown once.
      if (this.places.has(id)) continue;
      this.places.set(id, this.dropped + this.ids.length);
      this.ids.push(id);
      this.causes.push(batch.causes[index] ?? '');
      this.summaries.push(batch.summaries[index] ?? '');
      this.seqs.push(batch.seqs[index] ?? 0);
      this.arrivals.push(batch.arrivals[index] ?? 0);
      this.origins.push(batch.origins[index] ?? 0);
      this.times.push(batch.times[index] ?? 0);
      this.topics.push(batch.topics[index] ?? 0);
      this.agents.push(batch.agents[index] ?? 0);
      this.runs.push(batch.runs[index] ?? 0);
      this.sources.push(batch.sources[index] ?? 0);
      this.texts.push(this.searchText(this.ids.length - 1));
      this.note(this.ids.length - 1);
    }
    return this.length > this.options.capacity ? this.dropOldest() : 0;
  }

  row(index: number): EventRow {
    return {
      id: this.ids[index] ?? '',
      seq: this.seqs.at(index),
      cause: this.causes[index] ?? '',
      arrival: this.arrivals.at(index),
      origin: this.word(this.origins.at(index)),
      time: this.times.at(index),
      topic: this.word(this.topics.at(index)),
      agent: this.word(this.agents.at(index)),
      runId: this.word(this.runs.at(index)),
      source: this.word(this.sources.at(index)),
      summary: this.summaries[index] ?? '',
    };
  }

  /** Undefined for an event that is not here, or no more. */
  indexOf(id: string): number | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : place - this.dropped;
  }

  cause(index: number): string {
    return this.causes[index] ?? '';
  }

  /** Indexes of the events that pass, ascending, from `from` on. */
  find(filter: EventFilter, from = 0): number[] {
    const found: number[] = [];
    const topics = this.topicsThatPass(filter);
    const agent = filter.agent === undefined ? undefined : (this.numbers.get(filter.agent) ?? -1);
    const { words } = filter;
    const isFrom = this.testOfOrigin(filter.origin);
    for (let index = from; index < this.ids.length; index += 1) {
      if (topics && topics[this.topics.at(index)] !== 1) continue;
      if (agent !== undefined && this.agents.at(index) !== agent) continue;
      if (isFrom && !isFrom(index)) continue;
      if (words.length > 0 && !this.hasWords(index, words)) continue;
      found.push(index);
    }
    return found;
  }

  /** Names of the agents whose events are here, in the order in which they came. */
  agentNames(): string[] {
    return [...this.agentsHere].map((number) => this.word(number));
  }

  /** The other windows of the team whose events are here, in the order in which they came. */
  originNames(): string[] {
    return [...this.originsHere].map((number) => this.word(number));
  }

  private note(index: number): void {
    const agent = this.agents.at(index);
    const origin = this.origins.at(index);
    if (agent !== 0) this.agentsHere.add(agent);
    if (origin !== 0) this.originsHere.add(origin);
  }

  private testOfOrigin(origin: string | undefined): ((index: number) => boolean) | undefined {
    if (origin === undefined) return undefined;
    if (origin === THIS_WINDOW) return (index) => this.arrivals.at(index) === 0;
    if (origin === OTHER_WINDOWS) return (index) => this.arrivals.at(index) > 0;
    const number = this.numbers.get(origin) ?? -1;
    return (index) => this.origins.at(index) === number;
  }

  private hasWords(index: number, words: readonly string[]): boolean {
    const text = this.texts[index] ?? '';
    for (const word of words) if (!text.includes(word)) return false;
    return true;
  }

  /** For each word whether it is a topic that passes; undefined when every topic does. There are few topics and many events. */
  private topicsThatPass({ topics }: EventFilter): Uint8Array | undefined {
    if (topics.length === 0) return undefined;
    return Uint8Array.from(this.words, (word) => (topics.every((matches) => matches(word)) ? 1 : 0));
  }

  private word(number: number): string {
    return this.words[number] ?? '';
  }

  private searchText(index: number): string {
    const { topic, agent, source, origin, summary } = this.row(index);
    return `${topic} ${agent} ${source} ${origin} ${summary}`.toLowerCase();
  }

  private dropOldest(): number {
    const count = Math.min(this.length, this.length - this.options.capacity + this.options.dropAtOnce);
    for (const id of this.ids.slice(0, count)) this.places.delete(id);
    for (const column of [this.texts, this.ids, this.causes, this.summaries]) column.splice(0, count);
    for (const column of this.columns) column.dropFirst(count);
    this.agentsHere.clear();
    this.originsHere.clear();
    for (let index = 0; index < this.length; index += 1) this.note(index);
    this.dropped += count;
    return count;
  }
}
