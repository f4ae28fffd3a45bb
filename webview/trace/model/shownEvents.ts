// Which events have a row: those that pass the filter, newest or oldest first.
import type { EventColumns, EventPosition } from '../../../src/protocol/trace/eventsMessages';
import type { EventFilter } from './eventFilter';
import type { EventStore } from './eventStore';

/** A number that no event has. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Rows of a store's events, from top to bottom. */
export class ShownEvents {
  newestFirst = true;
  /** Indexes in the store of the events that pass, ascending. */
  private passing: number[] = [];

  constructor(private readonly store: EventStore) {}

  /** Rows. */
  get length(): number {
    return this.passing.length;
  }

  /** Finds anew what passes. */
  refilter(filter: EventFilter): void {
    this.passing = this.store.find(filter);
  }

  /** Takes a batch into the store; returns how many rows it brought. */
  append(batch: EventColumns, filter: EventFilter): number {
    const first = this.store.length;
    const dropped = this.store.append(batch);
    if (dropped > 0) this.passing = this.passing.flatMap((index) => (index < dropped ? [] : [index - dropped]));
    const before = this.passing.length;
    for (const index of this.store.find(filter, first - dropped)) this.passing.push(index);
    return this.passing.length - before;
  }

  /** Index in the store of the event in a row; -1 where there is none. */
  indexAt(row: number): number {
    return this.passing[this.newestFirst ? this.passing.length - 1 - row : row] ?? -1;
  }

  /** -1 for an event that has no row. */
  rowOf(id: string | undefined): number {
    const index = id === undefined ? undefined : this.store.indexOf(id);
    const at = index === undefined ? -1 : placeIn(this.passing, index);
    return at === -1 || !this.newestFirst ? at : this.passing.length - 1 - at;
  }

  /** Ids of the events in rows, in the order in which they came, and a position after which all of them did. */
  toExport(): { ids: string[]; after: EventPosition } {
    const rows = this.passing.map((index) => this.store.row(index));
    const own = rows.find(({ arrival }) => arrival === 0);
    const received = rows.find(({ arrival }) => arrival > 0);
    return {
      ids: rows.map(({ id }) => id),
      after: { own: (own?.seq ?? NEVER) - 1, received: (received?.arrival ?? NEVER) - 1 },
    };
  }
}

/** Position of a number in an ascending list; -1 when it is not there. */
function placeIn(list: readonly number[], wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = list[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
