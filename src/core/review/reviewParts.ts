// Cuts a review into parts that a reviewer can hold in mind: whole files where they fit, files of one folder together.
import type { ReviewFile } from './reviewTarget';

/** Reviewed and surrounding lines of one part, in tokens: more makes reviewers skim. */
export const MAX_PART_TOKENS = 12_000;

export interface ReviewPart<T> {
  /** Short and unique, such as `part-2`. */
  id: string;
  /** `src/core/review (4 files)`, or the one file. */
  title: string;
  items: T[];
}

export interface SizedFile {
  review: ReviewFile;
  tokens: number;
}

/** Fills parts in the order of the paths; a file that is larger than a part is one by itself. */
export function reviewParts<T extends SizedFile>(files: readonly T[], maxTokens = MAX_PART_TOKENS): ReviewPart<T>[] {
  const groups: T[][] = [];
  let used = 0;
  for (const file of files.toSorted((a, b) => comparePaths(a.review.file.path, b.review.file.path))) {
    const group = groups.at(-1);
    if (group && used + file.tokens <= maxTokens) {
      group.push(file);
      used += file.tokens;
    } else {
      groups.push([file]);
      used = file.tokens;
    }
  }
  return groups.map((items, index) => ({ id: `part-${index + 1}`, title: titleOf(items), items }));
}

function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function titleOf(items: readonly SizedFile[]): string {
  const paths = items.map(({ review }) => review.file.path);
  const [only = ''] = paths;
  if (paths.length === 1) return only;
  const folder = commonFolder(paths);
  return `${folder === '' ? only : folder} (${paths.length} files)`;
}

function commonFolder(paths: readonly string[]): string {
  const split = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = split;
  let depth = 0;
  while (depth < first.length && split.every((segments) => segments[depth] === first[depth])) depth += 1;
  return first.slice(0, depth).join('/');
}
