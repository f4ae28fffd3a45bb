// Guards for JSON from servers that can't be trusted to keep to any schema.

export type JsonObject = Record<string, unknown>;

/** The value as an object, or undefined: arrays and null are none. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A string with something in it, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number of zero or more, or undefined. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Parses JSON; undefined where the text is none. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Parses a JSON object; undefined where the text is none. */
export function parseObject(text: string): JsonObject | undefined {
  return asObject(parseJson(text)?.value);
}

const RUNNING_TEXT = /reason|think|text|content|arguments/i;

/**
 * Adds the fields of `delta` to `target` as streams mean it: strings and arrays grow, objects merge, the rest is replaced.
 * Keys that could reach a prototype are left out.
 */
export function mergeDelta(target: JsonObject, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    if (value === null || value === undefined || key === '__proto__') continue;
    const existing = target[key];
    if (typeof existing === 'string' && typeof value === 'string') {
      // A signature or label that is repeated in every chunk is one; running text grows even by what it already ends with.
      if (existing !== value || RUNNING_TEXT.test(key)) target[key] = existing + value;
    } else if (Array.isArray(existing) && Array.isArray(value))
      target[key] = [...(existing as unknown[]), ...(value as unknown[])];
    else {
      const [into, from] = [asObject(existing), asObject(value)];
      if (into && from) mergeDelta(into, from);
      else target[key] = structuredClone(value);
    }
  }
}

/** The fields of `object` that are not in `known` and say something. */
export function unknownFields(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  let extra: JsonObject | undefined;
  for (const [key, value] of Object.entries(object)) {
    if (known.has(key) || value === null || value === undefined) continue;
    (extra ??= {})[key] = value;
  }
  return extra;
}
