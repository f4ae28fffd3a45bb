// What executing tools are made from.
import type { PendingEdits } from '../../changes/changeReview';
import type { ReadingPorts } from '../reading/readingPorts';
import type { CommandRunner } from './commandRunner';
import type { CommandScreens } from './commandScreen';
import type { ScratchWorkspace } from './scratchWorkspace';

export interface ExecutingPorts {
  readonly runner: CommandRunner;
  readonly screens: CommandScreens;
  readonly scratch: ScratchWorkspace;
  readonly pending: PendingEdits;
  readonly portsOf: ReadingPorts;
  /** Of the machine that commands run on. */
  readonly isWindows: boolean;
}
