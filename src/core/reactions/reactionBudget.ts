// What reactions may cost together: within an hour no more than a person allows one run of the agent. Nobody watches them, so no sum adds up unseen.
import type { RunUsage } from '../../api';
import type { AgentSpec } from '../agents/agentSpec';
import type { TeamSettings } from '../settings';

/** What one reaction has used. */
export interface Spent {
  atMs: number;
  tokens: number;
  costUsd: number;
}

const WINDOW_MS = 3_600_000;
/** Entries kept of one agent; more don't fit into an hour by the rates that reactions have. */
const MAX_ENTRIES = 600;

export class ReactionBudget {
  private readonly spent = new Map<string, Spent[]>();

  /** `usage` of a run of `agent`; a cost that is unknown counts as nothing: a cost budget stops such a run by itself. */
  add(agent: string, usage: Pick<RunUsage, 'inputTokens' | 'outputTokens' | 'costUsd'>, atMs: number): void {
    const tokens = usage.inputTokens + usage.outputTokens;
    const costUsd = usage.costUsd ?? 0;
    if (tokens > 0 || costUsd > 0) this.restore(agent, [{ atMs, tokens, costUsd }]);
  }

  restore(agent: string, entries: readonly Spent[]): void {
    const all = [...(this.spent.get(agent) ?? []), ...entries].sort((a, b) => a.atMs - b.atMs);
    this.spent.set(agent, all.slice(-MAX_ENTRIES));
  }

  /** When the agent may react again, if its budget is used up now. */
  exhaustedUntil({ name, limits }: Pick<AgentSpec, 'name' | 'limits'>, settings: TeamSettings, nowMs: number) {
    const maxTokens = limits?.maxTokens ?? settings.budget.maxTokensPerRun;
    const maxCostUsd = settings.budget.maxCostPerRunUsd;
    const entries = (this.spent.get(name) ?? []).filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    let tokens = entries.reduce((sum, entry) => sum + entry.tokens, 0);
    let costUsd = entries.reduce((sum, entry) => sum + entry.costUsd, 0);
    const isUsedUp = () => (maxTokens > 0 && tokens >= maxTokens) || (maxCostUsd > 0 && costUsd >= maxCostUsd);
    let untilMs: number | undefined;
    for (const entry of entries) {
      if (!isUsedUp()) break;
      tokens -= entry.tokens;
      costUsd -= entry.costUsd;
      untilMs = entry.atMs + WINDOW_MS;
    }
    return untilMs;
  }

  /** What still counts, by agent. */
  snapshot(nowMs: number): Record<string, Spent[]> {
    const current = [...this.spent].map(
      ([agent, entries]) => [agent, entries.filter(({ atMs }) => nowMs - atMs < WINDOW_MS)] as const,
    );
    return Object.fromEntries(current.filter(([, entries]) => entries.length > 0));
  }
}
