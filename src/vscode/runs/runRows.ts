// The row of a run. Pure: words come in, so that it runs without VS Code.
import type { RunKind, RunState, RunSummary, TaskState } from '../../api';
import type { RunView } from '../../core/runs/runView';
import { formatDuration } from '../../protocol/measures';
import { isOpen, isRevertible } from '../changes/openChanges';
import { isActiveState } from './activeState';
import { joined, type Row } from './row';
import { stateLook } from './stateLooks';
import { usageDetails, usageParts, type UsageWords } from './usageText';

/** Words for people, made where `vscode.l10n` is. */
export interface RunWords extends UsageWords {
  state(state: RunState | TaskState): string;
  /** What the run is, where it is no question: `goal`. */
  kind(kind: RunKind): string;
  /** Tasks that are done, of all. */
  progress(done: number, all: number): string;
  elsewhere: string;
  handsOverTo(agent: string): string;
  routedTo(agent: string): string;
  refused: string;
  failed(reason: string): string;
  triesAgain(reason: string): string;
  findings(count: number): string;
  running: string;
  plan: string;
  synthesis: string;
  planRejected(count: number): string;
  planRevised(count: number): string;
  attempt(number: number): string;
  attempts(count: number): string;
  waitsFor(titles: readonly string[]): string;
  /** A task that may start as soon as there is a free place. */
  queued: string;
  skippedBecause(title: string, state: TaskState): string;
}

/** What is known of a run while its row is made. */
export interface RunAtHand {
  summary: RunSummary;
  /** Absent while its journal has not been read. */
  view: RunView | undefined;
  /** This window works on it. */
  isHere: boolean;
}

/** Label: what was asked. Description: who, how far, in which state, how long, what it used. */
export function runRow({ summary, view, isHere }: RunAtHand, now: number, words: RunWords): Row {
  const status = view?.status ?? summary.status;
  const parts = [
    isGoal(summary, view) ? words.kind('goal') : (view?.agent ?? summary.agent),
    view && isGoal(summary, view) ? progressOf(view, words) : '',
    // A goal's progress says it already; so does the icon.
    isGoal(summary, view) && (status === 'running' || status === 'completed') ? '' : words.state(status),
    isActiveState(status) && !isHere ? words.elsewhere : '',
    formatDuration(durationOf(summary, view, now)),
    ...usageParts(view?.usage, words),
  ];
  return {
    id: summary.runId,
    label: summary.title,
    description: joined(parts),
    ...stateLook(status),
    details: view ? runDetails(view, words) : [],
    isOpen: isActiveState(status) && summary.kind === 'goal',
    contextValue: runContextValue({ summary, view, isHere }),
  };
}

/** A question that the router took for a goal is one, too; one to several agents has tasks, but no plan. */
export function isGoal({ kind }: Pick<RunSummary, 'kind'>, view: RunView | undefined): boolean {
  return kind === 'goal' || view?.plan !== undefined;
}

function progressOf({ tasks }: RunView, words: RunWords): string {
  if (tasks.length === 0) return '';
  return words.progress(tasks.filter(({ status }) => status === 'completed').length, tasks.length);
}

/**
 * What the menus of a run go by, e.g. `run ask active running`: `active` for a run that this window can stop, `elsewhere` for one of
 * another window, `ended`; then its state, and what there is to act on.
 */
export function runContextValue({ summary, view, isHere }: RunAtHand): string {
  const status = view?.status ?? summary.status;
  const phase = !isActiveState(status) ? 'ended' : isHere ? 'active' : 'elsewhere';
  const marks = [
    isGoal(summary, view) && summary.kind !== 'goal' ? 'planned' : '',
    view?.changes.some(isOpen) ? 'open-changes' : '',
    view?.changes.some(isRevertible) ? 'revertible' : '',
    (view?.text ?? '') === '' ? '' : 'result',
  ];
  return ['run', summary.kind, phase, status, ...marks].filter(Boolean).join(' ');
}

export function durationOf(
  summary: Pick<RunSummary, 'startedAt' | 'endedAt'>,
  view: RunView | undefined,
  now: number,
): number {
  const endedAt = view?.endedAt ?? summary.endedAt;
  return (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(summary.startedAt);
}

function runDetails(view: RunView, words: RunWords): [string, string][] {
  return [
    ['request', view.request],
    ['agent', view.agent ?? ''],
    ['state', words.state(view.status)],
    ['started', view.startedAt],
    ...usageDetails(view.usage, words),
    ['error', view.error?.message ?? ''],
    ['run', view.runId],
    ['trace', view.traceId],
  ];
}
