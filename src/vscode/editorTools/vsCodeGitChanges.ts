// The `GitChanges` port over the built-in git extension. It reads only: nothing here may write to the repository or its configuration,
// so the extension's `getBranchBase`, which stores its guess in the configuration, is not used.
import { failure, isFailure, messageOf, type Failure } from '../../core/failure';
import { diffSections, newFileDiff } from '../../core/workspace/diffText';
import { joinUri, segmentsBelow } from '../../core/workspace/uri';
import type { GitChanges, GitFileChange } from '../../core/workspace/workspace';
import { comparePaths } from '../../core/workspace/workspacePath';
import { loadGitApi, STATUS, type GitChange, type GitRepository } from './gitExtension';
import type { VsCodeWorkspace } from './vsCodeWorkspace';

/** Files of a branch whose diff is fetched; the others are listed. */
const MAX_BRANCH_DIFFS = 80;
const MAX_UNTRACKED_DIFFS = 30;
const MAX_UNTRACKED_LINES = 400;

type Query = Parameters<GitChanges['changes']>[0];
type Changes = Exclude<Awaited<ReturnType<GitChanges['changes']>>, Failure>;

function statusOf(status: number): GitFileChange['status'] | undefined {
  if (status >= STATUS.firstConflict) return 'conflicted';
  if (status === STATUS.ignored) return undefined;
  if (status === STATUS.untracked) return 'untracked';
  if (status === STATUS.indexAdded || status === STATUS.indexCopied || status === STATUS.intentToAdd) return 'added';
  if (status === STATUS.indexDeleted || status === STATUS.deleted) return 'deleted';
  return status === STATUS.indexRenamed || status === STATUS.intentToRename ? 'renamed' : 'modified';
}

export class VsCodeGitChanges implements GitChanges {
  constructor(private readonly workspace: VsCodeWorkspace) {}

  async changes(query: Query, signal: AbortSignal): Promise<Changes | Failure> {
    if (query.base !== undefined && !isSafeRef(query.base)) {
      return failure('git.invalid_ref', `${JSON.stringify(query.base)} is not the name of a branch, tag or commit.`);
    }
    const repositories = await this.repositories();
    if (isFailure(repositories)) return repositories;
    const found: Changes[] = [];
    for (const repository of repositories) {
      try {
        const changes = await this.inRepository(repository, query, signal);
        if (isFailure(changes)) return changes;
        found.push(changes);
      } catch (error) {
        return failure('git.failed', `git could not tell the changes: ${messageOf(error)}`);
      }
    }
    return joined(found);
  }

  async summary(): Promise<{ head?: string; changedFiles: number } | Failure> {
    const repositories = await this.repositories();
    if (isFailure(repositories)) return repositories;
    const heads = repositories.flatMap(({ state }) => state.HEAD?.name ?? []);
    const changed = repositories.flatMap(({ state }) => [
      ...this.files(state.indexChanges, true),
      ...this.files([...state.mergeChanges, ...state.workingTreeChanges, ...(state.untrackedChanges ?? [])], false),
    ]);
    const changedFiles = new Set(changed.map((file) => file.uri)).size;
    return { changedFiles, ...(heads.length > 0 ? { head: heads.join(', ') } : {}) };
  }

  private async repositories(): Promise<GitRepository[] | Failure> {
    const api = await loadGitApi();
    if (api === undefined) {
      const isTrusted = this.workspace.isTrusted();
      const why = isTrusted ? 'it is switched off, or git is not installed' : 'the workspace is not trusted';
      return failure('git.unavailable', `The editor's git extension can't be asked: ${why}.`);
    }
    const found = api.repositories.filter((repository) => this.concerns(repository));
    if (found.length > 0) return found;
    return failure(
      'git.no_repository',
      'No folder of the workspace is in a git repository, so there are no changes to look at. Name files or folders instead.',
    );
  }

  /** True when a folder lies in the repository, or the repository in a folder. */
  private concerns({ rootUri }: GitRepository): boolean {
    if (this.workspace.locationOfUri(rootUri.toString()) !== undefined) return true;
    return this.workspace.folders().some(({ uri }) => segmentsBelow(rootUri.toString(), uri) !== undefined);
  }

  private async inRepository(repository: GitRepository, query: Query, signal: AbortSignal): Promise<Changes | Failure> {
    await repository.status();
    const head = repository.state.HEAD?.name ?? repository.state.HEAD?.commit?.slice(0, 12);
    const named = head === undefined ? {} : { head };
    if (query.scope === 'branch') {
      const changes = await this.branch(repository, query.base, signal);
      return isFailure(changes) ? changes : { ...changes, ...named };
    }
    const { indexChanges, workingTreeChanges, mergeChanges, untrackedChanges = [] } = repository.state;
    const staged = this.files(indexChanges, true);
    const stagedDiff = staged.length > 0 ? this.ownSections(repository, await repository.diff(true)) : '';
    if (query.scope === 'staged') return { files: staged, diff: stagedDiff, ...named };
    const rest = this.files([...mergeChanges, ...workingTreeChanges, ...untrackedChanges], false);
    const isTracked = rest.some((file) => file.status !== 'untracked');
    const restDiff = isTracked ? this.ownSections(repository, await repository.diff(false)) : '';
    const untracked = await this.untrackedDiff(rest, signal);
    const parts =
      stagedDiff === '' ? [restDiff, untracked] : ['# Staged\n', stagedDiff, '# Not staged\n', restDiff, untracked];
    return { files: sorted([...staged, ...rest]), diff: parts.join(''), ...named };
  }

  private async branch(
    repository: GitRepository,
    base: string | undefined,
    signal: AbortSignal,
  ): Promise<Changes | Failure> {
    const found = await mergeBase(repository, base);
    if (isFailure(found)) return found;
    const changed = await repository.diffWith(found.commit);
    const files = sorted(this.files(changed, false));
    const inside = changed.filter((change) => this.workspace.locationOfUri(change.uri.toString()) !== undefined);
    let diff = '';
    for (const change of inside.slice(0, MAX_BRANCH_DIFFS)) {
      if (signal.aborted) break;
      diff += await repository.diffWith(found.commit, change.uri.fsPath);
    }
    const left = inside.length - MAX_BRANCH_DIFFS;
    if (left > 0) diff += `\n[The diffs of ${left} more files are left out.]\n`;
    return { files, diff, base: found.name };
  }

  private files(changes: readonly GitChange[], staged: boolean): GitFileChange[] {
    return changes.flatMap((change): GitFileChange[] => {
      const status = statusOf(change.status);
      const place = this.workspace.locationOfUri((change.renameUri ?? change.uri).toString());
      if (status === undefined || place === undefined) return [];
      const from = status === 'renamed' ? this.workspace.locationOfUri(change.originalUri.toString()) : undefined;
      return [{ ...place, status, staged, ...(from && from.path !== place.path ? { from: from.path } : {}) }];
    });
  }

  /** Without the files outside the workspace, where a repository reaches further than the folders. */
  private ownSections(repository: GitRepository, diff: string): string {
    const root = repository.rootUri.toString();
    if (this.workspace.locationOfUri(root) !== undefined) return diff;
    const own = diffSections(diff).filter(
      ({ path }) => path !== undefined && this.workspace.locationOfUri(joinUri(root, path.split('/'))) !== undefined,
    );
    return own.map(({ text }) => text).join('');
  }

  private async untrackedDiff(files: readonly GitFileChange[], signal: AbortSignal): Promise<string> {
    const untracked = files.filter((file) => file.status === 'untracked');
    const diffs: string[] = [];
    for (const file of untracked.slice(0, MAX_UNTRACKED_DIFFS)) {
      const snapshot = await this.workspace.read(file, signal);
      // Binary and huge files are in the list; there is nothing to show of them.
      if (!isFailure(snapshot)) diffs.push(newFileDiff(file.path, snapshot.text, MAX_UNTRACKED_LINES));
    }
    return diffs.join('');
  }
}

/** A ref can't begin with a dash: git would take it for an option. */
const isSafeRef = (ref: string) =>
  /^[^-\s][^\s~^:?*[\\\u0000-\u001f\u007f]*$/u.test(ref.replace(/(?:[~^]\d*)+$/, '')) && ref.length < 256;

const sorted = (files: GitFileChange[]) =>
  files.sort((a, b) => comparePaths(a.path, b.path) || Number(b.staged) - Number(a.staged));

function joined(found: readonly Changes[]): Changes {
  const [first] = found;
  if (first && found.length === 1) return first;
  const heads = found.map(({ head }) => head).filter(Boolean);
  const bases = found.map(({ base }) => base).filter(Boolean);
  return {
    files: found.flatMap(({ files }) => files),
    diff: found.map(({ diff }) => diff).join(''),
    ...(heads.length > 0 ? { head: heads.join(', ') } : {}),
    ...(bases.length > 0 ? { base: bases.join(', ') } : {}),
  };
}

/** Where the current branch left its base: the one given, or the first that there is of the usual ones. */
async function mergeBase(
  repository: GitRepository,
  base: string | undefined,
): Promise<{ commit: string; name: string } | Failure> {
  const current = repository.state.HEAD;
  const upstream = current?.upstream && `${current.upstream.remote}/${current.upstream.name}`;
  const usual = ['origin/HEAD', 'origin/main', 'origin/master', 'upstream/main', 'main', 'master', 'develop'].filter(
    (name) => name !== current?.name,
  );
  // On the main branch itself, what is new is what its upstream does not have.
  const isMain = ['main', 'master', 'develop'].includes(current?.name ?? '');
  const guesses = isMain && upstream !== undefined ? [upstream] : isMain ? [] : usual;
  for (const name of base === undefined ? guesses : [base]) {
    const commit = await repository.getMergeBase('HEAD', name).catch(() => undefined);
    if (commit !== undefined && commit !== '') return { commit, name };
  }
  return base === undefined
    ? failure(
        'git.no_base',
        'The base of the current branch is not known: give it as base, such as "main" or "HEAD~3".',
      )
    : failure(
        'git.no_base',
        `"${base}" is no branch, tag or commit that the current branch has history in common with.`,
      );
}
