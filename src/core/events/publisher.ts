// What the rest of core knows of the bus: publishing never waits, and what was published has an envelope at once.
import type { EventEnvelope, EventPayloads, EventTopic } from '../../api';

/** Everything of an envelope that the publisher knows; the bus adds id, seq, origin and time. */
export interface EventDraft<T extends string = string, P = unknown> {
  topic: T;
  payload: P;
  source: string;
  runId?: string;
  taskId?: string;
  agent?: string;
  promptVersion?: string;
  /** Absent: the event's own id, i.e. it begins something. */
  correlationId?: string;
  causationId?: string;
  traceId?: string;
  spanId?: string;
}

/** Publishes events of the extension. Throws `Internal error: …` for a payload that does not fit its topic: that is a bug. */
export interface EventPublisher {
  publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]>;
}
