// Attribute values of OTLP/JSON as plain values and back. What a plain value can't give back exactly (a whole double, an integer
// beyond what a number holds) is told to the caller, who keeps the original beside it.

export type Json = Record<string, unknown>;

/** What OTLP says beyond the readable fields of a span, event, link, resource or scope; given back as it came. */
export interface OtlpRest {
  /** The attributes as OTLP had them, where the readable ones would not give them back exactly. */
  rawAttributes?: unknown[];
  /** Fields that we don't read. */
  extra?: Json;
}

/** Set to false while reading when something can't be given back exactly. */
interface Fidelity {
  exact: boolean;
}

const MAX_DEPTH = 32;
const INDEX = /^\d+$/;

/** The readable attributes, with the original list beside them where it says more. */
export function readAttributes(list: unknown): { attributes: Json; rawAttributes?: unknown[] } {
  const fidelity = { exact: true };
  const attributes = readList(list, fidelity, 0);
  return fidelity.exact || !Array.isArray(list) ? { attributes } : { attributes, rawAttributes: list };
}

export function writeAttributes(attributes: Json): Json[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: writeValue(value) }));
}

/** The fields of `item` that are not in `known`, as `extra`; nothing if there are none. */
export function restOf(item: Json, known: ReadonlySet<string>): { extra?: Json } {
  let extra: Json | undefined;
  for (const key of Object.keys(item)) if (!known.has(key)) define((extra ??= {}), key, item[key]);
  return extra ? { extra } : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readList(list: unknown, fidelity: Fidelity, depth: number): Json {
  const attributes: Json = {};
  for (const item of listOf(list)) {
    const pair = objectOf(item);
    const { key, value } = pair;
    if (typeof key !== 'string' || Object.keys(pair).length !== 2 || Object.hasOwn(attributes, key)) {
      fidelity.exact = false;
    } else if (INDEX.test(key)) {
      // Objects list such keys first, whatever their order was.
      fidelity.exact = false;
    }
    if (typeof key === 'string') define(attributes, key, readValue(objectOf(value), fidelity, depth));
  }
  return attributes;
}

/** Plain assignment would take `__proto__` for something else than a name. */
function define(target: Json, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function readValue(value: Json, fidelity: Fidelity, depth: number): unknown {
  const [name, ...more] = Object.keys(value);
  if (depth > MAX_DEPTH || more.length > 0) fidelity.exact = false;
  if (depth > MAX_DEPTH || name === undefined) return null;
  const content = value[name];
  switch (name) {
    case 'stringValue':
      if (typeof content !== 'string') fidelity.exact = false;
      return typeof content === 'string' ? content : JSON.stringify(content);
    case 'boolValue':
      if (typeof content !== 'boolean') fidelity.exact = false;
      return content === true || content === 'true';
    case 'intValue':
      return readInteger(content, fidelity);
    case 'doubleValue':
      return readDouble(content, fidelity);
    case 'bytesValue':
      if (typeof content !== 'string') fidelity.exact = false;
      return { bytesValue: content };
    case 'arrayValue':
      return listOf(objectOf(content)['values']).map((item) => readValue(objectOf(item), fidelity, depth + 1));
    case 'kvlistValue': {
      const map = readList(objectOf(content)['values'], fidelity, depth + 1);
      if (isBytes(map)) fidelity.exact = false;
      return map;
    }
    default:
      fidelity.exact = false;
      return null;
  }
}

/** Integers beyond what a number holds are shown as their digits. */
function readInteger(content: unknown, fidelity: Fidelity): number | string {
  const number = Number(content);
  if (Number.isSafeInteger(number) && (typeof content === 'number' || content === String(number))) return number;
  fidelity.exact = false;
  return Number.isSafeInteger(number) && content !== '' ? number : String(content);
}

/** A whole double would be written as an integer, and JSON has no number for the infinite ones. */
function readDouble(content: unknown, fidelity: Fidelity): number | string {
  const number = Number(content);
  if (typeof content !== 'number' || Number.isSafeInteger(number)) fidelity.exact = false;
  return Number.isFinite(number) ? number : String(content);
}

function writeValue(value: unknown): Json {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { intValue: String(value) };
    return { doubleValue: Number.isFinite(value) ? value : String(value) };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(writeValue) } };
  if (typeof value !== 'object' || value === null) return {};
  // Bytes are kept as the protocol has them: base64 under a name of their own.
  if (isBytes(value as Json)) return { bytesValue: (value as Json)['bytesValue'] };
  return { kvlistValue: { values: writeAttributes(value as Json) } };
}

function isBytes(value: Json): boolean {
  return typeof value['bytesValue'] === 'string' && Object.keys(value).length === 1;
}
