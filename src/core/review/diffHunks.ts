// Hunks of a unified diff, and where their lines stand now: what git compared may not be what the editor has, so lines are looked for.
import type { LineSpan } from './lineSpans';

export interface DiffHunk {
  /** 1-based line of the new side where the hunk begins, as git counted. */
  newStart: number;
  /** With their first character: ` `, `+` or `-`. */
  lines: readonly string[];
}

const HUNK_HEAD = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/;
/** Lines above and below the place that git names in which a hunk is looked for. */
const MAX_DRIFT = 2_000;

/** The hunks of one file's section of a diff. */
export function readHunks(section: string): DiffHunk[] {
  const hunks: { newStart: number; lines: string[] }[] = [];
  for (const line of section.split(/\r?\n/)) {
    const head = HUNK_HEAD.exec(line);
    if (head) hunks.push({ newStart: Number(head[1]), lines: [] });
    else if (/^[ +-]/.test(line)) hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}

/** The lines that the hunks added or touched, where they stand in `lines` now; a hunk that is not there any more gives nothing. */
export function spansOf(hunks: readonly DiffHunk[], lines: readonly string[]): LineSpan[] {
  return hunks.flatMap((hunk) => {
    const start = placeOf(hunk, lines);
    return start === undefined ? [] : changedSpans(hunk, start, lines.length);
  });
}

/** 1-based line where the hunk's new side begins in `lines`; the nearest to where git saw it. */
function placeOf(hunk: DiffHunk, lines: readonly string[]): number | undefined {
  const block = hunk.lines.filter((line) => !line.startsWith('-')).map((line) => line.slice(1));
  if (block.length === 0) return Math.max(1, Math.min(hunk.newStart, lines.length));
  for (let drift = 0; drift <= MAX_DRIFT; drift += 1) {
    for (const start of drift === 0 ? [hunk.newStart] : [hunk.newStart - drift, hunk.newStart + drift]) {
      if (
        start >= 1 &&
        start - 1 + block.length <= lines.length &&
        block.every((line, at) => same(lines[start - 1 + at], line))
      )
        return start;
    }
  }
  return undefined;
}

function same(line: string | undefined, other: string): boolean {
  return line === other || line === other.replace(/\r$/, '');
}

/** Runs of added lines; where lines only went, the ones around the gap. */
function changedSpans(hunk: DiffHunk, start: number, count: number): LineSpan[] {
  const spans: LineSpan[] = [];
  let at = start;
  for (const line of hunk.lines) {
    if (line.startsWith('+')) {
      spans.push({ first: at, last: at });
      at += 1;
    } else if (line.startsWith('-')) spans.push({ first: Math.max(1, at - 1), last: Math.min(at, count) });
    else at += 1;
  }
  return spans;
}
