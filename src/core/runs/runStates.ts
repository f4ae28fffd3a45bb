// Which states of runs and tasks are ends.
import type { RunState, TaskState } from '../../api';

/** Ends that stay, whatever comes late. */
export const FINAL: ReadonlySet<RunState> = new Set(['completed', 'partial', 'failed', 'cancelled']);
const OPEN_TASKS: ReadonlySet<TaskState> = new Set(['pending', 'blocked']);
const WORKING_TASKS: ReadonlySet<TaskState> = new Set(['running', 'retrying', 'waiting-approval']);

/** True for a state in which nothing more happens unless the run is resumed. */
export function isEnded(status: RunState): boolean {
  return FINAL.has(status) || status === 'interrupted';
}

/** True for a task that has not begun and may. */
export function isOpenTask(status: TaskState): boolean {
  return OPEN_TASKS.has(status);
}

/** True for a task that has begun and has no verdict. */
export function isWorkingTask(status: TaskState): boolean {
  return WORKING_TASKS.has(status);
}
