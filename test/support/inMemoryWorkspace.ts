// Everything that reading tools ask, in memory. The workspace is the real one over an `InMemoryFileTree`.
import type { Range } from '../../src/api';
import { failure, type Failure } from '../../src/core/failure';
import { joinUri } from '../../src/core/workspace/uri';
import { TreeWorkspace } from '../../src/core/workspace/treeWorkspace';
import type {
  CodeLocation,
  DiagnosticEntry,
  EditorContext,
  EditorState,
  FileLocation,
  GitChanges,
  GitFileChange,
  LanguageServices,
  SymbolEntry,
} from '../../src/core/workspace/workspace';
import { InMemoryFileTree, openText, type InMemoryEntry, type InMemoryTreeOptions } from './inMemoryFileTree';

/** The location of a path in the first folder of an `InMemoryWorkspace`, whether it exists or not. */
export const at = (path: string, folderUri = 'file:///ws'): FileLocation => ({
  uri: joinUri(folderUri, path.split('/')),
  path,
});

/** A zero-based range on one or more lines. */
export const range = (
  startLine: number,
  startCharacter = 0,
  endLine = startLine,
  endCharacter = startCharacter,
): Range => ({
  start: { line: startLine, character: startCharacter },
  end: { line: endLine, character: endCharacter },
});

/** A workspace of files given by path (`src/a.ts`; with several folders `<folder>/src/a.ts`). */
export class InMemoryWorkspace extends TreeWorkspace {
  readonly fileTree: InMemoryFileTree;

  constructor(files: Record<string, InMemoryEntry> = {}, options: InMemoryTreeOptions = {}) {
    const tree = new InMemoryFileTree(options);
    super(tree);
    this.fileTree = tree;
    for (const [path, entry] of Object.entries(files)) tree.put(this.uriOf(path), entry);
  }

  /** The uri of a path as `files` of the constructor names it. */
  uriOf(path: string): string {
    const folders = this.fileTree.folders();
    const segments = path.split('/');
    const named = folders.length > 1 ? folders.find((folder) => folder.name === segments[0]) : undefined;
    return named ? joinUri(named.uri, segments.slice(1)) : joinUri(folders[0]?.uri ?? 'file:///ws', segments);
  }

  write(path: string, entry: InMemoryEntry): void {
    this.fileTree.put(this.uriOf(path), entry);
  }

  /** Opens an editor on `path` whose unsaved text is `text`. */
  edit(path: string, text: string): void {
    const uri = this.uriOf(path);
    const index = this.fileTree.open.findIndex((open) => open.uri === uri);
    if (index >= 0) this.fileTree.open.splice(index, 1);
    this.fileTree.open.push(openText(uri, text));
  }

  openUntitled(label: string, text: string, languageId = 'plaintext'): void {
    this.fileTree.open.push(openText(`untitled:${label}`, text, { label, languageId }));
  }
}

/** Language services that answer what the test put in; an unexpected question has an empty answer. */
export class InMemoryLanguageServices implements LanguageServices {
  readonly problems: DiagnosticEntry[] = [];
  readonly outlines = new Map<string, SymbolEntry[]>();
  /** By `path:line:character`, zero-based. */
  readonly definitions = new Map<string, CodeLocation[]>();
  readonly usages = new Map<string, CodeLocation[]>();
  readonly fixes = new Map<string, string[]>();

  async symbols(query: string, limit: number): Promise<SymbolEntry[]> {
    const all = [...this.outlines.values()].flat();
    const flat = all.flatMap((entry): SymbolEntry[] => [entry, ...(entry.children ?? [])]);
    return flat.filter((entry) => entry.name.toLowerCase().includes(query.toLowerCase())).slice(0, limit);
  }

  async outline(location: FileLocation): Promise<SymbolEntry[]> {
    return this.outlines.get(location.path) ?? [];
  }

  async definition(location: FileLocation, position: Range['start']): Promise<CodeLocation[]> {
    return this.definitions.get(`${location.path}:${position.line}:${position.character}`) ?? [];
  }

  async references(location: FileLocation, position: Range['start']): Promise<CodeLocation[]> {
    return this.usages.get(`${location.path}:${position.line}:${position.character}`) ?? [];
  }

  diagnostics(location?: FileLocation): DiagnosticEntry[] {
    return this.problems.filter((entry) => location === undefined || entry.path === location.path);
  }

  async quickFixes(location: FileLocation): Promise<string[]> {
    return this.fixes.get(location.path) ?? [];
  }
}

/** An editor whose state the test sets. */
export class InMemoryEditor implements EditorState {
  context: EditorContext = { tabs: [] };

  current(): EditorContext {
    return this.context;
  }
}

/** Changes that the test sets; fails with `git.no_repository` until then. */
export class InMemoryGitChanges implements GitChanges {
  result: { files: GitFileChange[]; diff: string; base?: string; head?: string } | Failure = failure(
    'git.no_repository',
    'The workspace is not in a git repository.',
  );
  readonly asked: { scope: string; base?: string }[] = [];

  async changes(query: { scope: 'working' | 'staged' | 'branch'; base?: string }): Promise<typeof this.result> {
    this.asked.push(query);
    return this.result;
  }
}
