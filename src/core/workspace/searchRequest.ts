// One search: find the files that may match (by the platform's fast search or by walking), then let one matcher decide on
// the text that the editor or the disk holds. So the results are the same whoever found the files.
import { CANCELLED, failure, isFailure, type Failure } from '../failure';
import { isHeldByEditor, MAX_FILE_BYTES, type FileTree, type OpenText } from './fileTree';
import { compileGlobs, type PathTest } from './globs';
import { compileQuery, matchLines, type LineMatcher, type SearchPace } from './lineMatcher';
import { parseNotebook, renderNotebook } from './notebookText';
import { TreeWalk, type WalkBase } from './treeWalk';
import { segmentsBelow } from './uri';
import { basesFor } from './walkBases';
import type { FileLocation, SearchMatch, SearchQuery } from './workspace';
import { comparePaths, displayPath, type LabelledFolder } from './workspacePath';

/** Files read at once, ahead of the one that is matched. */
const READ_AHEAD = 8;
/** A slice of work lasts this long at most before other work runs. */
const SLICE_MS = 6;

interface Results {
  matches: SearchMatch[];
  truncated: boolean;
}

export class SearchRequest {
  private constructor(
    private readonly query: SearchQuery,
    private readonly tree: FileTree,
    private readonly folders: readonly LabelledFolder[],
    private readonly matcher: LineMatcher,
    private readonly globs: { includes: PathTest; excludes: PathTest },
  ) {}

  static create(query: SearchQuery, tree: FileTree, folders: readonly LabelledFolder[]): SearchRequest | Failure {
    const matcher = compileQuery(query);
    if (isFailure(matcher)) return matcher;
    const includes = query.include?.trim() ? compileGlobs(query.include) : () => true;
    if (isFailure(includes)) return includes;
    const excludes = compileGlobs(query.exclude);
    if (isFailure(excludes)) return excludes;
    return new SearchRequest(query, tree, folders, matcher, { includes, excludes });
  }

  async run(signal: AbortSignal): Promise<Results | Failure> {
    const files = new Map<string, FileLocation>();
    for (const folder of this.folders) {
      for (const file of await this.filesIn(folder, signal)) files.set(file.uri, file);
      if (signal.aborted) return CANCELLED;
    }
    for (const file of this.untitled()) files.set(file.uri, file);
    const ordered = [...files.values()].sort((a, b) => comparePaths(a.path, b.path));
    return this.matchAll(ordered, signal);
  }

  private async matchAll(files: readonly FileLocation[], signal: AbortSignal): Promise<Results | Failure> {
    const pace = this.paceOf(signal);
    const results: Results = { matches: [], truncated: false };
    for await (const { file, text } of this.texts(files)) {
      if (signal.aborted) return CANCELLED;
      if (text === undefined) continue;
      const limit = this.query.limit + 1 - results.matches.length;
      const found = await matchLines(text, this.matcher, { ...pace, limit, contextLines: this.query.contextLines });
      if (found === 'too_slow') return tooSlow(this.query.query);
      for (const match of found) results.matches.push({ ...file, ...match });
      if (results.matches.length > this.query.limit) {
        results.matches.length = this.query.limit;
        return { ...results, truncated: true };
      }
    }
    return signal.aborted ? CANCELLED : results;
  }

  /** The texts in the order of the files, a few read ahead. */
  private async *texts(
    files: readonly FileLocation[],
  ): AsyncGenerator<{ file: FileLocation; text: string | undefined }> {
    const held = this.tree.openTexts().filter(isHeldByEditor);
    const open = new Map(held.map((document) => [document.uri, document]));
    const ahead: { file: FileLocation; text: Promise<string | undefined> }[] = [];
    let next = 0;
    while (next < files.length || ahead.length > 0) {
      for (let file = files[next]; file && ahead.length < READ_AHEAD; file = files[next]) {
        ahead.push({ file, text: this.textOf(file, open.get(file.uri)) });
        next += 1;
      }
      const first = ahead.shift();
      if (first) yield { file: first.file, text: await first.text };
    }
  }

  /** Undefined for what is not searched: binary, huge, gone or unreadable files. */
  private async textOf({ uri, path }: FileLocation, open: OpenText | undefined): Promise<string | undefined> {
    if (open) return open.text();
    try {
      const stat = await this.tree.stat(uri);
      if (stat?.kind !== 'file' || stat.size > MAX_FILE_BYTES) return undefined;
      const read = await this.tree.readText(uri);
      if (read === 'binary') return undefined;
      const cells = path.endsWith('.ipynb') ? parseNotebook(read.text) : undefined;
      return cells ? renderNotebook(cells) : read.text;
    } catch {
      // A file that vanished or may not be read is no match; the search of the others goes on.
      return undefined;
    }
  }

  private paceOf(signal: AbortSignal): SearchPace {
    let since = performance.now();
    return {
      signal,
      guard: (work) => this.tree.guard(work),
      breathe: async () => {
        if (performance.now() - since < SLICE_MS) return;
        await this.tree.breathe();
        since = performance.now();
      },
    };
  }

  private async filesIn(folder: LabelledFolder, signal: AbortSignal): Promise<FileLocation[]> {
    const walk = new TreeWalk(this.tree, folder);
    const found: FileLocation[] = [];
    const add = (segments: readonly string[]) => {
      if (this.isWanted(folder, segments)) found.push(locationIn(folder, walk, segments));
    };
    for (const base of await basesFor(this.query.include, walk)) {
      const candidates = await this.candidatesIn(base, walk, signal);
      if (candidates === undefined) for await (const segments of walk.files(base, signal)) add(segments);
      else for (const segments of candidates) add(segments);
      for (const segments of await this.unsavedIn(base, walk)) add(segments);
    }
    return found;
  }

  private async candidatesIn(base: WalkBase, walk: TreeWalk, signal: AbortSignal): Promise<string[][] | undefined> {
    if (this.tree.candidates === undefined || !this.matcher.isPortable) return undefined;
    const { query, isRegex, ignoreCase = false } = this.query;
    const excluded = base.isIgnored ? [] : this.tree.excludedGlobs(walk.folder.uri);
    const uris = await this.tree.candidates(
      { folder: walk.folder.uri, base: walk.uriOf(base.segments), query, isRegex, ignoreCase, excluded },
      signal,
    );
    if (uris === undefined) return undefined;
    const kept: string[][] = [];
    for (const uri of uris) {
      const segments = segmentsBelow(walk.folder.uri, uri);
      if (segments && (base.isIgnored || base.kind === 'file' || !(await walk.isIgnored(segments, false))))
        kept.push(segments);
    }
    return kept;
  }

  /** Files whose unsaved text is in an editor: the disk's text says nothing about them. */
  private async unsavedIn(base: WalkBase, walk: TreeWalk): Promise<string[][]> {
    const found: string[][] = [];
    for (const open of this.tree.openTexts()) {
      const segments = open.isDirty ? segmentsBelow(walk.folder.uri, open.uri) : undefined;
      if (segments === undefined || !base.segments.every((segment, index) => segments[index] === segment)) continue;
      const isLinkedOut =
        (await this.tree.stat(open.uri)) !== undefined && (await walk.realSegments(open.uri)) === undefined;
      if (!isLinkedOut && (base.isIgnored || !(await walk.isIgnored(segments, false)))) found.push(segments);
    }
    return found;
  }

  private untitled(): FileLocation[] {
    return this.tree
      .openTexts()
      .filter(({ kind, label }) => kind === 'untitled' && this.globs.includes(label) && !this.globs.excludes(label))
      .map(({ uri, label }) => ({ uri, path: label }));
  }

  private isWanted(folder: LabelledFolder, segments: readonly string[]): boolean {
    const path = segments.join('/');
    const labelled = displayPath(folder.label, segments);
    const { includes, excludes } = this.globs;
    return (includes(path) || includes(labelled)) && !excludes(path) && !excludes(labelled);
  }
}

const locationIn = (folder: LabelledFolder, walk: TreeWalk, segments: readonly string[]): FileLocation => ({
  uri: walk.uriOf(segments),
  path: displayPath(folder.label, segments),
});

const tooSlow = (query: string) =>
  failure(
    'search.too_slow',
    `The regular expression ${JSON.stringify(query.slice(0, 200))} takes too long on some lines, as nested or neighbouring repetitions do. Make it more definite, or search for a literal part of it.`,
  );
