// Nanoseconds since the epoch don't fit into a number: they travel as decimal digits. Their last six are cut off as text, which is
// several times faster than arithmetic with BigInt, on a path that every span takes three times.

const DIGITS = /^\d{1,20}$/;
/** The last millisecond that a date can hold. */
const MAX_MS = 8_640_000_000_000_000;

/** Digits of nanoseconds for milliseconds since the epoch, exact to the microsecond. */
export function nanosFromMs(ms: number): string {
  const micros = Math.round((ms - Math.floor(ms)) * 1000);
  const whole = Math.floor(ms) + (micros === 1000 ? 1 : 0);
  const rest = `${String(micros === 1000 ? 0 : micros).padStart(3, '0')}000`;
  return whole <= 0 ? String(Number(rest)) : `${whole}${rest}`;
}

/** Milliseconds from one time to another, with fractions: the difference fits into a number where the times do not. */
export function msBetween(fromNanos: string, toNanos: string): number {
  const wholeMs = Number(toNanos.slice(0, -6)) - Number(fromNanos.slice(0, -6));
  return wholeMs + (Number(toNanos.slice(-6)) - Number(fromNanos.slice(-6))) / 1_000_000;
}

/** ISO-8601 with as many digits as the time has: milliseconds at least. */
export function isoFromNanos(nanos: string): string {
  const base = new Date(Number(nanos.slice(0, -6))).toISOString();
  const rest = nanos.slice(-6).padStart(6, '0');
  if (rest === '000000') return base;
  return `${base.slice(0, -1)}${rest.endsWith('000') ? rest.slice(0, 3) : rest}Z`;
}

/** Digits of a time as OTLP/JSON has it, a string or (inexactly) a number; undefined for 0, nonsense and times no date can hold. */
export function parseNanos(value: unknown): string | undefined {
  const digits = typeof value === 'number' && value >= 0 && value < 1e20 ? String(BigInt(Math.trunc(value))) : value;
  if (typeof digits !== 'string' || !DIGITS.test(digits)) return undefined;
  const nanos = digits.replace(/^0+/, '');
  return nanos === '' || Number(nanos.slice(0, -6)) > MAX_MS ? undefined : nanos;
}

/** Negative, zero or positive, as for sorting. */
export function compareNanos(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
