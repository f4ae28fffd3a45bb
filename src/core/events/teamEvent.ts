// An event of the extension whose payload's type is told by its topic, for projections that switch over topics.
import type { EventEnvelope, EventPayloads, EventTopic } from '../../api';
import { isEventTopic } from './eventSchemas';

/** Discriminated by `topic`. */
export type TeamEvent<T extends EventTopic = EventTopic> = {
  [Topic in T]: Omit<EventEnvelope<EventPayloads[Topic]>, 'topic'> & { topic: Topic };
}[T];

/** True for events under the extension's own topics, which were checked when they were published or read. */
export function isTeamEvent(event: EventEnvelope): event is EventEnvelope & TeamEvent {
  return isEventTopic(event.topic);
}
