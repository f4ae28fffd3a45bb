// The code that a person points at, as context items. The text is taken at that moment: it is what they asked about.
import * as vscode from 'vscode';
import type { ContextItem } from '../../api';

/** Longest text that travels inside a context item, in characters; of more, the agent reads the file itself. */
const MAX_TEXT_LENGTH = 60_000;

/** The selections of the active editor; with `orWholeFile`, the file where nothing is selected. Empty without an editor. */
export function selectionContext(options: { orWholeFile: boolean }): ContextItem[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  const { document } = editor;
  const selected = editor.selections.filter((selection) => !selection.isEmpty);
  if (selected.length > 0) return selected.map((selection) => itemOf(document, selection));
  if (!options.orWholeFile) return [];
  const end = document.lineAt(document.lineCount - 1).range.end;
  return [itemOf(document, new vscode.Range(0, 0, end.line, end.character))];
}

function itemOf(document: vscode.TextDocument, range: vscode.Range): ContextItem {
  const text = document.getText(range);
  return {
    uri: document.uri.toString(),
    range: {
      start: { line: range.start.line, character: range.start.character },
      end: { line: range.end.line, character: range.end.character },
    },
    label: labelOf(document, range),
    ...(text.length <= MAX_TEXT_LENGTH && { text }),
  };
}

/** `math.ts:5-7`, 1-based; a selection that ends before a line's first character does not count that line. */
function labelOf(document: vscode.TextDocument, range: vscode.Range): string {
  const name = document.uri.path.split('/').at(-1) ?? document.uri.path;
  const start = range.start.line + 1;
  const end = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  return start === end ? `${name}:${start}` : `${name}:${start}-${end}`;
}
