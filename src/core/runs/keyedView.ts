// Saved items with changes over them, in the order in which they came.

/** Reads cost a look into a map; the list is made once after each change. */
export class KeyedView<T> {
  private readonly saved: ReadonlyMap<string, T>;
  private readonly items: Map<string, T>;
  private listed: readonly T[] | undefined;

  /** `join` makes one of a saved item and its change; without it, the change stands. */
  constructor(
    saved: readonly T[],
    changes: ReadonlyMap<string, T | null>,
    keyOf: (item: T) => string,
    private readonly join: (saved: T, changed: T) => T = (_saved, changed) => changed,
  ) {
    this.saved = new Map(saved.map((item) => [keyOf(item), item]));
    this.items = new Map(this.saved);
    for (const [key, changed] of changes) this.put(key, changed);
  }

  get(key: string): T | undefined {
    return this.items.get(key);
  }

  list(): readonly T[] {
    this.listed ??= [...this.items.values()];
    return this.listed;
  }

  /** Null removes. */
  put(key: string, changed: T | null): void {
    this.listed = undefined;
    const known = this.saved.get(key);
    if (changed === null) this.items.delete(key);
    else this.items.set(key, known === undefined ? changed : this.join(known, changed));
  }
}
