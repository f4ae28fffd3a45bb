// What views, commands and the API do with the change sets of runs. `ChangeSets` implements it.
import type { ApplyResult, Disposable, Failure, FileChange } from '../../api';
import type { FileLocation } from '../workspace/workspace';
import type { LineHunk } from './lineHunks';

/** Both sides of a proposed change, for a diff. */
export interface FileSides {
  change: FileChange;
  /** Where the file is now; for a new file, where it will be. */
  location: FileLocation;
  /** Where a pending rename takes it. */
  renamedTo?: FileLocation;
  /** undefined: there is no such file. What was accepted already is part of it. */
  base: string | undefined;
  /** undefined: the file is to be deleted. */
  proposed: string | undefined;
  /** What is still open, in order; `oldStart` counts in `base`, `newStart` in `proposed`. */
  hunks: LineHunk[];
}

/** A change that can't be merged with what stands in the file now. */
export interface ChangeConflict {
  runId: string;
  path: string;
  location: FileLocation;
  reason: string;
  /** undefined on a side: there is no file there. */
  base: string | undefined;
  /** The text in the workspace when the conflict was found. */
  present: string | undefined;
  /** What the run wants there. */
  proposed: string | undefined;
  /** Both sides between conflict markers; absent where a side is no file. */
  withMarkers?(labels: { ours: string; theirs: string }): string;
}

export interface ChangeReview {
  /** The changes of one run or of all, in the order of their paths; of runs whose records have been read. */
  list(runId?: string): FileChange[];
  /** Reads the records of a run that this window has not worked on; afterwards `list` knows it. */
  load(runId: string): Promise<void>;
  sides(runId: string, path: string): Promise<FileSides | undefined>;
  /** Merges proposals with what the files have now, and applies the result; all of the run's, one file's, or one hunk. */
  accept(runId: string, path?: string, hunkId?: string): Promise<ApplyResult>;
  reject(runId: string, path?: string, hunkId?: string): Promise<void>;
  /** Takes back everything that was accepted or applied, merged with later work. */
  revert(runId: string): Promise<ApplyResult>;
  /** What stands against each other since an accept, a revert or a merge of layers found it. */
  conflict(runId: string, path: string): ChangeConflict | undefined;
  /** Settles a conflict: with `text` as the file's whole text, or, without it, with what the person has put there meanwhile. */
  resolve(runId: string, path: string, text?: string): Promise<ApplyResult | Failure>;
  /** Called with the run whose changes are other than before. */
  onDidChange(handler: (runId: string) => void): Disposable;
}

/** A file as a run wants it, for whoever builds the proposed state elsewhere. */
export interface PendingFile {
  location: FileLocation;
  /** Set for a rename that was not accepted yet: nothing is to be at `from` then. */
  from?: FileLocation;
  /** undefined: deleted. */
  text: string | undefined;
  /** Changes whenever the text does. */
  version: string;
}

/** What a run has proposed and nobody has decided yet. */
export interface PendingEdits {
  files(scope: { runId: string; taskId?: string }, signal: AbortSignal): Promise<PendingFile[]>;
  /** How many edits that is: hunks, and files that only move. */
  count(scope: { runId: string; taskId?: string }): Promise<number>;
}
