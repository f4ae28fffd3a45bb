// What writing tools are made from.
import type { ChangeSets } from '../../changes/changeSets';
import type { ReadingPorts } from '../reading/readingPorts';

export interface WritingPorts {
  /** The workspace as the run of a call sees it. */
  portsOf: ReadingPorts;
  changes: Pick<ChangeSets, 'propose' | 'refusal'>;
}
