// Which runs the tree lists. Pure.
import type { RunSummary } from '../../api';
import { isActiveState } from './activeState';

export const RUNS_FILTERS = ['all', 'working', 'unfinished', 'goals'] as const;
export type RunsFilter = (typeof RUNS_FILTERS)[number];

/** `unfinished`: what failed, was stopped or interrupted, or lacks something. */
export function passes({ status, kind }: Pick<RunSummary, 'status' | 'kind'>, filter: RunsFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'working':
      return isActiveState(status);
    case 'unfinished':
      return !isActiveState(status) && status !== 'completed';
    case 'goals':
      return kind === 'goal';
  }
}
