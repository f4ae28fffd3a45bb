// Applies the hunks of a patch to a text: each must fit at exactly one place, or none is applied.
import type { PatchHunk } from './patchFormat';
import { dominantEol, splitLines, type TextLine } from './textPositions';

export type PatchTextOutcome =
  | { ok: true; text: string }
  | { ok: false; reason: 'edit.not_found' | 'edit.ambiguous' | 'edit.overlap'; problem: string };

interface Placement {
  first: number;
  count: number;
  hunk: PatchHunk;
}

const KEYS: readonly ((line: string) => string)[] = [(line) => line, (line) => line.trimEnd(), (line) => line.trim()];

/** Applies `hunks` in order; later hunks stand below earlier ones. Lines that stay keep their own line endings. */
export function patchText(text: string, hunks: readonly PatchHunk[]): PatchTextOutcome {
  const lines = text === '' ? [] : splitLines(text);
  const placements: Placement[] = [];
  let from = 0;
  for (const [index, hunk] of hunks.entries()) {
    const first = placeHunk(lines, hunk, from);
    if (typeof first !== 'number') return { ok: false, ...first, problem: `Hunk ${index + 1} ${first.problem}` };
    placements.push({ first, count: hunk.oldLines.length, hunk });
    from = first + hunk.oldLines.length;
  }
  return { ok: true, text: joinPatched(text, lines, placements) };
}

type Misplaced = { reason: 'edit.not_found' | 'edit.ambiguous'; problem: string };

/** The 0-based line at which the hunk goes. */
function placeHunk(lines: readonly TextLine[], hunk: PatchHunk, from: number): number | Misplaced {
  const start = anchored(lines, hunk, from);
  if (typeof start !== 'number') return start;
  if (hunk.oldLines.length === 0) return insertionPoint(lines, hunk, start);
  for (const key of KEYS) {
    const places = findBlock(lines, hunk.oldLines, key, start).filter(
      (place) => !hunk.atEnd || place + hunk.oldLines.length === lines.length,
    );
    const stated = hunk.line === undefined ? undefined : places.find((place) => place === (hunk.line ?? 0) - 1);
    if (stated !== undefined) return stated;
    const [place] = places;
    if (place === undefined) continue;
    // Below an anchor the first place counts: that is what the anchor is for.
    if (places.length === 1 || hunk.anchors.length > 0) return place;
    const where = places
      .slice(0, 10)
      .map((found) => found + 1)
      .join(', ');
    return {
      reason: 'edit.ambiguous',
      problem: `fits at several places (lines ${where}). Nothing was changed: give more context lines.`,
    };
  }
  const wanted = hunk.oldLines.slice(0, 3).join(' / ');
  return {
    reason: 'edit.not_found',
    problem: `does not fit: "${wanted}" is not in the file${from > 0 ? ' below the hunk before' : ''}. Nothing was changed: read the file again.`,
  };
}

function anchored(lines: readonly TextLine[], hunk: PatchHunk, from: number): number | Misplaced {
  let start = from;
  for (const anchor of hunk.anchors) {
    const at = lines.findIndex((line, index) => index >= start && line.text.trim() === anchor.trim());
    const loose = at >= 0 ? at : lines.findIndex((line, index) => index >= start && line.text.includes(anchor.trim()));
    if (loose < 0) {
      return {
        reason: 'edit.not_found',
        problem: `does not fit: its anchor "${anchor}" is not in the file. Nothing was changed.`,
      };
    }
    // The anchor may be the hunk's own first line.
    start = hunk.oldLines[0]?.trim() === lines[loose]?.text.trim() ? loose : loose + 1;
  }
  return start;
}

function insertionPoint(lines: readonly TextLine[], hunk: PatchHunk, start: number): number {
  if (hunk.anchors.length > 0) return start;
  if (hunk.line === undefined || hunk.atEnd) return lines.length;
  return Math.min(Math.max(hunk.line, start), lines.length);
}

function findBlock(
  lines: readonly TextLine[],
  wanted: readonly string[],
  key: (line: string) => string,
  start: number,
): number[] {
  const keys = wanted.map(key);
  const found: number[] = [];
  for (let first = start; first + keys.length <= lines.length && found.length < 100; first += 1) {
    if (keys.every((line, index) => key(lines[first + index]?.text ?? '') === line)) found.push(first);
  }
  return found;
}

function joinPatched(text: string, lines: readonly TextLine[], placements: readonly Placement[]): string {
  const eol = dominantEol(text);
  const endedWithEol = lines.length === 0 || lines.at(-1)?.eol !== '';
  const out: { text: string; eol: string }[] = [];
  let at = 0;
  for (const { first, count, hunk } of placements) {
    out.push(...lines.slice(at, first));
    out.push(...patchedLines(lines.slice(first, first + count), hunk, eol));
    at = first + count;
  }
  out.push(...lines.slice(at));
  const final =
    placements.findLast((placement) => placement.hunk.finalNewline !== undefined)?.hunk.finalNewline ?? endedWithEol;
  return out
    .map((line, index) => line.text + endingOf(line.eol, { isLast: index === out.length - 1, final, eol }))
    .join('');
}

/** New lines; those that the hunk keeps stay as the file has them, white space and line ending included. */
function patchedLines(old: readonly TextLine[], hunk: PatchHunk, eol: string): { text: string; eol: string }[] {
  const result: { text: string; eol: string }[] = [];
  let next = 0;
  for (const line of hunk.newLines) {
    const at = hunk.oldLines.indexOf(line, next);
    const kept = at >= 0 ? old[at] : undefined;
    if (kept) {
      result.push(kept);
      next = at + 1;
    } else result.push({ text: line, eol: old[Math.min(next, old.length - 1)]?.eol || eol });
  }
  return result;
}

function endingOf(own: string, place: { isLast: boolean; final: boolean; eol: string }): string {
  if (place.isLast) return place.final ? own || place.eol : '';
  return own || place.eol;
}
