// A circuit breaker of consecutive failures.
//
//            threshold reached               reset time over, somebody asks
//   closed ────────────────────▶ open ──────────────────────────────▶ half-open (one probe)
//     ▲                           ▲                                     │      │
//     │                           └────────────── probe failed ─────────┘      │
//     └───────────────────────────── probe answered ───────────────────────────┘
//
// It refuses at once instead of letting callers wait for the probe, and a probe that was cancelled proves nothing:
// the next caller probes. (Libraries that we looked at let callers wait without a limit, and close on a cancelled probe.)
import type { Clock } from '../clock';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerPolicy {
  /** Consecutive failures that open the breaker. */
  failureThreshold: number;
  resetMs: number;
}

export interface BreakerTransition<Cause> {
  to: BreakerState;
  failures: number;
  resetMs: number;
  /** What the caller whose permit caused it gave along. */
  cause: Cause | undefined;
}

/** Leave to go on. Exactly one of the four is called, once; later calls do nothing. */
export interface BreakerPermit<Cause> {
  /** True for the one call that finds out whether a half-open breaker may close. */
  readonly isProbe: boolean;
  succeed(cause?: Cause): void;
  fail(cause?: Cause): void;
  /** It failed, but not for a reason that counts: whatever is behind the breaker does answer. */
  answered(cause?: Cause): void;
  /** It was cancelled or never made: nothing was learned. */
  release(): void;
}

export type BreakerEntry<Cause> =
  | { admitted: true; permit: BreakerPermit<Cause> }
  | { admitted: false; /** 0 while a probe is out. */ retryInMs: number };

export interface CircuitBreakerOptions<Cause> {
  clock: Clock;
  /** Read at each decision. */
  policy: () => BreakerPolicy;
  onTransition: (transition: BreakerTransition<Cause>) => void;
}

export class CircuitBreaker<Cause = unknown> {
  private current: BreakerState = 'closed';
  private consecutive = 0;
  private openedAt = 0;
  private probing = false;
  /** Counts state changes: what was admitted before one says nothing about what came after. */
  private era = 0;

  constructor(private readonly options: CircuitBreakerOptions<Cause>) {}

  get state(): BreakerState {
    return this.current;
  }

  get failures(): number {
    return this.consecutive;
  }

  /** True if `enter` would refuse now. */
  get isRefusing(): boolean {
    if (this.current === 'half-open') return this.probing;
    return this.current === 'open' && this.remainingMs() > 0;
  }

  /** Milliseconds until an open breaker lets a probe pass; 0 in any other state. */
  get retryInMs(): number {
    return this.current === 'open' ? this.remainingMs() : 0;
  }

  /** Asks for leave; half open, exactly one caller has it at a time. */
  enter(cause?: Cause): BreakerEntry<Cause> {
    if (this.isRefusing) return { admitted: false, retryInMs: this.retryInMs };
    if (this.current === 'open') this.go('half-open', cause);
    const isProbe = this.current === 'half-open';
    if (isProbe) this.probing = true;
    return { admitted: true, permit: this.permit(isProbe) };
  }

  /** Closes the breaker whatever happened before. */
  reset(cause?: Cause): void {
    this.consecutive = 0;
    if (this.current !== 'closed') this.go('closed', cause);
  }

  private permit(isProbe: boolean): BreakerPermit<Cause> {
    const era = this.era;
    let settled = false;
    const once = (effect: () => void) => () => {
      if (settled) return;
      settled = true;
      if (era !== this.era) return;
      if (isProbe) this.probing = false;
      effect();
    };
    return {
      isProbe,
      succeed: (cause) => once(() => this.reset(cause))(),
      fail: (cause) => once(() => this.failed(cause))(),
      answered: (cause) => once(() => isProbe && this.reset(cause))(),
      release: once(() => undefined),
    };
  }

  private failed(cause: Cause | undefined): void {
    this.consecutive += 1;
    const { failureThreshold } = this.options.policy();
    if (this.current !== 'half-open' && this.consecutive < failureThreshold) return;
    this.openedAt = this.options.clock.now();
    this.go('open', cause);
  }

  private go(to: BreakerState, cause: Cause | undefined): void {
    this.current = to;
    this.era += 1;
    this.probing = false;
    const { resetMs } = this.options.policy();
    this.options.onTransition({ to, failures: this.consecutive, resetMs, cause });
  }

  private remainingMs(): number {
    return Math.max(0, this.openedAt + this.options.policy().resetMs - this.options.clock.now());
  }
}
