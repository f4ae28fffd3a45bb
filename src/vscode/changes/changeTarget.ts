// What a command on changes is about: what its arguments name, or what the cursor is on.
import * as vscode from 'vscode';
import type { ChangeReview, FileSides } from '../../core/changes/changeReview';
import type { LineHunk } from '../../core/changes/lineHunks';
import { parseChangeUri, type ChangeSide } from './changeUris';
import { openChanges } from './openChanges';

export interface ChangeTarget {
  runId: string;
  path?: string;
  hunkId?: string;
}

/** What the cursor of the active editor is on: a hunk, else its file; undefined where the editor shows no open change. */
export async function targetAtCursor(review: ChangeReview): Promise<ChangeTarget | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const line = editor.selection.active.line;
  const shown = parseChangeUri(editor.document.uri);
  if (shown) {
    const { runId, path, side } = shown;
    const sides = await review.sides(runId, path);
    return sides && { runId, path, ...hunkAt(sides, side, line) };
  }
  const target = await targetOfFile(review, editor.document.uri);
  if (!target) return undefined;
  const { sides, ...place } = target;
  // Line numbers mean the same only while the file is what the run saw.
  return sides.base === editor.document.getText() ? { ...place, ...hunkAt(sides, 'base', line) } : place;
}

/** The open change of the file at `uri`, of the newest run that has one. */
export async function targetOfFile(
  review: ChangeReview,
  uri: vscode.Uri,
): Promise<{ runId: string; path: string; sides: FileSides } | undefined> {
  // Ids of runs grow with time.
  const changes = openChanges(review.list()).sort((a, b) => b.runId.localeCompare(a.runId));
  for (const { runId, path } of changes) {
    const sides = await review.sides(runId, path);
    if (sides?.location.uri === uri.toString()) return { runId, path, sides };
  }
  return undefined;
}

function hunkAt(sides: FileSides, side: ChangeSide, line: number): { hunkId?: string } {
  const isBase = side === 'base';
  const found = sides.hunks.find((hunk) => {
    const { start, length } = extent(hunk, isBase);
    return length === 0 ? line === start || line === start - 1 : line >= start && line < start + length;
  });
  return found ? { hunkId: found.id } : {};
}

function extent(hunk: LineHunk, isBase: boolean): { start: number; length: number } {
  return isBase
    ? { start: hunk.oldStart, length: hunk.oldLines.length }
    : { start: hunk.newStart, length: hunk.newLines.length };
}
