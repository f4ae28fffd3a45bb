// The breakers of agents, as the loop and the team use them; the registry behind them counts, opens and reports.
import type { Failure } from '../../api';
import type { RunContext } from '../runs/runContext';

export interface AgentBreakers {
  /** True while invocations of `agent` are refused. */
  isOpen(agent: string): boolean;
  /** Milliseconds until an open breaker lets one try; 0 where it does already, or where one tries. */
  retryInMs(agent: string): number;
  /** Asks for permission to invoke `agent`; half open, exactly one caller gets it. Whoever got it reports back once. */
  admit(agent: string, run: RunContext): boolean;
  /** Reports how an admitted invocation ended: answered or handed over without `failure`. */
  report(agent: string, failure: Failure | undefined, run: RunContext): void;
}
