import type { RunState } from '../../api';

/** States in which a run is over and can't be resumed where it was. */
export const FINISHED: ReadonlySet<RunState> = new Set(['completed', 'partial', 'failed', 'cancelled']);

/** True for a run that may still change by itself. */
export function isActiveState(state: RunState): boolean {
  return state === 'running' || state === 'paused' || state === 'waiting-approval';
}
