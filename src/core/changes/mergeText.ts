// Three-way merge of texts by lines (diff3, from the node-diff3 library). Line endings belong to the lines, so none is changed.
import { diff3Merge } from 'node-diff3';
import { linesWithEndings } from './lineHunks';

export interface MergeConflict {
  /** 0-based line of the merged text (with both sides, see `withMarkers`) at which the conflict stands. */
  line: number;
  base: string;
  ours: string;
  theirs: string;
}

export interface MergeLabels {
  ours: string;
  theirs: string;
}

export type MergeOutcome =
  | { clean: true; text: string }
  | {
      clean: false;
      conflicts: MergeConflict[];
      /** Both sides between conflict markers. */
      withMarkers: (labels: MergeLabels) => string;
      /** The whole text with `texts[n]` where the n-th conflict stands. */
      settle: (texts: readonly string[]) => string;
    };

/** Brings the changes base→ours and base→theirs together; equal changes of both sides are one. */
export function mergeText(texts: { base: string; ours: string; theirs: string }): MergeOutcome {
  const { base, ours, theirs } = texts;
  if (ours === theirs || base === theirs) return { clean: true, text: ours };
  if (base === ours) return { clean: true, text: theirs };
  const regions = diff3Merge(linesWithEndings(ours), linesWithEndings(base), linesWithEndings(theirs), {
    excludeFalseConflicts: true,
  });
  const conflicts: MergeConflict[] = [];
  let line = 0;
  for (const region of regions) {
    if (region.ok) line += region.ok.length;
    if (!region.conflict) continue;
    const { a, o, b } = region.conflict;
    conflicts.push({ line, base: o.join(''), ours: a.join(''), theirs: b.join('') });
    line += a.length + b.length + 3;
  }
  if (conflicts.length === 0) return { clean: true, text: regions.flatMap((region) => region.ok ?? []).join('') };
  return {
    clean: false,
    conflicts,
    withMarkers: (labels) => markConflicts(regions, labels),
    settle: (texts) => settleConflicts(regions, texts),
  };
}

function settleConflicts(regions: ReturnType<typeof diff3Merge<string>>, texts: readonly string[]): string {
  if (texts.length !== regions.filter(({ conflict }) => conflict).length)
    throw new Error('Internal error: there is not one text for each conflict.');
  const left = [...texts];
  return regions.map((region) => region.ok?.join('') ?? left.shift() ?? '').join('');
}

function markConflicts(regions: ReturnType<typeof diff3Merge<string>>, labels: MergeLabels): string {
  const eol = regions.some((region) => region.ok?.some((line) => line.endsWith('\r\n'))) ? '\r\n' : '\n';
  const side = (lines: readonly string[]) => lines.map((line) => (/[\r\n]$/.test(line) ? line : line + eol)).join('');
  return regions
    .map((region) => {
      if (region.ok) return region.ok.join('');
      if (!region.conflict) return '';
      const { a, b } = region.conflict;
      return `<<<<<<< ${labels.ours}${eol}${side(a)}=======${eol}${side(b)}>>>>>>> ${labels.theirs}${eol}`;
    })
    .join('');
}
