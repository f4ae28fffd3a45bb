// What the tab Events finds again after the page was closed: which events were looked at, and how.
import * as z from 'zod/mini';
import type { EventSource } from '../../src/protocol/trace/eventsMessages';
import { parseEventFilter, type EventFilter } from './model/eventFilter';

const placeSchema = z.object({
  filter: z.string(),
  agent: z.string(),
  newestFirst: z.boolean(),
  runId: z.optional(z.string()),
  /** Which window published them; see `EventFilter.origin`. Absent: any. */
  origin: z.optional(z.string()),
});
export type EventsPlace = z.infer<typeof placeSchema>;

export const FIRST_PLACE: EventsPlace = { filter: '', agent: '', newestFirst: true };

/** Undefined for what is no place. */
export function readPlace(place: unknown): EventsPlace | undefined {
  const parsed = placeSchema.safeParse(place);
  return parsed.success ? parsed.data : undefined;
}

/** The place with everything that a filter might hide in sight. */
export function withoutFilter({ newestFirst, runId }: EventsPlace): EventsPlace {
  return { ...FIRST_PLACE, newestFirst, ...(runId !== undefined && { runId }) };
}

/** The place with another run; all of the window's events for an empty id. A run's events name no windows. */
export function withRun({ runId: _run, origin: _origin, ...rest }: EventsPlace, runId: string): EventsPlace {
  return runId === '' ? rest : { ...rest, runId };
}

export function filterOf({ filter, agent, origin }: EventsPlace): EventFilter {
  return parseEventFilter(filter, agent === '' ? undefined : agent, origin === '' ? undefined : origin);
}

export function sourceOf({ runId }: EventsPlace): EventSource {
  return runId === undefined ? { kind: 'window' } : { kind: 'run', runId };
}
