// The events of one run, written by several windows, in one order.
import type { EventEnvelope } from '../../api';

/**
 * Joins lists that are each in the order of one window. Between windows ids decide, which follow the clock; clocks may disagree,
 * so no event comes before its cause.
 */
export function mergeEvents(lists: readonly (readonly EventEnvelope[])[]): EventEnvelope[] {
  const [only] = lists;
  if (lists.length === 1 && only) return [...only];
  const heads = lists.map(() => 0);
  const open = new Set(lists.flatMap((list) => list.map(({ id }) => id)));
  const merged: EventEnvelope[] = [];
  while (open.size > 0) {
    const next = choose(lists, heads, open);
    if (next === undefined) break;
    const event = lists[next]?.[heads[next] ?? 0];
    heads[next] = (heads[next] ?? 0) + 1;
    if (event && open.delete(event.id)) merged.push(event);
  }
  return merged;
}

/** The list whose next event has the lowest id among those whose cause has come; among all if causes wait for each other. */
function choose(
  lists: readonly (readonly EventEnvelope[])[],
  heads: readonly number[],
  open: ReadonlySet<string>,
): number | undefined {
  let lowest: { index: number; id: string; ready: boolean } | undefined;
  for (const [index, list] of lists.entries()) {
    const event = list[heads[index] ?? 0];
    if (!event) continue;
    const ready = event.causationId === undefined || !open.has(event.causationId);
    const isBetter = !lowest || (ready && !lowest.ready) || (ready === lowest.ready && event.id < lowest.id);
    if (isBetter) lowest = { index, id: event.id, ready };
  }
  return lowest?.index;
}
