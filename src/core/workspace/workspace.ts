// Ports to what is being worked on. `Workspace` is what a run's pending edits overlay; the language services answer for the real state only.
import type { Failure, Range } from '../../api';

export interface WorkspaceFolder {
  name: string;
  uri: string;
}

/** A file inside the workspace: links resolved, inside a folder. `path` is what tools and people see (`src/a.ts`, or `<folder>/src/a.ts` with several folders). */
export interface FileLocation {
  uri: string;
  path: string;
}

export interface TextSnapshot extends FileLocation {
  text: string;
  languageId: string;
  kind: 'file' | 'notebook' | 'untitled';
  /** True when an editor holds text that is not on disk. */
  isDirty: boolean;
  /** Set where the text is a run's own, and not in the workspace yet. */
  hasPendingEdits?: true;
  /** Changes whenever the text does. */
  version: string;
}

export interface ListQuery {
  /** A folder's path; the whole workspace when absent. */
  path?: string;
  glob?: string;
  limit: number;
}

export interface SearchQuery {
  query: string;
  isRegex: boolean;
  include?: string;
  exclude?: string;
  limit: number;
  contextLines: number;
  /** Default false, as in ripgrep. */
  ignoreCase?: boolean;
}

export interface SearchMatch extends FileLocation {
  /** 1-based. */
  line: number;
  text: string;
  before: string[];
  after: string[];
}

/** Files as agents see them: unsaved buffers first, then the disk. Nothing outside the folders, nothing ignored unless named. */
export interface Workspace {
  folders(): readonly WorkspaceFolder[];
  /** False in restricted mode: nothing of the workspace may be executed or honoured. */
  isTrusted(): boolean;
  /** Resolves the path of a file or folder as a model writes it; fails with `path.outside`, `path.invalid`, `path.ambiguous` or `file.not_found`. */
  locate(path: string, signal: AbortSignal): Promise<FileLocation | Failure>;
  /** As `locate`, and for a file that is not there yet: the place that it would have, with the links above it resolved. */
  locateNew(path: string, signal: AbortSignal): Promise<FileLocation | Failure>;
  /** Fails with `file.not_found`, `file.unreadable`, `file.binary`, `file.too_large` or `file.is_directory`. */
  read(location: FileLocation, signal: AbortSignal): Promise<TextSnapshot | Failure>;
  /** Files in the order of their paths; fails as `locate` does, or with `glob.invalid`. */
  list(query: ListQuery, signal: AbortSignal): Promise<{ files: FileLocation[]; truncated: boolean } | Failure>;
  /** Matching lines in the order of their paths; fails with `search.invalid_pattern`, `search.too_slow` or `glob.invalid`. */
  search(query: SearchQuery, signal: AbortSignal): Promise<{ matches: SearchMatch[]; truncated: boolean } | Failure>;
}

export interface SymbolEntry extends FileLocation {
  name: string;
  /** Lower-case VS Code symbol kind: `function`, `class`, `method`, … */
  kind: string;
  container?: string;
  range: Range;
  children?: SymbolEntry[];
}

export interface CodeLocation extends FileLocation {
  range: Range;
  /** The line's text; empty for what is outside. */
  preview: string;
  /** True for a place outside the workspace, such as a library's declarations: it has a name, and can't be read. */
  isOutside?: boolean;
}

export interface DiagnosticEntry extends FileLocation {
  range: Range;
  severity: 'error' | 'warning' | 'information' | 'hint';
  message: string;
  source?: string;
  code?: string;
}

/** VS Code's language services; they know real documents only, never pending edits. */
export interface LanguageServices {
  symbols(query: string, limit: number, signal: AbortSignal): Promise<SymbolEntry[]>;
  outline(location: FileLocation, signal: AbortSignal): Promise<SymbolEntry[]>;
  definition(location: FileLocation, position: Range['start'], signal: AbortSignal): Promise<CodeLocation[]>;
  references(location: FileLocation, position: Range['start'], signal: AbortSignal): Promise<CodeLocation[]>;
  diagnostics(location?: FileLocation): DiagnosticEntry[];
  /** Lets language services look at a file that no editor shows, so that `diagnostics` knows it; waits some seconds at most. */
  prepare?(location: FileLocation, signal: AbortSignal): Promise<void>;
  /** Titles of the quick fixes that language services offer there. */
  quickFixes(location: FileLocation, range: Range, signal: AbortSignal): Promise<string[]>;
}

export interface EditorContext {
  active?: FileLocation & {
    languageId: string;
    isDirty: boolean;
    selection?: { range: Range; text: string };
    visible?: Range;
    cursor: Range['start'];
  };
  tabs: (FileLocation & { isDirty: boolean })[];
}

/** What the person looks at. */
export interface EditorState {
  current(): EditorContext;
}

export interface GitFileChange extends FileLocation {
  from?: string;
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'untracked' | 'conflicted';
  staged: boolean;
}

/** The repository's changes, read-only. Fails with `git.unavailable` or `git.no_repository`. */
export interface GitChanges {
  changes(
    query: { scope: 'working' | 'staged' | 'branch'; base?: string },
    signal: AbortSignal,
  ): Promise<{ files: GitFileChange[]; diff: string; base?: string; head?: string } | Failure>;
  /** The current branch and the number of changed files, without their diffs. */
  summary?(signal: AbortSignal): Promise<{ head?: string; changedFiles: number } | Failure>;
}
