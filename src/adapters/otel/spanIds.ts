// Ids of traces and spans. Randomness is fetched in batches: asking the system for each id costs more than the rest of a span.
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/** Gives random bytes as lower-case hex: 16 bytes for a trace, 8 for a span. */
export function createIdSource(): (bytes: 16 | 8) => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  };
}
