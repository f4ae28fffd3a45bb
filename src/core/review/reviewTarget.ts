// What is to be reviewed, and the files and lines that this comes to: those of a selection, a file, a folder, or of changes that git knows.
import type { Range } from '../../api';
import { failure, isFailure, type Failure } from '../failure';
import { isScannable, looksGenerated } from '../analysis/fileChoice';
import { diffSections } from '../workspace/diffText';
import { baseName, segmentsBelow } from '../workspace/uri';
import type { FileLocation, GitFileChange, TextSnapshot } from '../workspace/workspace';
import type { WorkspacePorts } from '../workspace/workspacePorts';
import { readHunks, spansOf, type DiffHunk } from './diffHunks';
import { joinSpans, type LineSpan } from './lineSpans';
import { MAX_FILES, noteText, type ReviewNote, type SkipReason } from './reviewNotes';

export type ReviewTarget =
  | { kind: 'places'; places: readonly { uri: string; range?: Range }[] }
  | {
      kind: 'changes';
      scope: 'working' | 'staged' | 'branch';
      base?: string;
      /** Only these files, and those below these folders. */ uris?: readonly string[];
    };

/** One file with the lines of it that are reviewed. */
export interface ReviewFile {
  file: TextSnapshot;
  lines: readonly string[];
  /** In order, apart from each other; never empty. */
  spans: readonly LineSpan[];
  /** The changes that the spans come from; empty for places. */
  hunks: readonly DiffHunk[];
  change?: Pick<GitFileChange, 'status' | 'from'>;
}

export interface ReviewScope {
  files: ReviewFile[];
  /** Files that are gone: nothing can be shown in them, but what they did may be missed. */
  deleted: { path: string; diff: string }[];
  notes: ReviewNote[];
}

const MAX_FILE_LENGTH = 400_000;
/** Pictures, lock files, maps and snapshots: programs wrote them. */
const isReviewable = (path: string) => isScannable(path) && !path.endsWith('.snap');

/** A target in a few words, as a title. */
export function describeTarget(target: ReviewTarget): string {
  if (target.kind === 'changes') {
    const base = target.base === undefined ? '' : ` against ${target.base}`;
    return `Review ${target.scope} changes${base}`;
  }
  const [first] = target.places;
  if (!first) return 'Review';
  const { range } = first;
  const lines = range ? `:${range.start.line + 1}-${range.end.line + 1}` : '';
  const more = target.places.length > 1 ? ` and ${target.places.length - 1} more` : '';
  return `Review ${baseName(first.uri)}${lines}${more}`;
}

/** Resolves a target; fails with `review.nothing`, or as the workspace and git do. */
export async function resolveTarget(
  ports: Pick<WorkspacePorts, 'workspace' | 'git'>,
  target: ReviewTarget,
  signal: AbortSignal,
): Promise<ReviewScope | Failure> {
  const scope =
    target.kind === 'places' ? await placesOf(ports, target.places, signal) : await changesOf(ports, target, signal);
  if (isFailure(scope)) return scope;
  if (scope.files.length > 0 || scope.deleted.length > 0) return scope;
  const [note] = scope.notes;
  return failure('review.nothing', note ? noteText(note) : 'There is nothing to review there.');
}

async function placesOf(
  ports: Pick<WorkspacePorts, 'workspace'>,
  places: readonly { uri: string; range?: Range }[],
  signal: AbortSignal,
): Promise<ReviewScope | Failure> {
  const scope = new ScopeBuilder();
  for (const { uri, range } of places) {
    const location = await ports.workspace.locate(uri, signal);
    if (isFailure(location)) return location;
    const snapshot = await ports.workspace.read(location, signal);
    if (!isFailure(snapshot)) scope.take(snapshot, range && spanOf(range));
    else if (snapshot.reason === 'file.is_directory') await takeFolder(ports, location, { scope, signal });
    else if (places.length === 1) return snapshot;
    else scope.skipFor(location.path, snapshot.message);
  }
  return scope.end();
}

async function takeFolder(
  { workspace }: Pick<WorkspacePorts, 'workspace'>,
  folder: FileLocation,
  { scope, signal }: { scope: ScopeBuilder; signal: AbortSignal },
): Promise<void> {
  const listed = await workspace.list({ path: folder.path, limit: MAX_FILES * 10 }, signal);
  if (isFailure(listed)) {
    scope.skipFor(folder.path, listed.message);
    return;
  }
  for (const location of listed.files) {
    if (signal.aborted) return;
    if (!isReviewable(location.path)) continue;
    if (scope.isFull) {
      scope.leaveOut();
      continue;
    }
    const snapshot = await workspace.read(location, signal);
    // Pictures and the like are no matter of a review, and not worth a word each.
    if (isFailure(snapshot)) continue;
    scope.take(snapshot);
  }
}

async function changesOf(
  ports: Pick<WorkspacePorts, 'workspace' | 'git'>,
  target: Extract<ReviewTarget, { kind: 'changes' }>,
  signal: AbortSignal,
): Promise<ReviewScope | Failure> {
  const { scope: gitScope, base, uris } = target;
  const changes = await ports.git.changes({ scope: gitScope, ...(base !== undefined && { base }) }, signal);
  if (isFailure(changes)) return changes;
  const scope = new ScopeBuilder();
  const sections = diffSections(changes.diff);
  for (const change of uniqueFiles(changes.files)) {
    if (signal.aborted) break;
    if (uris && !uris.some((uri) => segmentsBelow(uri, change.uri) !== undefined)) continue;
    const own = sections.filter((section) => isPathOf(section.path, change.path)).map(({ text }) => text);
    if (change.status === 'deleted') scope.deleted.push({ path: change.path, diff: own.join('\n') });
    else if (!isReviewable(change.path)) scope.skip(change.path, 'generated');
    else if (scope.isFull) scope.leaveOut();
    else {
      const snapshot = await ports.workspace.read(change, signal);
      if (isFailure(snapshot)) scope.skipFor(change.path, snapshot.message);
      else scope.takeChange(snapshot, change, own);
    }
  }
  return scope.end();
}

/** A file that is changed in the index and in the working tree stands there twice. */
function uniqueFiles(files: readonly GitFileChange[]): GitFileChange[] {
  return [...new Map(files.toReversed().map((file) => [file.uri, file])).values()].reverse();
}

/** Paths of a diff begin at the repository's root, those of the workspace at its folder: one ends as the other does. */
function isPathOf(inDiff: string | undefined, path: string): boolean {
  if (inDiff === undefined) return false;
  return inDiff === path || inDiff.endsWith(`/${path}`) || path.endsWith(`/${inDiff}`);
}

function spanOf({ start, end }: Range): LineSpan {
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return { first: start.line + 1, last };
}

/** Collects files within the bounds of one review. */
class ScopeBuilder {
  readonly files = new Map<string, ReviewFile>();
  readonly deleted: ReviewScope['deleted'] = [];
  private readonly notes: ReviewNote[] = [];
  private leftOut = 0;

  get isFull(): boolean {
    return this.files.size >= MAX_FILES;
  }

  skip(path: string, reason: SkipReason): void {
    this.notes.push({ kind: 'skipped', path, reason });
  }

  /** For a file that could not be read: `why` is what was said then. */
  skipFor(path: string, why: string): void {
    this.notes.push({ kind: 'skipped_for', path, why });
  }

  leaveOut(): void {
    this.leftOut += 1;
  }

  /** `span`: those lines; absent: all of them. */
  take(file: TextSnapshot, span?: LineSpan): void {
    if (this.isUnfit(file)) return;
    const lines = file.text.split(/\r?\n/);
    const whole = { first: 1, last: lines.length };
    const wanted = span
      ? { first: Math.min(span.first, lines.length), last: Math.min(span.last, lines.length) }
      : whole;
    const known = this.files.get(file.uri);
    this.files.set(file.uri, { file, lines, spans: joinSpans([...(known?.spans ?? []), wanted]), hunks: [] });
  }

  takeChange(file: TextSnapshot, { status, from }: GitFileChange, diffs: readonly string[]): void {
    if (this.isUnfit(file)) return;
    const lines = file.text.split(/\r?\n/);
    const change = { status, ...(from !== undefined && { from }) };
    const hunks = diffs.flatMap((diff) => readHunks(diff));
    const spans = joinSpans(spansOf(hunks, lines));
    // Without a diff (conflicts, a mode that changed, more than git was asked for) the whole file is the change.
    const isMoved = status === 'renamed' && hunks.length === 0;
    if (isMoved) {
      this.skip(file.path, 'moved');
      return;
    }
    const whole = [{ first: 1, last: lines.length }];
    this.files.set(file.uri, { file, lines, spans: spans.length > 0 ? spans : whole, hunks, change });
  }

  end(): ReviewScope {
    const { files, deleted, notes, leftOut } = this;
    if (leftOut > 0) notes.push({ kind: 'files_left_out', count: leftOut });
    return { files: [...files.values()], deleted, notes };
  }

  private isUnfit({ path, text }: TextSnapshot): boolean {
    const reason =
      text.length > MAX_FILE_LENGTH
        ? 'too_long'
        : looksGenerated(text)
          ? 'generated'
          : text.trim() === ''
            ? 'empty'
            : undefined;
    if (reason !== undefined) this.skip(path, reason);
    return reason !== undefined;
  }
}
