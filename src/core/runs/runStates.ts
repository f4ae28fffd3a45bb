// Which states of runs and tasks are ends.
import type { RunState, RunSummary, TaskState } from '../../api';

/** Ends that stay, whatever comes late. */
export const FINAL: ReadonlySet<RunState> = new Set(['completed', 'partial', 'failed', 'cancelled']);
const OPEN_TASKS: ReadonlySet<TaskState> = new Set(['pending', 'blocked']);
const WORKING_TASKS: ReadonlySet<TaskState> = new Set(['running', 'retrying', 'waiting-approval']);

/** True for a state in which nothing more happens unless the run is resumed. */
export function isEnded(status: RunState): boolean {
  return FINAL.has(status) || status === 'interrupted';
}

/** Interrupted runs that are older are in the view of runs, and are not spoken of any more. */
const SPOKEN_OF_MS = 7 * 24 * 60 * 60_000;

/** True for a run that the next window should look after. */
export function isUnfinished({ status, endedAt }: RunSummary, nowMs: number): boolean {
  if (status === 'interrupted') return endedAt !== undefined && nowMs - Date.parse(endedAt) < SPOKEN_OF_MS;
  return !isEnded(status);
}

/** True for a task that has not begun and may. */
export function isOpenTask(status: TaskState): boolean {
  return OPEN_TASKS.has(status);
}

/** True for a task that has begun and has no verdict. */
export function isWorkingTask(status: TaskState): boolean {
  return WORKING_TASKS.has(status);
}
