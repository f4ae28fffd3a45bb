// Ports to whatever really changes files: core says what, checked against a text that it has seen; the edge does all of it or nothing.
import type { FileLocation } from '../workspace/workspace';
import type { Replacement } from './editText';

/** What a file has beside its text; kept so that a deleted file can come back as it was. */
export interface FileFormat {
  /** As the editor names it: `utf8`, `utf16le`, `windows1252`, … */
  encoding: string;
  hasBom: boolean;
  /** Permission bits, where the platform has them. */
  mode?: number;
}

/** `baseVersion` is the `textVersion` of the text that the operation was made for; any other present text makes the plan stale. */
export type FileOperation =
  | {
      kind: 'modify';
      location: FileLocation;
      baseVersion: string;
      /** Against the text of `baseVersion`: sorted, without overlaps, minimal by lines. */
      replacements: Replacement[];
      /** The whole text afterwards. */
      newText: string;
    }
  | {
      kind: 'create';
      location: FileLocation;
      text: string;
      /** Of the file that it brings back. */ format?: FileFormat;
    }
  | { kind: 'delete'; location: FileLocation; baseVersion: string; madeFolders?: MadeFolders }
  /** Comes before the `modify` of the same file, which then names the new place. */
  | { kind: 'rename'; from: FileLocation; location: FileLocation; baseVersion: string; madeFolders?: MadeFolders };

/** Uris of folders that a run has made for a file, outermost first: they go with the file, as far as nothing else is in them. */
export type MadeFolders = readonly string[];

export interface ApplyPlan {
  runId: string;
  /** In this order: a place that an earlier operation leaves or deletes is free for a later one. One undo step per plan in each open editor. */
  operations: FileOperation[];
}

/** What has to be known later to take it back. */
export interface Applied {
  /** Of deleted files, by uri. */
  formats: Readonly<Record<string, FileFormat>>;
  /** By the uri of the file that needed them. */
  madeFolders: Readonly<Record<string, MadeFolders>>;
}

export type ApplyOutcome =
  | ({ kind: 'applied' } & Applied)
  /** The texts at these paths are not those that the plan was made for. Nothing was changed: make a new plan. */
  | { kind: 'stale'; paths: string[] }
  /** Nothing was changed, or everything was put back. */
  | { kind: 'refused'; failed: { path: string; reason: string; message: string }[] };

/** Applies plans. Files that were clean are saved, dirty ones stay dirty; cursor, tabs, focus and undo stack are left alone. */
export interface ChangeApplier {
  apply(plan: ApplyPlan, signal: AbortSignal): Promise<ApplyOutcome>;
}

/** What a writer must know of a place beside the text that `Workspace.read` gives. */
export interface FileFacts {
  /** Of the disk; an editor may hold a file that is gone. */
  exists: 'file' | 'directory' | 'other' | 'nothing';
  isOpen: boolean;
  isDirty: boolean;
  isReadOnly: boolean;
  /** True where the bytes on disk end lines in different ways. */
  hasMixedEols: boolean;
  /** False where decoding and encoding again gives other bytes: an edit would change what it does not touch. */
  keepsBytes: boolean;
  /** As the editor names it. */
  encoding: string;
}

export interface FileProbe {
  probe(location: FileLocation, signal: AbortSignal): Promise<FileFacts>;
  /** False where the encoding of the file at `location` has no code for a character of `text`. */
  canEncode(location: FileLocation, text: string): Promise<boolean>;
}
