// Which runs have findings of a review: those that are one, and requests that were answered by one and whose comments are open.
import type { RunSummary } from '../../api';
import { OPEN_REVIEWS_KEY } from '../ids';

/** What is kept for a workspace; VS Code's `Memento` fits it. */
interface KeptState {
  get(key: string): unknown;
}

/** Ids of the runs whose comments are shown, the newest last. */
export function openReviews(state: KeptState): string[] {
  const stored = state.get(OPEN_REVIEWS_KEY);
  return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === 'string') : [];
}

/** In the order of `runs`. */
export function reviewRuns<Run extends Pick<RunSummary, 'runId' | 'kind'>>(
  runs: readonly Run[],
  state: KeptState,
): Run[] {
  const open = new Set(openReviews(state));
  return runs.filter(({ kind, runId }) => kind === 'review' || open.has(runId));
}
