// Cells of notebooks and the lines of their notebook's text, which is what agents see and cite.
import * as vscode from 'vscode';
import { isNotebookPath } from '../../core/workspace/notebookFile';
import { cellStartLine } from '../../core/workspace/notebookText';
import { notebookCells } from './notebooks';

/** Where the lines of a document stand for agents: those of a cell in its notebook, any other's in itself. */
export interface DocumentPlace {
  uri: vscode.Uri;
  /** Zero-based: where the document's first line is. */
  firstLine: number;
}

export function placeOfDocument(document: vscode.TextDocument): DocumentPlace {
  return placeOfUri(document.uri);
}

export function placeOfUri(uri: vscode.Uri): DocumentPlace {
  if (uri.scheme !== 'vscode-notebook-cell') return { uri, firstLine: 0 };
  const wanted = uri.toString();
  for (const notebook of vscode.workspace.notebookDocuments) {
    const index = notebook.getCells().findIndex(({ document }) => document.uri.toString() === wanted);
    if (index >= 0) return { uri: notebook.uri, firstLine: cellStartLine(notebookCells(notebook), index) };
  }
  return { uri, firstLine: 0 };
}

/** The cell that has a line of a notebook's text; undefined for a file that is no notebook, and for lines between cells. */
export async function cellAt(uri: vscode.Uri, line: number): Promise<DocumentPlace | undefined> {
  if (!isNotebookPath(uri.path)) return undefined;
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  const cells = notebookCells(notebook);
  for (const [index, cell] of notebook.getCells().entries()) {
    const firstLine = cellStartLine(cells, index);
    if (line >= firstLine && line < firstLine + cell.document.lineCount) return { uri: cell.document.uri, firstLine };
  }
  return undefined;
}

/** Documents of the cells that are selected in the active notebook; none while a text editor has the focus. */
export function selectedCells(): vscode.TextDocument[] {
  const editor = vscode.window.activeNotebookEditor;
  if (vscode.window.activeTextEditor || !editor) return [];
  return editor.selections.flatMap((range) => editor.notebook.getCells(range)).map(({ document }) => document);
}
