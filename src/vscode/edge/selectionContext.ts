// The code that a person points at, as context items. The text is taken at that moment: it is what they asked about.
import * as vscode from 'vscode';
import type { ContextItem, Range } from '../../api';
import { placeOfDocument, selectedCells } from '../editorTools/notebookPlaces';

/** Longest text that travels inside a context item, in characters; of more, the agent reads the file itself. */
const MAX_TEXT_LENGTH = 60_000;

/** A stretch of code, with its lines as agents cite them. */
export interface PointedPlace {
  uri: vscode.Uri;
  range: Range;
  text: string;
}

/**
 * The selections of the active editor; with `orWholeFile`, the file, the cell or the selected cells of a notebook where nothing
 * is selected. Empty without an editor.
 */
export function pointedPlaces(options: { orWholeFile: boolean }): PointedPlace[] {
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.selections.filter((selection) => !selection.isEmpty) ?? [];
  if (editor && selected.length > 0) return selected.map((selection) => placeOf(editor.document, selection));
  if (!options.orWholeFile) return [];
  const documents = editor ? [editor.document] : selectedCells();
  return documents.map((document) => {
    const end = document.lineAt(document.lineCount - 1).range.end;
    return placeOf(document, new vscode.Range(0, 0, end.line, end.character));
  });
}

/** The same as context items. */
export function selectionContext(options: { orWholeFile: boolean }): ContextItem[] {
  return pointedPlaces(options).map(({ uri, range, text }) => ({
    uri: uri.toString(),
    range,
    label: labelOf(uri, range),
    ...(text.length <= MAX_TEXT_LENGTH && { text }),
  }));
}

function placeOf(document: vscode.TextDocument, { start, end }: vscode.Range): PointedPlace {
  const { uri, firstLine } = placeOfDocument(document);
  const range = {
    start: { line: start.line + firstLine, character: start.character },
    end: { line: end.line + firstLine, character: end.character },
  };
  return { uri, range, text: document.getText(new vscode.Range(start, end)) };
}

/** `math.ts:5-7`, 1-based; a selection that ends before a line's first character does not count that line. */
function labelOf(uri: vscode.Uri, range: Range): string {
  const name = uri.path.split('/').at(-1) ?? uri.path;
  const start = range.start.line + 1;
  const end = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  return start === end ? `${name}:${start}` : `${name}:${start}-${end}`;
}
