// What runs and tasks have used, as rows say it. An unknown cost is called unknown or left out, never zero.
import type { RunUsage } from '../../api';
import { formatCost, formatTokens } from '../../protocol/measures';

export interface UsageWords {
  tokens(formatted: string): string;
  costUnknown: string;
}

/** Tokens and, where it is known, the cost; nothing before a model has answered. */
export function usageParts(usage: RunUsage | undefined, words: Pick<UsageWords, 'tokens'>): string[] {
  const tokens = usage ? usage.inputTokens + usage.outputTokens : 0;
  if (!usage || tokens === 0) return [];
  const cost = usage.costUsd === undefined ? [] : [formatCost(usage.costUsd)];
  return [words.tokens(formatTokens(tokens)), ...cost];
}

/** Lines of a tooltip. */
export function usageDetails(usage: RunUsage, words: Pick<UsageWords, 'costUnknown'>): [string, string][] {
  if (usage.modelCalls === 0) return [];
  const more = usage.complete ? '' : '+';
  const tokens = `${formatTokens(usage.inputTokens)} / ${formatTokens(usage.outputTokens)}${more}`;
  return [
    ['tokens', tokens],
    ['calls', String(usage.modelCalls)],
    ['cost', usage.costUsd === undefined ? words.costUnknown : formatCost(usage.costUsd)],
  ];
}
