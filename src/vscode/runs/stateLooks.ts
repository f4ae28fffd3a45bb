// How states of runs and tasks look in every view: a codicon, and a colour of the theme that never stands alone.
import type { RunState, TaskState } from '../../api';

export interface StateLook {
  icon: string;
  /** Absent: the text's colour. */
  colour?: string;
}

const LOOKS: Record<RunState | TaskState, StateLook> = {
  pending: { icon: 'circle-outline' },
  blocked: { icon: 'circle-outline', colour: 'disabledForeground' },
  running: { icon: 'loading~spin', colour: 'charts.blue' },
  retrying: { icon: 'sync', colour: 'charts.yellow' },
  paused: { icon: 'debug-pause', colour: 'charts.yellow' },
  'waiting-approval': { icon: 'question', colour: 'charts.orange' },
  completed: { icon: 'pass', colour: 'charts.green' },
  partial: { icon: 'warning', colour: 'charts.yellow' },
  failed: { icon: 'error', colour: 'charts.red' },
  skipped: { icon: 'debug-step-over', colour: 'disabledForeground' },
  cancelled: { icon: 'circle-slash' },
  interrupted: { icon: 'debug-disconnect', colour: 'charts.yellow' },
};

export function stateLook(state: RunState | TaskState): StateLook {
  return LOOKS[state];
}
