// The port to scratch copies: the workspace as a run wants it, somewhere else on disk, so that commands can try it.
import type { Failure } from '../../../api';
import type { PendingFile } from '../../changes/changeReview';

export interface ScratchRequest {
  runId: string;
  taskId?: string;
  /** `file:` uri of the workspace folder to copy. */
  folder: string;
  /** Everything that the run has proposed; files of other folders are left out. */
  pending: readonly PendingFile[];
}

export interface ScratchCopy {
  /** `file:` uri of the copy of the folder. */
  root: string;
  /** What commands in the copy need to find its files before those of the workspace. */
  environment: Readonly<Record<string, string>>;
}

export interface ScratchWorkspace {
  /**
   * Makes the copy, or brings it up to date: tracked and untracked files without the ignored ones, pending edits applied,
   * dependency folders linked. One call per scope works at a time. Fails with `scratch.too_large`, `scratch.unsupported` or `scratch.failed`.
   */
  prepare(request: ScratchRequest, signal: AbortSignal): Promise<ScratchCopy | Failure>;
  /** Removes all copies of a run; does nothing for a run without any. */
  release(runId: string): Promise<void>;
}
