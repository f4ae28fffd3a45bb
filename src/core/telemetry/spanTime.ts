// Nanoseconds since the epoch don't fit into a number: they travel as decimal digits, and are calculated with as BigInt.

const NANOS_PER_MS = 1_000_000n;
const DIGITS = /^\d{1,20}$/;

/** Digits of nanoseconds for milliseconds since the epoch, exact to the microsecond. */
export function nanosFromMs(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.round((ms - whole) * 1000);
  return String(BigInt(whole) * NANOS_PER_MS + BigInt(micros) * 1000n);
}

/** ISO-8601 with as many digits as the time has: milliseconds at least. */
export function isoFromNanos(nanos: string): string {
  const value = BigInt(nanos);
  const base = new Date(Number(value / NANOS_PER_MS)).toISOString();
  const rest = String(value % NANOS_PER_MS).padStart(6, '0');
  if (rest === '000000') return base;
  return `${base.slice(0, -1)}${rest.endsWith('000') ? rest.slice(0, 3) : rest}Z`;
}

/** Digits of a time as OTLP/JSON has it, a string or (inexactly) a number; undefined for 0, nonsense and times no date can hold. */
export function parseNanos(value: unknown): string | undefined {
  const digits = typeof value === 'number' && value >= 0 && value < 1e20 ? String(BigInt(Math.trunc(value))) : value;
  if (typeof digits !== 'string' || !DIGITS.test(digits)) return undefined;
  const nanos = BigInt(digits);
  return nanos === 0n || nanos / NANOS_PER_MS > 8_640_000_000_000_000n ? undefined : String(nanos);
}
