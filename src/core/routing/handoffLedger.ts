// The handoffs of one request, and the rules that keep them from going round in circles.
import type { Handoff } from '../agents/agentOutcome';

export type HandoffRefusal =
  'self' | 'unknown' | 'disabled' | 'paused' | 'not_offered' | 'breaker_open' | 'no_new_facts' | 'limit';

export interface HandoffProposal {
  from: string;
  /** The canonical name of the target. */
  to: string;
  /** Whether `from` has learned anything since it took over. */
  newFacts: boolean;
}

/** Handoffs of a run whose agents work at once; its limit is for all of them. */
export interface HandoffCount {
  taken: number;
}

/** Counts handoffs between agents; the router's transfer is none. */
export class HandoffLedger {
  private readonly accepted: Handoff[] = [];
  /** Number of accepted handoffs when going back was last refused. */
  private refusedBackAt: number | undefined;
  private limitRefusals = 0;

  constructor(
    private readonly maxHandoffs: number,
    private readonly count: HandoffCount = { taken: 0 },
  ) {}

  get handoffs(): readonly Handoff[] {
    return this.accepted;
  }

  /** Whether the limit stops the proposal, or it goes straight back without anything new; the latter is refused once. */
  judge({ from, to, newFacts }: HandoffProposal): 'accepted' | 'no_new_facts' | 'limit' {
    if (this.count.taken >= this.maxHandoffs) {
      this.limitRefusals += 1;
      return 'limit';
    }
    const last = this.accepted.at(-1);
    const goesBack = last !== undefined && last.from === to && last.to === from;
    if (goesBack && !newFacts && this.refusedBackAt !== this.accepted.length) {
      this.refusedBackAt = this.accepted.length;
      return 'no_new_facts';
    }
    return 'accepted';
  }

  /** True once somebody insisted on a handoff after having been told that there are no more. */
  get isExhausted(): boolean {
    return this.limitRefusals > 1;
  }

  record(handoff: Handoff): void {
    this.count.taken += 1;
    this.accepted.push(handoff);
  }
}
