// The workspace as one run sees it: its pending edits over the real state. Nobody else sees them.
import { isFailure, type Failure } from '../failure';
import { TreeWorkspace } from '../workspace/treeWorkspace';
import type {
  FileLocation,
  ListQuery,
  SearchMatch,
  SearchQuery,
  TextSnapshot,
  Workspace,
  WorkspaceFolder,
} from '../workspace/workspace';
import type { FileView } from './changeLayer';
import { OverlayFileTree } from './overlayFileTree';

export class OverlayWorkspace implements Workspace {
  /** `views` gives the files that are other for the run, as they are at this moment. */
  constructor(
    private readonly base: TreeWorkspace,
    private readonly views: (signal: AbortSignal) => Promise<readonly FileView[]>,
  ) {}

  folders(): readonly WorkspaceFolder[] {
    return this.base.folders();
  }

  isTrusted(): boolean {
    return this.base.isTrusted();
  }

  async locate(path: string, signal: AbortSignal): Promise<FileLocation | Failure> {
    return (await this.current(signal)).workspace.locate(path, signal);
  }

  async locateNew(path: string, signal: AbortSignal): Promise<FileLocation | Failure> {
    return (await this.current(signal)).workspace.locateNew(path);
  }

  async read(location: FileLocation, signal: AbortSignal): Promise<TextSnapshot | Failure> {
    const { workspace, pending } = await this.current(signal);
    const snapshot = await workspace.read(location, signal);
    if (isFailure(snapshot) || !pending.has(location.uri)) return snapshot;
    // What an editor holds unsaved is another matter than what waits to be accepted.
    const isDirty = this.base.tree.openTexts().some((open) => open.uri === location.uri && open.isDirty);
    return { ...snapshot, isDirty, hasPendingEdits: true };
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<{ files: FileLocation[]; truncated: boolean } | Failure> {
    return (await this.current(signal)).workspace.list(query, signal);
  }

  async search(
    query: SearchQuery,
    signal: AbortSignal,
  ): Promise<{ matches: SearchMatch[]; truncated: boolean } | Failure> {
    return (await this.current(signal)).workspace.search(query, signal);
  }

  private async current(signal: AbortSignal): Promise<{ workspace: TreeWorkspace; pending: ReadonlySet<string> }> {
    const views = await this.views(signal);
    const pending = new Set(views.map(({ location }) => location.uri));
    const tree = views.length === 0 ? this.base.tree : new OverlayFileTree(this.base.tree, views);
    return { workspace: views.length === 0 ? this.base : new TreeWorkspace(tree), pending };
  }
}
