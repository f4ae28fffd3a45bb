// One listing: where to walk, and which files to keep.
import { CANCELLED, failure, isFailure, type Failure } from '../failure';
import type { FileTree } from './fileTree';
import { compileGlobs, type PathTest } from './globs';
import type { PathResolver } from './pathResolver';
import { TreeWalk, type WalkBase } from './treeWalk';
import { basesFor } from './walkBases';
import type { FileLocation, ListQuery } from './workspace';
import { displayPath, type LabelledFolder } from './workspacePath';

interface Scope {
  folder: LabelledFolder;
  /** Globs are relative to this place, or to the folder. */
  top: readonly string[];
}

export class ListRequest {
  private constructor(
    private readonly query: ListQuery,
    private readonly tree: FileTree,
    private readonly scopes: readonly Scope[],
    private readonly matches: PathTest,
  ) {}

  static async create(query: ListQuery, tree: FileTree, paths: PathResolver): Promise<ListRequest | Failure> {
    const glob = query.glob?.trim();
    const test = glob === undefined || glob === '' ? () => true : compileGlobs(glob);
    if (isFailure(test)) return test;
    const scopes = await scopesOf(query.path, paths);
    return isFailure(scopes) ? scopes : new ListRequest(query, tree, scopes, test);
  }

  async run(signal: AbortSignal): Promise<{ files: FileLocation[]; truncated: boolean } | Failure> {
    const files: FileLocation[] = [];
    for (const scope of this.scopes) {
      const walk = new TreeWalk(this.tree, scope.folder);
      for (const base of await this.basesIn(scope, walk)) {
        for await (const segments of walk.files(base, signal)) {
          if (!this.isWanted(scope, segments)) continue;
          if (files.length >= this.query.limit) return { files, truncated: true };
          files.push({ uri: walk.uriOf(segments), path: displayPath(scope.folder.label, segments) });
        }
      }
    }
    return signal.aborted ? CANCELLED : { files, truncated: false };
  }

  private isWanted({ folder, top }: Scope, segments: readonly string[]): boolean {
    const fromTop = segments.slice(top.length).join('/');
    return (
      this.matches(fromTop) ||
      this.matches(segments.join('/')) ||
      (folder.label !== '' && this.matches(displayPath(folder.label, segments)))
    );
  }

  private async basesIn(scope: Scope, walk: TreeWalk): Promise<WalkBase[]> {
    if (scope.top.length === 0) return basesFor(this.query.glob, walk);
    const base = await walk.baseAt(scope.top);
    return base ? [base] : [];
  }
}

async function scopesOf(path: string | undefined, paths: PathResolver): Promise<Scope[] | Failure> {
  const folders = paths.folders();
  if (folders.length === 0) return failure('path.outside', 'No folder is open, so there are no files to list.');
  const cleaned = path?.trim() ?? '';
  const isWhole = ['', '.', './', '/', '*', '**'].includes(cleaned);
  if (isWhole) return folders.map((folder) => ({ folder, top: [] }));
  const place = await paths.resolve(cleaned);
  if (isFailure(place)) return place;
  if ('untitled' in place) return failure('path.invalid', `"${cleaned}" is an untitled document, not a folder.`);
  return [{ folder: place.folder, top: place.segments }];
}
