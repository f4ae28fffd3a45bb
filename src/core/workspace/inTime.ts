// Extras must not hold up an answer: what a slow language service or git can't tell in time is left out.

/** The value of `work`, or `fallback` when it takes longer than `timeoutMs`, fails, or `signal` aborts. */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  fallback: T,
  limits: { timeoutMs: number; signal: AbortSignal },
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limits.timeoutMs);
  const both = AbortSignal.any([limits.signal, late.signal]);
  const given = new Promise<T>((resolve) => both.addEventListener('abort', () => resolve(fallback), { once: true }));
  try {
    if (both.aborted) return fallback;
    return await Promise.race([work(both).catch(() => fallback), given]);
  } finally {
    clearTimeout(timer);
  }
}
