// What differs between two texts, as hunks that can be taken or left one by one. Lines carry their line endings, so no byte is lost.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { diffArrays } from 'diff';
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

/** The hunks that turn `before` into `after`, top down. Algorithm: Myers' O(ND) difference, from the diff library. */
export function lineHunks(before: string, after: string): LineHunk[] {
  if (before === after) return [];
  const oldAll = linesWithEndings(before);
  const newAll = linesWithEndings(after);
  const parts = diffArrays(oldAll, newAll, { maxEditLength: MAX_EDIT_LENGTH });
  if (!parts) return withIds([{ oldStart: 0, oldLines: oldAll, newStart: 0, newLines: newAll }]);
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
  return withIds(hunks);
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

function withIds(hunks: readonly Omit<LineHunk, 'id'>[]): LineHunk[] {
  const seen = new Map<string, number>();
  return hunks.map((hunk) => {
    const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify([hunk.oldLines, hunk.newLines])))).slice(0, 10);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return { id: count === 1 ? digest : `${digest}-${count}`, ...hunk };
  });
}
