// Which changes of a run wait for a decision.
import type { FileChange } from '../../api';

export function isOpen({ status }: Pick<FileChange, 'status'>): boolean {
  return status === 'proposed' || status === 'conflicted';
}

/** False for what a proposal that was taken back leaves behind. */
export function isChange({ status, hunks, added, removed, from }: FileChange): boolean {
  return status !== 'proposed' || hunks.length + added + removed > 0 || from !== undefined;
}

/** Changes that wait, conflicts included. */
export function openChanges(changes: readonly FileChange[]): FileChange[] {
  return changes.filter((change) => isOpen(change) && isChange(change));
}

/** True while `agentTeam.revertRun` has something to take back. */
export function isRevertible({ status, hunks }: Pick<FileChange, 'status' | 'hunks'>): boolean {
  return status === 'accepted' || hunks.some((hunk) => hunk.status === 'accepted');
}
