// Envelopes as a bus would make them, for tests of what stores or reduces events.
import type { EventEnvelope, EventPayloads, EventTopic } from '../../src/api';

/** Numbers events of one origin; ids rise with `at`, milliseconds after the first. */
export class EventBuilder {
  private seq = 0;

  constructor(
    readonly origin = 'window-1',
    private readonly common: Partial<EventEnvelope> = {},
  ) {}

  make<T extends EventTopic>(
    topic: T,
    payload: EventPayloads[T],
    more: Partial<EventEnvelope> = {},
  ): EventEnvelope<EventPayloads[T]> {
    this.seq += 1;
    const time = new Date(Date.UTC(2030, 0, 1) + this.seq * 100).toISOString();
    const id = `${this.origin}-${String(this.seq).padStart(8, '0')}`;
    return {
      id,
      seq: this.seq,
      origin: this.origin,
      time,
      topic,
      source: 'test',
      correlationId: 'c',
      ...this.common,
      ...more,
      payload,
    };
  }
}
