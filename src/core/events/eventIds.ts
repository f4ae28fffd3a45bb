// ULIDs for events: sortable by time, and strictly increasing within one window even when the clock stands still or goes back.
import { monotonicFactory } from 'ulid';

const POOL_BYTES = 1024;

/** Creates a source of ULIDs; its argument is milliseconds since the epoch. */
export function createEventIds(): (nowMs: number) => string {
  const next = monotonicFactory(pooledRandom());
  return (nowMs) => next(Math.max(1, Math.floor(nowMs)));
}

/** Cryptographic randomness in batches: asking for single bytes costs more than all the rest of publishing. */
function pooledRandom(): () => number {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return () => {
    if (used === POOL_BYTES) {
      globalThis.crypto.getRandomValues(pool);
      used = 0;
    }
    const byte = pool[used] ?? 0;
    used += 1;
    return byte / 256;
  };
}
