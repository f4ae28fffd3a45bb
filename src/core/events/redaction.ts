// Keeps secrets out of everything that is kept: a hook that masks text is applied to whatever holds text.

/** Masks secrets in a text; returns the same string when there is none. */
export type Redact = (text: string) => string;

const MAX_DEPTH = 64;

/** Applies `redact` to every string and key in plain data; returns the same value when nothing changed, else a copy of what did. */
export function redactDeep<T>(value: T, redact: Redact): T {
  return redactValue(value, redact, 0) as T;
}

function redactValue(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  // Deeper than any payload of ours: cut rather than let something through unseen, or loop on a cycle.
  if (depth >= MAX_DEPTH) return '[too deep]';
  return Array.isArray(value) ? redactArray(value, redact, depth) : redactObject(value, redact, depth);
}

function redactArray(items: unknown[], redact: Redact, depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const masked = redactValue(item, redact, depth + 1);
    if (masked !== item) (copy ??= [...items])[index] = masked;
  }
  return copy ?? items;
}

function redactObject(object: object, redact: Redact, depth: number): object {
  const record = object as Record<string, unknown>;
  const keys = Object.keys(record);
  let copy: [string, unknown][] | undefined;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const item = record[key];
    const maskedKey = redact(key);
    const masked = redactValue(item, redact, depth + 1);
    if (maskedKey !== key || masked !== item) (copy ??= Object.entries(record))[index] = [maskedKey, masked];
  }
  return copy ? Object.fromEntries(copy) : object;
}
