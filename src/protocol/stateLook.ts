// How states of runs and tasks look in every view alike: a codicon, and a colour that never stands alone.

export interface StateLook {
  /** Name of a codicon. */
  icon: string;
  /** One of the colours of `themeColour`, or that of what is disabled; absent: the text's colour. */
  colour?: 'blue' | 'green' | 'orange' | 'red' | 'yellow' | 'disabled';
}

const LOOKS: ReadonlyMap<string, StateLook> = new Map<string, StateLook>([
  ['pending', { icon: 'circle-outline' }],
  ['blocked', { icon: 'circle-outline', colour: 'disabled' }],
  ['running', { icon: 'loading', colour: 'blue' }],
  ['retrying', { icon: 'sync', colour: 'yellow' }],
  ['paused', { icon: 'debug-pause', colour: 'yellow' }],
  ['waiting-approval', { icon: 'question', colour: 'orange' }],
  ['completed', { icon: 'pass', colour: 'green' }],
  ['partial', { icon: 'warning', colour: 'yellow' }],
  ['failed', { icon: 'error', colour: 'red' }],
  ['skipped', { icon: 'debug-step-over', colour: 'disabled' }],
  ['cancelled', { icon: 'circle-slash' }],
  ['interrupted', { icon: 'debug-disconnect', colour: 'yellow' }],
]);

/** The look of a state; one that nobody knows looks like nothing in particular. */
export function stateLook(state: string): StateLook {
  return LOOKS.get(state) ?? { icon: 'circle-outline' };
}
