// A map for very many entries that grows in small steps: a single `Map` of 100,000 is copied as a whole when it grows, which takes 7 ms.

const PARTS = 64;
/** Characters at the end of a key that decide its part. */
const HASHED = 4;

/** As a `Map` with texts as keys; entries stay where they were first put. Nothing can be taken out. */
export class SplitMap<T> {
  private readonly places = Array.from({ length: PARTS }, () => new Map<string, number>());
  private readonly values: T[] = [];

  /** In the order in which their keys first came; grows with the map. */
  get items(): readonly T[] {
    return this.values;
  }

  has(key: string): boolean {
    return this.partOf(key).has(key);
  }

  get(key: string): T | undefined {
    const place = this.partOf(key).get(key);
    return place === undefined ? undefined : this.values[place];
  }

  set(key: string, value: T): void {
    const part = this.partOf(key);
    const place = part.get(key);
    if (place !== undefined) this.values[place] = value;
    else part.set(key, this.values.push(value) - 1);
  }

  private partOf(key: string): Map<string, number> {
    let hash = 0;
    for (let at = Math.max(0, key.length - HASHED); at < key.length; at += 1) hash = hash * 31 + key.charCodeAt(at);
    return this.places[hash % PARTS] as Map<string, number>;
  }
}
