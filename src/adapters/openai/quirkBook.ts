import type { Quirk } from './quirks';

/** Quirks by endpoint and model: what one model rejects, its neighbour may need. Bounded by the number of models that a window uses. */
export class QuirkBook {
  private readonly known = new Map<string, Set<Quirk>>();

  of(key: string): ReadonlySet<Quirk> {
    return this.known.get(key) ?? NONE;
  }

  learn(key: string, quirk: Quirk): void {
    const quirks = this.known.get(key) ?? new Set();
    quirks.add(quirk);
    this.known.set(key, quirks);
  }
}

const NONE: ReadonlySet<Quirk> = new Set();
