// Events from a row of segments, in their order.
import type { EventEnvelope } from '../../api';
import { isStoredEvent } from '../../core/events/eventSchemas';
import { readSegment } from './readSegment';
import type { OnStorageProblem } from './storageProblem';

export interface ReadEventsOptions {
  afterSeq: number;
  limit: number;
  onProblem: OnStorageProblem;
}

/** Those with a number above `afterSeq`, ascending, at most `limit`; `segments` in the order of their numbers. */
export async function readEvents(
  segments: Iterable<{ path: string; offset?: number }>,
  { afterSeq, limit, onProblem }: ReadEventsOptions,
): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  for (const { path, offset } of segments) {
    await readSegment(path, {
      schema: 'agent-team.events',
      ...(offset !== undefined && { offset }),
      onProblem,
      onRecord: (record) => {
        if (!isStoredEvent(record)) return false;
        if (record.seq > afterSeq) events.push(record);
        return events.length < limit ? true : 'stop';
      },
    });
    if (events.length >= limit) break;
  }
  return events;
}
