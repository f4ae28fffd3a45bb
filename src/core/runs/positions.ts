// Finds items of a growing array by their id in constant time, without a field of its own in what views and stores see.

const POSITIONS = Symbol('positions');

interface Indexed<T> extends Array<T> {
  [POSITIONS]?: Positions<T>;
}

export interface Positions<T> {
  indexOf(id: string): number | undefined;
  /** Replaces the item with the same id in place, or appends it. */
  put(item: T): void;
}

/** Items must be replaced and appended through `put` only. The index hangs on the array itself and is rebuilt where it is missing. */
export function positionsOf<T extends { id: string }>(items: T[], keyOf: (item: T) => string = idOf): Positions<T> {
  const indexed: Indexed<T> = items;
  const kept = indexed[POSITIONS];
  if (kept) return kept;
  const known = new Map(items.map((item, index) => [keyOf(item), index]));
  const positions: Positions<T> = {
    indexOf: (id) => known.get(id),
    put(item) {
      const key = keyOf(item);
      const index = known.get(key);
      if (index === undefined) known.set(key, items.push(item) - 1);
      else items[index] = item;
    },
  };
  Object.defineProperty(indexed, POSITIONS, { value: positions, enumerable: false });
  return positions;
}

function idOf(item: { id: string }): string {
  return item.id;
}
