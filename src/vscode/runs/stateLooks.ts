// How states of runs and tasks look in VS Code's own views.
import type { RunState, TaskState } from '../../api';
import { themeColour } from '../../protocol/agentLook';
import * as protocol from '../../protocol/stateLook';

export interface StateLook {
  icon: string;
  /** A colour of the theme; absent: the text's colour. */
  colour?: string;
}

export function stateLook(state: RunState | TaskState): StateLook {
  const { icon, colour } = protocol.stateLook(state);
  return {
    icon: icon === 'loading' ? 'loading~spin' : icon,
    ...(colour && { colour: colour === 'disabled' ? 'disabledForeground' : themeColour(colour) }),
  };
}
