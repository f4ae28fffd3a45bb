// What differs between two texts, as hunks that can be taken or left one by one. Lines carry their line endings, so no byte is lost.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { diffArrays } from 'diff';
import type { Replacement } from './editText';
import { splitLines } from './textPositions';

/** One run of changed lines without unchanged lines inside. */
export interface LineHunk {
  /** Stable as long as the hunk's own lines are: not a position. */
  id: string;
  /** 0-based index of the first old line; for an insertion, of the line that it stands before. */
  oldStart: number;
  /** Lines with their line endings. */
  oldLines: string[];
  /** 0-based, in the new text. */
  newStart: number;
  newLines: string[];
}

/** Edits beyond this distance are shown as one hunk over the whole text: the diff would take longer than a person waits. */
const MAX_EDIT_LENGTH = 4_000;

/** The lines of a text, each with its line ending; none for the empty text. */
export function linesWithEndings(text: string): string[] {
  return text === '' ? [] : splitLines(text).map((line) => line.text + line.eol);
}

const NO_IDS: ReadonlySet<string> = new Set();

/** The hunks that turn `before` into `after`, top down; none has an id of `taken`. Algorithm: Myers' O(ND) difference, from the diff library. */
export function lineHunks(before: string, after: string, taken: ReadonlySet<string> = NO_IDS): LineHunk[] {
  if (before === after) return [];
  const oldAll = linesWithEndings(before);
  const newAll = linesWithEndings(after);
  const parts = diffArrays(oldAll, newAll, { maxEditLength: MAX_EDIT_LENGTH });
  if (!parts) return withIds([{ oldStart: 0, oldLines: oldAll, newStart: 0, newLines: newAll }], taken);
  const hunks: Omit<LineHunk, 'id'>[] = [];
  let oldAt = 0;
  let newAt = 0;
  let open: Omit<LineHunk, 'id'> | undefined;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      open = undefined;
      oldAt += part.value.length;
      newAt += part.value.length;
      continue;
    }
    if (!open) hunks.push((open = { oldStart: oldAt, oldLines: [], newStart: newAt, newLines: [] }));
    if (part.removed) {
      open.oldLines.push(...part.value);
      oldAt += part.value.length;
    } else {
      open.newLines.push(...part.value);
      newAt += part.value.length;
    }
  }
  return withIds(hunks, taken);
}

/** `before` with only those hunks that `isTaken` accepts; with all of them it is the new text. */
export function takeHunks(before: string, hunks: readonly LineHunk[], isTaken: (hunk: LineHunk) => boolean): string {
  const lines = linesWithEndings(before);
  const out: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    out.push(...lines.slice(at, hunk.oldStart), ...(isTaken(hunk) ? hunk.newLines : hunk.oldLines));
    at = hunk.oldStart + hunk.oldLines.length;
  }
  return [...out, ...lines.slice(at)].join('');
}

/** Added and removed lines of hunks. */
export function countLines(hunks: readonly LineHunk[]): { added: number; removed: number } {
  return {
    added: hunks.reduce((sum, hunk) => sum + hunk.newLines.length, 0),
    removed: hunks.reduce((sum, hunk) => sum + hunk.oldLines.length, 0),
  };
}

/** Equal hunks get numbers, so that each can be named. */
function withIds(hunks: readonly Omit<LineHunk, 'id'>[], taken: ReadonlySet<string>): LineHunk[] {
  const used = new Set(taken);
  return hunks.map((hunk) => {
    const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify([hunk.oldLines, hunk.newLines])))).slice(0, 10);
    let id = digest;
    for (let number = 2; used.has(id); number += 1) id = `${digest}-${number}`;
    used.add(id);
    return { id, ...hunk };
  });
}

/** The hunks as replacements in `before`, each cut down to the characters that differ, so that cursors beside them stay. */
export function lineReplacements(before: string, after: string): Replacement[] {
  const starts = lineStarts(before);
  return lineHunks(before, after).map((hunk) => {
    const start = starts[hunk.oldStart] ?? before.length;
    const old = hunk.oldLines.join('');
    const text = hunk.newLines.join('');
    const { head, tail } = commonEnds(old, text);
    return {
      start: start + head,
      end: start + old.length - tail,
      text: text.slice(head, text.length - tail),
    };
  });
}

function lineStarts(text: string): number[] {
  return text === '' ? [] : splitLines(text).map((line) => line.start);
}

/** Lengths of what both texts begin and end with; neither a surrogate pair nor a CRLF is cut. */
function commonEnds(a: string, b: string): { head: number; tail: number } {
  const limit = Math.min(a.length, b.length);
  let head = 0;
  while (head < limit && a[head] === b[head]) head += 1;
  if (head > 0 && (isPairAt(a, head) || isPairAt(b, head))) head -= 1;
  let tail = 0;
  while (tail < limit - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  if (tail > 0 && (isPairAt(a, a.length - tail) || isPairAt(b, b.length - tail))) tail -= 1;
  return { head, tail };
}

/** True where the characters around `at` belong together. */
function isPairAt(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === 13) return text.charCodeAt(at) === 10;
  return before >= 0xd800 && before <= 0xdbff;
}
