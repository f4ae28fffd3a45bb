// Which files editors hold: those are changed through the editor, all others as bytes.
import * as vscode from 'vscode';
import type { Disk } from './disk';

/** All uris that a tab shows. Looks at the fields, since tabs of merges and of several diffs have no type of their own. */
export function urisOfTab(tab: vscode.Tab): vscode.Uri[] {
  const input: unknown = tab.input;
  if (typeof input !== 'object' || input === null) return [];
  const { textDiffs } = input as { textDiffs?: unknown };
  const fields: unknown[] = Object.values(input);
  if (Array.isArray(textDiffs)) fields.push(...textDiffs.flatMap((diff: object) => Object.values(diff) as unknown[]));
  return fields.filter((field) => field instanceof vscode.Uri);
}

export function hasTab(uri: vscode.Uri): boolean {
  const wanted = uri.toString();
  return vscode.window.tabGroups.all.some((group) =>
    group.tabs.some((tab) => urisOfTab(tab).some((shown) => shown.toString() === wanted)),
  );
}

/** A document that a language service has loaded is nobody's: it has no tab, no changes, and follows the disk. */
const isHeld = (document: vscode.TextDocument) =>
  !document.isClosed && (document.isDirty || document.isUntitled || hasTab(document.uri));

/**
 * The documents that editors hold for the file at `uri`: under its own name, or under that of a link to it.
 * A document with unsaved text comes first.
 */
export async function heldDocuments(disk: Disk, uri: vscode.Uri): Promise<vscode.TextDocument[]> {
  const wanted = uri.toString();
  const real = (await disk.real(uri)).toString();
  const found: vscode.TextDocument[] = [];
  for (const document of vscode.workspace.textDocuments) {
    if (document.uri.scheme !== uri.scheme || !isHeld(document)) continue;
    const isSame = document.uri.toString() === wanted || (await disk.real(document.uri)).toString() === real;
    if (isSame) found.push(document);
  }
  return found.sort((a, b) => Number(b.isDirty) - Number(a.isDirty));
}

/** The notebook that an editor holds for `uri`. */
export function heldNotebook(uri: vscode.Uri): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find(
    (notebook) => !notebook.isClosed && notebook.uri.toString() === uri.toString(),
  );
}
