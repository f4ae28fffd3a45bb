// What counts against an endpoint or an agent, and the breakers of agents for whoever invokes them. Loaded with what answers.
import { isStop, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import type { BreakerCause, BreakerRegistry } from './breakerRegistry';
import type { BreakerPermit } from './circuitBreaker';

/** True if a failed model call speaks against its endpoint: transient failures do; a bad request, a missing key or a stop don't. */
export function countsAgainstEndpoint(failure: Failure): boolean {
  return failure.retryable && failure.reason.startsWith('model.') && failure.reason !== 'model.breaker_open';
}

const NO_FAULT_OF_AN_AGENT = new Set([
  'model.unauthorized',
  'model.bad_request',
  'model.not_found',
  'model.context_too_long',
  'model.quota_exceeded',
  'model.refused',
  'model.consent_required',
  'model.breaker_open',
]);

/** True if a failed invocation speaks against its agent: stops, budgets and final refusals of a server don't. */
export function countsAgainstAgent(failure: Failure): boolean {
  return !isStop(failure) && !NO_FAULT_OF_AN_AGENT.has(failure.reason) && !failure.reason.startsWith('budget.');
}

/** The breakers of agents, for whoever invokes them: who was admitted reports back, in the same run. */
export class AgentBreakerGate {
  private readonly permits = new Map<string, BreakerPermit<BreakerCause>[]>();

  constructor(private readonly registry: BreakerRegistry) {}

  isOpen(agent: string): boolean {
    return this.registry.get('agent', agent).isRefusing;
  }

  retryInMs(agent: string): number {
    return this.registry.get('agent', agent).retryInMs;
  }

  admit(agent: string, run: RunContext): boolean {
    const entry = this.registry.get('agent', agent).enter({ run });
    if (!entry.admitted) return false;
    const key = permitKey(agent, run);
    this.permits.set(key, [...(this.permits.get(key) ?? []), entry.permit]);
    return true;
  }

  report(agent: string, failure: Failure | undefined, run: RunContext): void {
    const key = permitKey(agent, run);
    const [permit, ...others] = this.permits.get(key) ?? [];
    if (others.length > 0) this.permits.set(key, others);
    else this.permits.delete(key);
    if (!failure) permit?.succeed({ run });
    else if (isStop(failure) || failure.reason.startsWith('budget.')) permit?.release();
    else if (countsAgainstAgent(failure)) permit?.fail({ run });
    else permit?.answered({ run });
  }
}

function permitKey(agent: string, run: RunContext): string {
  return `${run.runId}\n${run.scope.taskId ?? ''}\n${agent}`;
}
