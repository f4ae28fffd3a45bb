// What the status bar says of the runs that work now. Pure.
import { formatCost, formatDuration, formatTokens } from '../../protocol/measures';
import { isActiveState } from './activeState';
import type { RunsSource } from './runsSource';

export interface StatusWords {
  runs(count: number): string;
  /** Tasks of a goal that are done, of all. */
  progress(done: number, all: number): string;
  approvals(count: number): string;
  tokens(formatted: string): string;
  choosing: string;
  working: string;
  show: string;
}

export interface StatusText {
  text: string;
  tooltip: string;
  /** For screen readers: without icons. */
  spoken: string;
  /** An approval waits. */
  waits: boolean;
}

/** Undefined while nothing works. The current run is the one that began last. */
export function statusText(
  runs: Pick<RunsSource, 'list' | 'peek'>,
  now: number,
  words: StatusWords,
): StatusText | undefined {
  const working = runs.list().filter(({ status }) => isActiveState(status));
  const current = working[0];
  if (!current) return undefined;
  const views = working.map(({ runId }) => runs.peek(runId)).filter((view) => view !== undefined);
  const view = runs.peek(current.runId);
  const approvals = views.reduce((sum, { approvals: waiting }) => sum + waiting.length, 0);
  const who = working.length > 1 ? words.runs(working.length) : (view?.agent ?? current.agent ?? words.choosing);
  const tasks = working.length === 1 ? (view?.tasks ?? []) : [];
  const done = tasks.filter(({ status }) => status === 'completed').length;
  const seconds = Math.floor((now - Date.parse(current.startedAt)) / 1000);
  const progress = tasks.length > 1 ? [words.progress(done, tasks.length)] : [];
  const parts = [who, ...progress, ...(seconds > 0 ? [formatDuration(seconds * 1000)] : [])];
  const tokens = view ? view.usage.inputTokens + view.usage.outputTokens : 0;
  if (tokens > 0) parts.push(words.tokens(formatTokens(tokens)));
  if (tokens > 0 && view?.usage.costUsd !== undefined) parts.push(formatCost(view.usage.costUsd));
  if (approvals > 0) parts.unshift(words.approvals(approvals));
  const spoken = parts.join(' · ');
  const titles = working.slice(0, 10).map(({ title }) => title);
  return {
    text: `${approvals > 0 ? '$(question)' : '$(loading~spin)'} ${spoken}`,
    tooltip: [words.working, ...titles, words.show].join('\n'),
    spoken: `${words.working}: ${spoken}`,
    waits: approvals > 0,
  };
}
