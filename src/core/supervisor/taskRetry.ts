// Whether a task whose agent failed is tried again, and when. Model calls have been retried by then: this is for what lasts longer.
import { isStop, type Failure } from '../failure';
import { backoffMs } from '../backoff';
import type { TeamServices } from '../routing/askTeam';

/** Invocations of the agent in all; waits for a breaker, which invoke nobody, don't count. */
const MAX_INVOCATIONS = 2;
/** Each wait for a breaker is about `breaker.resetSeconds` long. */
const MAX_BREAKER_WAITS = 4;

export class TaskRetry {
  private invocations = 0;
  private breakerWaits = 0;

  constructor(
    private readonly services: TeamServices,
    private readonly agent: string,
    /** Between 0 and 1; for jitter. */
    private readonly random: () => number,
  ) {}

  /** Milliseconds until the next attempt; undefined where `error` is the task's verdict. No wait leads past `deadlineAt`. */
  delayAfter(error: Failure, deadlineAt: number): number | undefined {
    const delayMs = isBreakerOpen(error) ? this.afterBreaker(error) : this.afterFailure(error);
    return delayMs !== undefined && this.services.clock.now() + delayMs < deadlineAt ? delayMs : undefined;
  }

  private afterBreaker({ reason }: Failure): number | undefined {
    this.breakerWaits += 1;
    if (this.breakerWaits > MAX_BREAKER_WAITS) return undefined;
    const { breakers, settings } = this.services;
    const { retry, breaker } = settings();
    const openMs = reason === 'agent.breaker_open' ? breakers.retryInMs(this.agent) : breaker.resetSeconds * 1_000;
    // Not before it is over, and not all at once: half open, it lets one pass.
    return openMs + backoffMs(retry, this.breakerWaits, this.random);
  }

  private afterFailure(error: Failure): number | undefined {
    this.invocations += 1;
    const { retry } = this.services.settings();
    if (!isTransient(error) || this.invocations >= Math.min(MAX_INVOCATIONS, retry.maxAttempts)) return undefined;
    // Where the retries of the model call left off.
    return backoffMs(retry, retry.maxAttempts, this.random);
  }
}

function isBreakerOpen({ reason }: Failure): boolean {
  return reason === 'agent.breaker_open' || reason === 'model.breaker_open';
}

/** A task's own time is over for good, and what a server asks to wait has been waited for where there was time. */
function isTransient(error: Failure): boolean {
  return error.retryable && !isStop(error) && error.reason !== 'task.timeout' && error.reason !== 'model.rate_limited';
}
