// Adds up what a run has used. Unknown stays unknown: a missing number makes the sum incomplete, never smaller by a guess.
import type { CallUsage, RunUsage } from '../../api';

export class UsageMeter {
  private total: RunUsage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true };
  private costUnknown = false;

  constructor(start?: RunUsage) {
    if (!start) return;
    this.total = { ...start };
    this.costUnknown = start.modelCalls > 0 && start.costUsd === undefined;
  }

  /** Counts one attempt of a model call, answered or not. */
  add(usage: CallUsage): void {
    const total = this.total;
    total.modelCalls += 1;
    total.inputTokens += usage.inputTokens ?? 0;
    total.outputTokens += usage.outputTokens ?? 0;
    total.cachedInputTokens += usage.cachedInputTokens ?? 0;
    if (usage.inputTokens === undefined || usage.outputTokens === undefined) total.complete = false;
    if (usage.costUsd === undefined) this.costUnknown = true;
    if (this.costUnknown) delete total.costUsd;
    else total.costUsd = (total.costUsd ?? 0) + (usage.costUsd ?? 0);
  }

  snapshot(): RunUsage {
    return { ...this.total };
  }
}
