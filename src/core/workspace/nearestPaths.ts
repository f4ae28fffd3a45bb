// What someone may have meant by a path that does not exist.

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

/** Pairs of neighbouring characters, as a bag. */
function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < text.length; index += 1) {
    const pair = text.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Sørensen–Dice similarity of two texts by their character pairs, 0 to 1. */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length < 2 || b.length < 2) return 0;
  const left = pairsOf(a);
  const right = pairsOf(b);
  let shared = 0;
  for (const [pair, count] of left) shared += Math.min(count, right.get(pair) ?? 0);
  return (2 * shared) / (a.length + b.length - 2);
}

function score(wanted: string, path: string): number {
  const lower = path.toLowerCase();
  if (lower === wanted) return 4;
  if (lower.endsWith(`/${wanted}`)) return 3;
  const names = similarity(nameOf(wanted), nameOf(path));
  return names + similarity(wanted, lower) / 2;
}

/** The paths most like `wanted`, best first, at most `limit`; nothing that is hardly alike. */
export function nearestPaths(wanted: string, paths: Iterable<string>, limit: number): string[] {
  const folded = wanted
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');
  const scored: { path: string; score: number }[] = [];
  for (const path of paths) {
    const value = score(folded, path);
    if (value >= 0.7) scored.push({ path, score: value });
  }
  scored.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return scored.slice(0, limit).map(({ path }) => path);
}
