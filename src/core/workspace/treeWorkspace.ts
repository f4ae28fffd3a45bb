// The workspace over a file tree: paths, reading, listing and searching with one meaning on every platform, and in tests.
import { CANCELLED, failure, isFailure, type Failure } from '../failure';
import { isHeldByEditor, MAX_FILE_BYTES, type FileTree, type OpenText } from './fileTree';
import { languageIdOf } from './languageId';
import { ListRequest } from './listRequest';
import { nearestPaths } from './nearestPaths';
import { parseNotebook, renderNotebook } from './notebookText';
import { PathResolver } from './pathResolver';
import { SearchRequest } from './searchRequest';
import { textVersion } from './textVersion';
import { TreeWalk } from './treeWalk';
import type {
  FileLocation,
  ListQuery,
  SearchMatch,
  SearchQuery,
  TextSnapshot,
  Workspace,
  WorkspaceFolder,
} from './workspace';
import { displayPath } from './workspacePath';

/** Files looked at for suggestions. */
const MAX_SUGGESTION_FILES = 5000;

export class TreeWorkspace implements Workspace {
  private readonly paths: PathResolver;

  constructor(readonly tree: FileTree) {
    this.paths = new PathResolver(tree);
  }

  folders(): readonly WorkspaceFolder[] {
    return this.tree.folders();
  }

  isTrusted(): boolean {
    return this.tree.isTrusted();
  }

  /** The location of a uri that the editor gives; undefined outside the workspace. */
  locationOfUri(uri: string): FileLocation | undefined {
    return this.paths.locationOfUri(uri);
  }

  async locate(path: string, signal: AbortSignal): Promise<FileLocation | Failure> {
    const place = await this.paths.resolve(path);
    if (isFailure(place)) return place.reason === 'file.not_found' ? this.withSuggestions(place, path, signal) : place;
    return 'untitled' in place ? place.untitled : place.location;
  }

  async locateNew(path: string): Promise<FileLocation | Failure> {
    return this.paths.resolveNew(path);
  }

  async read(location: FileLocation, signal: AbortSignal): Promise<TextSnapshot | Failure> {
    const { uri, path } = location;
    const open = this.tree.openTexts().find((document) => document.uri === uri);
    if (open && isHeldByEditor(open)) return snapshotOf(location, open);
    const real = await this.tree.realUri(uri);
    if (!(await this.paths.isInside(real ?? uri)))
      return failure('path.outside', `"${path}" is outside the workspace.`);
    const stat = await this.tree.stat(uri);
    if (signal.aborted) return CANCELLED;
    if (stat === undefined) return failure('file.not_found', `"${path}" does not exist any more.`);
    if (stat.kind === 'directory') {
      return failure('file.is_directory', `"${path}" is a folder: list_files shows what is in it.`);
    }
    if (stat.kind === 'other') return failure('file.unreadable', `"${path}" is neither a file nor a folder.`);
    if (stat.size > MAX_FILE_BYTES) return tooLarge(path, stat.size);
    return this.readFromDisk(location, open?.languageId ?? languageIdOf(path));
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<{ files: FileLocation[]; truncated: boolean } | Failure> {
    const request = await ListRequest.create(query, this.tree, this.paths);
    if (isFailure(request)) {
      return request.reason === 'file.not_found' ? this.withSuggestions(request, query.path ?? '', signal) : request;
    }
    return request.run(signal);
  }

  async search(
    query: SearchQuery,
    signal: AbortSignal,
  ): Promise<{ matches: SearchMatch[]; truncated: boolean } | Failure> {
    const request = SearchRequest.create(query, this.tree, this.paths.folders());
    return isFailure(request) ? request : request.run(signal);
  }

  private async readFromDisk(location: FileLocation, languageId: string): Promise<TextSnapshot | Failure> {
    const { uri, path } = location;
    let read: { text: string } | 'binary';
    try {
      read = await this.tree.readText(uri);
    } catch {
      return failure('file.unreadable', `"${path}" can't be read: its permissions or the disk don't allow it.`);
    }
    if (read === 'binary') return failure('file.binary', `"${path}" is a binary file, and only text can be read.`);
    const cells = path.endsWith('.ipynb') ? parseNotebook(read.text) : undefined;
    const text = cells ? renderNotebook(cells) : read.text;
    const kind = cells ? 'notebook' : 'file';
    return { uri, path, text, languageId, kind, isDirty: false, version: textVersion(text) };
  }

  private async withSuggestions(fault: Failure, path: string, signal: AbortSignal): Promise<Failure> {
    const known: string[] = [];
    for (const folder of this.paths.folders()) {
      const walk = new TreeWalk(this.tree, folder);
      const base = await walk.baseAt([]);
      if (base === undefined) continue;
      for await (const segments of walk.files(base, signal)) {
        known.push(displayPath(folder.label, segments));
        if (known.length >= MAX_SUGGESTION_FILES) break;
      }
    }
    const nearest = nearestPaths(path, known, 3);
    const hint =
      nearest.length > 0
        ? `Did you mean ${nearest.map((entry) => `"${entry}"`).join(' or ')}?`
        : 'list_files shows what there is.';
    return failure(fault.reason, `${fault.message} ${hint}`);
  }
}

function snapshotOf({ uri, path }: FileLocation, open: OpenText): TextSnapshot | Failure {
  const text = open.text();
  if (text.length > MAX_FILE_BYTES) return tooLarge(path, text.length);
  const { languageId, kind, isDirty } = open;
  return { uri, path, text, languageId, kind, isDirty, version: textVersion(text) };
}

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);

const tooLarge = (path: string, bytes: number) =>
  failure(
    'file.too_large',
    `"${path}" has ${megabytes(bytes)} MB, and files over ${megabytes(MAX_FILE_BYTES)} MB are neither read nor searched.`,
  );
