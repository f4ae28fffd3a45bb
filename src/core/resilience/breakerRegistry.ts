// All breakers of a window: one per endpoint, one per agent. Their changes are events, caused by the call that changed them.
import type { Disposable, EventPayloads } from '../../api';
import type { Clock } from '../clock';
import { toDisposable } from '../disposable';
import type { EventPublisher } from '../events/publisher';
import type { RunContext } from '../runs/runContext';
import type { SettingsSource } from '../settings';
import { CircuitBreaker, type BreakerState, type BreakerTransition } from './circuitBreaker';

export type BreakerScope = 'endpoint' | 'agent';

/** Whose doing a change of a breaker is; `causationId` names the event that led to it. */
export interface BreakerCause {
  run: RunContext;
  causationId?: string;
}

export interface BreakerInfo {
  scope: BreakerScope;
  name: string;
  state: BreakerState;
  /** Consecutive failures. */
  failures: number;
}

export interface BreakerRegistryOptions {
  clock: Clock;
  settings: SettingsSource;
  /** For changes that belong to no run: a person's reset. */
  publisher: EventPublisher;
}

/** Bounded by the number of endpoints and agents that a window ever names. */
export class BreakerRegistry {
  private readonly breakers = new Map<
    string,
    { info: { scope: BreakerScope; name: string }; breaker: CircuitBreaker<BreakerCause> }
  >();
  private readonly handlers = new Set<(info: BreakerInfo) => void>();

  constructor(private readonly options: BreakerRegistryOptions) {}

  /** The breaker of that name, made on first use. */
  get(scope: BreakerScope, name: string): CircuitBreaker<BreakerCause> {
    const key = `${scope}\n${name}`;
    const existing = this.breakers.get(key);
    if (existing) return existing.breaker;
    const breaker = new CircuitBreaker<BreakerCause>({
      clock: this.options.clock,
      policy: () => {
        const { failureThreshold, resetSeconds } = this.options.settings().breaker;
        return { failureThreshold, resetMs: resetSeconds * 1000 };
      },
      onTransition: (transition) => this.changed({ scope, name }, transition),
    });
    this.breakers.set(key, { info: { scope, name }, breaker });
    return breaker;
  }

  state(scope: BreakerScope, name: string): BreakerState {
    return this.breakers.get(`${scope}\n${name}`)?.breaker.state ?? 'closed';
  }

  list(): BreakerInfo[] {
    return [...this.breakers.values()].map(({ info, breaker }) => ({
      ...info,
      state: breaker.state,
      failures: breaker.failures,
    }));
  }

  /** Closes a breaker on a person's word; does nothing for an unknown one. */
  reset(scope: BreakerScope, name: string): void {
    this.breakers.get(`${scope}\n${name}`)?.breaker.reset();
  }

  /** Handlers must not throw. */
  onDidChange(handler: (info: BreakerInfo) => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private changed(
    who: { scope: BreakerScope; name: string },
    { to, failures, resetMs, cause }: BreakerTransition<BreakerCause>,
  ): void {
    if (to === 'open') this.publish('breaker.opened', { ...who, failures, resetMs }, cause);
    else this.publish(to === 'closed' ? 'breaker.closed' : 'breaker.half_opened', who, cause);
    for (const handler of [...this.handlers]) handler({ ...who, state: to, failures });
  }

  private publish<T extends 'breaker.opened' | 'breaker.half_opened' | 'breaker.closed'>(
    topic: T,
    payload: EventPayloads[T],
    cause: BreakerCause | undefined,
  ): void {
    if (!cause) this.options.publisher.publish({ topic, payload, source: 'engine' });
    else cause.run.emit(topic, payload, cause.causationId === undefined ? {} : { causationId: cause.causationId });
  }
}
