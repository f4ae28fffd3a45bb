// Events as columns: words that come again and again travel once.
import type { Received } from '../../core/events/receivedEvents';
import type { EventColumns } from '../../protocol/trace/eventsMessages';
import { eventSummary } from './eventSummary';
import { WordNumbers } from './wordNumbers';

/** Words that a feed remembers; others publish under any number of topics. What comes later has no word, and is found in the payload. */
const MAX_WORDS = 50_000;

/** Encodes the events of one feed; numbers of words go on from batch to batch. */
export class EventEncoder {
  private readonly words = new WordNumbers(MAX_WORDS);

  encode(events: readonly Received[]): EventColumns {
    const columns: EventColumns = {
      words: [],
      ids: [],
      seqs: [],
      causes: [],
      arrivals: [],
      origins: [],
      times: [],
      topics: [],
      agents: [],
      runs: [],
      sources: [],
      summaries: [],
    };
    const word = (text: string | undefined) => this.words.numberOf(text, columns.words);
    for (const { event, arrival } of events) {
      columns.ids.push(event.id);
      columns.seqs.push(event.seq);
      columns.causes.push(event.causationId ?? '');
      columns.arrivals.push(arrival);
      columns.origins.push(word(arrival === 0 ? undefined : event.origin));
      columns.times.push(Date.parse(event.time));
      columns.topics.push(word(event.topic));
      columns.agents.push(word(event.agent));
      columns.runs.push(word(event.runId));
      columns.sources.push(word(event.source));
      columns.summaries.push(eventSummary(event));
    }
    return columns;
  }
}
