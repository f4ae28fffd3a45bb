// Open notebooks in the form that core renders.
import { TextDecoder } from 'node:util';
import * as vscode from 'vscode';
import type { NotebookCell } from '../../core/workspace/notebookText';

const decoder = new TextDecoder();
const TEXTUAL = ['text/plain', 'application/vnd.code.notebook.stdout', 'application/vnd.code.notebook.stderr'];

function outputText(output: vscode.NotebookCellOutput): string {
  const textual = output.items.find((item) => TEXTUAL.includes(item.mime));
  if (textual) return decoder.decode(textual.data);
  const fault = output.items.find((item) => item.mime === 'application/vnd.code.notebook.error');
  if (fault === undefined) return `[${output.items[0]?.mime ?? 'nothing'}]`;
  const { name = 'Error', message = '' } = JSON.parse(decoder.decode(fault.data)) as {
    name?: string;
    message?: string;
  };
  return `${name}: ${message}`;
}

/** The cells of an open notebook, unsaved changes included. */
export function notebookCells(notebook: vscode.NotebookDocument): NotebookCell[] {
  return notebook.getCells().map((cell) => ({
    kind: cell.kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
    languageId: cell.document.languageId,
    source: cell.document.getText(),
    outputs: cell.outputs.map(outputText),
  }));
}
