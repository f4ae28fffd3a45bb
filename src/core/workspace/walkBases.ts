// Where to begin a walk for a glob: at the top, and at ignored places that the glob names outright.
import { literalPrefix, splitGlobs } from './globs';
import type { TreeWalk, WalkBase } from './treeWalk';

const startsWith = (segments: readonly string[], prefix: readonly string[]) =>
  prefix.every((segment, index) => segments[index] === segment);

/** The bases for globs separated by commas, none below another one that would reach it. */
export async function basesFor(globs: string | undefined, walk: TreeWalk): Promise<WalkBase[]> {
  const all = splitGlobs(globs ?? '');
  const top = await walk.baseAt([]);
  if (top === undefined) return [];
  if (all.length === 0) return [top];
  const bases: WalkBase[] = [];
  for (const glob of all) {
    const prefix = withoutLabel(literalPrefix(glob), walk.folder.label);
    const named = prefix.length > 0 ? await walk.baseAt(prefix) : undefined;
    // A bare word such as `test` may name that folder at the top, and any file or folder of that name below.
    const isBare = !glob.replace(/^\//, '').includes('/');
    if (named === undefined || isBare) bases.push(top);
    if (named) bases.push(named);
  }
  return reduce(bases);
}

function withoutLabel(prefix: string[], label: string): string[] {
  return label !== '' && prefix[0] === label ? prefix.slice(1) : prefix;
}

function reduce(bases: readonly WalkBase[]): WalkBase[] {
  const kept: WalkBase[] = [];
  const byDepth = [...bases].sort((a, b) => a.segments.length - b.segments.length);
  for (const base of byDepth) {
    const isReached = kept.some(
      (other) => startsWith(base.segments, other.segments) && (other.isIgnored || !base.isIgnored),
    );
    if (!isReached) kept.push(base);
  }
  return kept;
}
