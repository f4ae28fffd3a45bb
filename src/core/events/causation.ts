// Why something happened: the causes of an event, one behind the other, back to what began it.
import type { EventEnvelope } from '../../api';

export interface CausalChain {
  /** The event itself first, then its cause, and so on. */
  events: EventEnvelope[];
  /** Causes behind the event: 0 for one that nothing caused. With an incomplete chain, at least so many. */
  depth: number;
  /** False if a cause is not known any more, or if causes go in a circle. */
  isComplete: boolean;
}

/** Longest chain that is followed. */
const MAX_CHAIN = 10_000;

/** Follows `causationId` as far as `find` knows the events; ends on cycles. */
export async function causalChain(
  event: EventEnvelope,
  find: (id: string, of: EventEnvelope) => EventEnvelope | undefined | Promise<EventEnvelope | undefined>,
): Promise<CausalChain> {
  const events = [event];
  const seen = new Set([event.id]);
  let last = event;
  while (last.causationId !== undefined && events.length < MAX_CHAIN) {
    const cause = seen.has(last.causationId) ? undefined : await find(last.causationId, last);
    if (!cause) return { events, depth: events.length, isComplete: false };
    seen.add(cause.id);
    events.push(cause);
    last = cause;
  }
  return { events, depth: events.length - 1, isComplete: last.causationId === undefined };
}
