// How long to wait before trying again. Pure; chance is given in.

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  maxAttempts: number;
  baseDelayMs: number;
  /** Bounds our own backoff, not what a server asks for. */
  maxDelayMs: number;
}

/**
 * Exponential backoff with equal jitter: half of the delay is fixed, so that no retry comes at once, half is chance,
 * so that callers that failed together don't come back together. `attempt` is the one that failed, from 1.
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
