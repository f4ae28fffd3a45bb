// ULIDs for events: sortable by time, and strictly increasing within one window even when the clock stands still or goes back.
// github.com/ulid/spec: 48 bits of time and 80 of randomness in Crockford's base 32; within a millisecond the randomness counts up.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
const POOL_BYTES = 1024;

/** Creates a source of ULIDs; its argument is milliseconds since the epoch. */
export function createEventIds(): (nowMs: number) => string {
  const randomDigit = pooledDigits();
  let lastMs = 0;
  let time = '';
  const digits: number[] = [];
  const codes: number[] = [];
  const drawDigits = () => {
    for (let at = 0; at < RANDOM_LENGTH; at += 1) digits[at] = randomDigit();
  };
  return (nowMs) => {
    const ms = Math.max(1, Math.floor(nowMs));
    if (ms > lastMs) {
      lastMs = ms;
      time = timeText(ms);
      drawDigits();
    } else if (!countUp(digits)) {
      // All of a millisecond's randomness is used up: the next one is taken before it comes.
      lastMs += 1;
      time = timeText(lastMs);
      drawDigits();
    }
    // One string at once: digit by digit, each would leave sixteen behind.
    for (let at = 0; at < RANDOM_LENGTH; at += 1) codes[at] = ALPHABET.charCodeAt(digits[at] ?? 0);
    return time + String.fromCharCode(...codes);
  };
}

function timeText(ms: number): string {
  let text = '';
  for (let rest = ms; text.length < TIME_LENGTH; rest = Math.floor(rest / 32))
    text = `${ALPHABET[rest % 32] ?? ''}${text}`;
  return text;
}

/** Adds one in place; false if there is no greater number of that length. */
function countUp(digits: number[]): boolean {
  for (let at = digits.length - 1; at >= 0; at -= 1) {
    const digit = digits[at] ?? 0;
    digits[at] = (digit + 1) % 32;
    if (digit < 31) return true;
  }
  return false;
}

/** Cryptographic randomness in batches: asking for single bytes costs more than all the rest of publishing. */
function pooledDigits(): () => number {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return () => {
    if (used === POOL_BYTES) {
      globalThis.crypto.getRandomValues(pool);
      used = 0;
    }
    const byte = pool[used] ?? 0;
    used += 1;
    return byte % 32;
  };
}
