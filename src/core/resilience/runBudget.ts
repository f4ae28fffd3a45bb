// A run's budget of tokens and cost. What a call may use is reserved before it is made, so that calls that run at once can't overshoot together.
import type { CallUsage, EventPayloads, RunUsage } from '../../api';
import { CANCELLED, failure, type Failure } from '../failure';
import { costOf } from '../cost';
import type { Price } from '../settings';

/** 0 means no limit. */
export interface BudgetLimits {
  maxTokens: number;
  maxCostUsd: number;
}

/** What a call will use: its input, and the output that it wants at most. */
export interface BudgetNeed {
  inputTokens: number;
  /** Absent: unbounded; a usual length is reserved. */
  maxOutputTokens?: number;
  /** Absent: unknown. */
  price?: Price;
}

export interface BudgetReport {
  emit<T extends 'budget.warned' | 'budget.exceeded'>(topic: T, payload: EventPayloads[T]): void;
  /** Called when the call has to wait for others to give back what they don't need. */
  onWait?: () => void;
}

/** What was set aside for one call. Settled or released once; later calls do nothing. */
export interface Reservation {
  /** The most that the answer may have; absent where there is room enough. */
  readonly maxOutputTokens?: number;
  /** Replaces what was set aside by what was used; where the endpoint reports nothing, by the estimate. */
  settle(usage: CallUsage, estimatedOutputTokens: number, report: BudgetReport): void;
  /** Gives everything back: nothing was used. */
  release(): void;
}

/** Set aside for an answer without a limit of its own. */
const USUAL_OUTPUT_TOKENS = 4_096;
/** An answer with less room than this is not worth asking for. */
const LEAST_OUTPUT_TOKENS = 256;
/** With less than this left beyond a reservation, the answer is held to what was reserved. */
const ROOM_TOKENS = 32_768;
const WARN_AT = 0.8;

/** A need whose input is what the endpoint is expected to count. */
interface ExpectedNeed extends BudgetNeed {
  estimatedTokens: number;
}

type Kind = 'tokens' | 'cost';
interface Amount {
  tokens: number;
  cost: number;
}

export class RunBudget {
  private readonly used: Amount;
  private readonly reserved: Amount = { tokens: 0, cost: 0 };
  private outstanding = 0;
  /** Input tokens that the endpoint counted beyond our estimate at the last call that it told of: other models cut words differently. */
  private underestimated = 0;
  private readonly told = new Set<string>();
  private readonly waiting = new Set<() => void>();

  constructor(
    /** Read at each reservation. */
    private readonly limits: () => BudgetLimits,
    /** What the run had used before (resume, retry). */
    start?: Pick<RunUsage, 'inputTokens' | 'outputTokens' | 'costUsd'>,
  ) {
    this.used = { tokens: (start?.inputTokens ?? 0) + (start?.outputTokens ?? 0), cost: start?.costUsd ?? 0 };
  }

  /** Sets aside what a call needs; waits for running calls if only their reservations stand in the way. */
  async reserve(estimate: BudgetNeed, signal: AbortSignal, report: BudgetReport): Promise<Reservation | Failure> {
    if (this.limits().maxCostUsd > 0 && !estimate.price) return UNPRICED;
    for (let waited = false; !signal.aborted; waited = true) {
      const need = { ...estimate, estimatedTokens: estimate.inputTokens };
      need.inputTokens += this.underestimated;
      const reservation = this.tryReserve(need);
      if (reservation) return reservation;
      if (this.outstanding === 0 || !this.couldFit(need)) return this.exceeded(need, report);
      if (!waited) report.onWait?.();
      await this.nextRelease(signal);
    }
    return CANCELLED;
  }

  /** Tokens and cost used, and those set aside for calls that are being made. */
  snapshot(): { used: Amount; reserved: Amount } {
    return { used: { ...this.used }, reserved: { ...this.reserved } };
  }

  private tryReserve(need: ExpectedNeed): Reservation | undefined {
    const wanted = need.maxOutputTokens ?? USUAL_OUTPUT_TOKENS;
    const room = this.room(need, this.reserved);
    if (room < Math.min(wanted, LEAST_OUTPUT_TOKENS)) return undefined;
    const output = Math.min(wanted, room);
    const isTight = room - output < ROOM_TOKENS;
    return this.setAside(need, output, isTight ? output : undefined);
  }

  /** False if the call would not fit even if everything that is set aside came back. */
  private couldFit(need: BudgetNeed): boolean {
    const least = Math.min(need.maxOutputTokens ?? USUAL_OUTPUT_TOKENS, LEAST_OUTPUT_TOKENS);
    return this.room(need, { tokens: 0, cost: 0 }) >= least;
  }

  /** Output tokens that there is room for beside what was used, what is `reserved` and the call's input. */
  private room({ inputTokens, price }: BudgetNeed, reserved: Amount): number {
    const { maxTokens, maxCostUsd } = this.limits();
    const byTokens = maxTokens > 0 ? maxTokens - this.used.tokens - reserved.tokens - inputTokens : Infinity;
    if (maxCostUsd <= 0 || !price) return byTokens;
    const left = maxCostUsd - this.used.cost - reserved.cost - (inputTokens * price.input) / 1e6;
    if (left < 0) return -1;
    return Math.floor(Math.min(byTokens, price.output > 0 ? (left * 1e6) / price.output : Infinity));
  }

  private setAside(need: ExpectedNeed, output: number, cap: number | undefined): Reservation {
    const amount: Amount = {
      tokens: need.inputTokens + output,
      cost: need.price ? (costOf({ inputTokens: need.inputTokens, outputTokens: output }, need.price) ?? 0) : 0,
    };
    this.add(this.reserved, amount, 1);
    this.outstanding += 1;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      this.add(this.reserved, amount, -1);
      this.outstanding -= 1;
      return true;
    };
    return {
      ...(cap !== undefined && { maxOutputTokens: cap }),
      settle: (usage, estimatedOutputTokens, report) => {
        if (!close()) return;
        const inputTokens = usage.inputTokens ?? need.inputTokens;
        if (usage.inputTokens !== undefined) {
          this.underestimated = Math.max(0, usage.inputTokens - need.estimatedTokens);
        }
        const outputTokens = usage.outputTokens ?? estimatedOutputTokens;
        const counted = { ...usage, inputTokens, outputTokens };
        const cost = usage.costUsd ?? (need.price ? costOf(counted, need.price) : undefined) ?? 0;
        this.add(this.used, { tokens: inputTokens + outputTokens, cost }, 1);
        this.warn(report);
        this.wake();
      },
      release: () => {
        if (close()) this.wake();
      },
    };
  }

  private exceeded(need: BudgetNeed, report: BudgetReport): Failure {
    const { maxTokens, maxCostUsd } = this.limits();
    const least = this.used.tokens + need.inputTokens + LEAST_OUTPUT_TOKENS;
    const isTokens = maxTokens > 0 && least > maxTokens;
    const [kind, used, limit]: [Kind, number, number] = isTokens
      ? ['tokens', this.used.tokens, maxTokens]
      : ['cost', this.used.cost, maxCostUsd];
    this.tell('budget.exceeded', kind, { used, limit }, report);
    const setting = isTokens ? 'agentTeam.budget.maxTokensPerRun' : 'agentTeam.budget.maxCostPerRunUsd';
    const shown = isTokens ? `${used} of ${limit} tokens` : `$${used.toFixed(4)} of $${limit}`;
    return failure(
      'budget.exceeded',
      `The run's budget does not cover the next model call: ${shown} are used. Raise ${setting} to go on.`,
    );
  }

  private warn(report: BudgetReport): void {
    const { maxTokens, maxCostUsd } = this.limits();
    const { tokens, cost } = this.used;
    if (maxTokens > 0 && tokens >= WARN_AT * maxTokens) {
      this.tell('budget.warned', 'tokens', { used: tokens, limit: maxTokens }, report);
    }
    if (maxCostUsd > 0 && cost >= WARN_AT * maxCostUsd) {
      this.tell('budget.warned', 'cost', { used: cost, limit: maxCostUsd }, report);
    }
  }

  /** Each kind is told of once per limit: a raised limit may be reached again. */
  private tell(
    topic: 'budget.warned' | 'budget.exceeded',
    kind: Kind,
    { used, limit }: { used: number; limit: number },
    report: BudgetReport,
  ): void {
    const key = `${topic} ${kind} ${limit}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    report.emit(topic, { kind, used, limit });
  }

  private nextRelease(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  private wake(): void {
    for (const go of [...this.waiting]) go();
  }

  private add(target: Amount, amount: Amount, sign: 1 | -1): void {
    target.tokens += sign * amount.tokens;
    target.cost += sign * amount.cost;
  }
}

const UNPRICED = Object.freeze(
  failure(
    'budget.unpriced',
    'A cost budget is set, but the price of the model is unknown. Add it to agentTeam.prices, or set agentTeam.budget.maxCostPerRunUsd to 0.',
  ),
);
