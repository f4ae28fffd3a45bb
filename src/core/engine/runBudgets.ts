// One budget for each run that is going, shared by all of its model calls.
import type { DisposableStore } from '../disposable';
import type { EventBus } from '../events/eventBus';
import { RunBudget } from '../resilience/runBudget';
import type { RunContext } from '../runs/runContext';
import type { SettingsSource } from '../settings';

export class RunBudgets {
  private readonly budgets = new Map<string, RunBudget>();

  constructor(
    private readonly settings: SettingsSource,
    bus: EventBus,
    owned: DisposableStore,
  ) {
    // Budgets go with their runs; a run that is resumed gets one again.
    owned.add(bus.tap((event) => this.follow(event.topic, event.runId)));
  }

  of(run: RunContext): RunBudget {
    const known = this.budgets.get(run.runId);
    if (known) return known;
    const budget = new RunBudget(() => {
      const { maxTokensPerRun, maxCostPerRunUsd } = this.settings().budget;
      return { maxTokens: maxTokensPerRun, maxCostUsd: maxCostPerRunUsd };
    }, run.shared.usage.snapshot());
    this.budgets.set(run.runId, budget);
    return budget;
  }

  private follow(topic: string, runId: string | undefined): void {
    if (runId !== undefined && ENDS.has(topic)) this.budgets.delete(runId);
  }
}

const ENDS: ReadonlySet<string> = new Set([
  'run.completed',
  'run.partial',
  'run.failed',
  'run.cancelled',
  'run.interrupted',
]);
