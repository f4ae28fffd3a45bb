import type { RunState } from '../../api';

/** True for a run that may still change by itself. */
export function isActiveState(state: RunState): boolean {
  return state === 'running' || state === 'paused' || state === 'waiting-approval';
}
