// What a platform must give so that `TreeWorkspace` can be a `Workspace`: folders, entries, bytes as text, open buffers.
import type { WorkspaceFolder } from './workspace';

/** Larger files are neither read nor searched: no model could use them. In bytes. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export type EntryKind = 'file' | 'directory' | 'other';

export interface TreeEntry {
  name: string;
  kind: EntryKind;
  /** Links are never followed while walking; a path that names one is resolved. */
  isLink: boolean;
}

export interface EntryStat {
  kind: EntryKind;
  /** In bytes. */
  size: number;
}

/** A text that an editor holds. */
export interface OpenText {
  uri: string;
  /** The name of an untitled document, as its tab shows it. */
  label: string;
  languageId: string;
  kind: 'file' | 'notebook' | 'untitled';
  isDirty: boolean;
  text(): string;
}

/** True when an editor's text counts; a clean document's file is as good, and fresher when something else just wrote it. */
export function isHeldByEditor(open: OpenText): boolean {
  return open.isDirty || open.kind !== 'file';
}

export interface CandidateQuery {
  /** Uri of the workspace folder, which `excluded` is relative to. */
  folder: string;
  /** Uri of the file or folder to search in. Ignore files above it are the caller's business. */
  base: string;
  query: string;
  isRegex: boolean;
  ignoreCase: boolean;
  /** Globs that are left out anyway. */
  excluded: readonly string[];
}

export interface FileTree {
  /** True where `a.txt:x`, `PRN` and trailing dots have a meaning of their own. */
  readonly windowsNames: boolean;
  folders(): readonly WorkspaceFolder[];
  isTrusted(): boolean;
  /** Follows links; undefined where there is nothing, dangling links included. */
  stat(uri: string): Promise<EntryStat | undefined>;
  /** The entries of a directory in any order; empty when it can't be read. */
  children(uri: string): Promise<TreeEntry[]>;
  /** The uri with every link and short name resolved; undefined where there is nothing. */
  realUri(uri: string): Promise<string | undefined>;
  /** The text in the encoding that the editor would use; `binary` for what is not text. Rejects when it can't be read. */
  readText(uri: string): Promise<{ text: string } | 'binary'>;
  openTexts(): readonly OpenText[];
  /** Globs that the person's settings hide from search, relative to the folder. */
  excludedGlobs(folderUri: string): readonly string[];
  /** A fast search's superset of the files with a match, or undefined when it can't tell: then all files are read. */
  candidates?(query: CandidateQuery, signal: AbortSignal): Promise<string[] | undefined>;
  /** Calls `work`, and gives `timeout` if it took longer than a regular expression may. */
  guard<T>(work: () => T): T | 'timeout';
  /** Lets other work of the process run. */
  breathe(): Promise<void>;
}
