// Operations on notebooks: an editor that holds one gets edits of its cells, a file that none holds gets its JSON edited.
import * as vscode from 'vscode';
import { isFailure } from '../../core/failure';
import { editedSources } from '../../core/workspace/notebookEdits';
import { editNotebookFile, isNotebookPath, seenFileText } from '../../core/workspace/notebookFile';
import { renderNotebook } from '../../core/workspace/notebookText';
import { textVersion } from '../../core/workspace/textVersion';
import { notebookCells } from '../editorTools/notebooks';
import { ApplyProblem, StalePlan } from './applyProblem';
import { minimalReplacements } from './documentEdits';
import { checkBase, type NotebookStep, type Operation } from './planSteps';

/** What runs see of a notebook that an editor holds. */
export const renderedNotebook = (notebook: vscode.NotebookDocument) => renderNotebook(notebookCells(notebook));

/** Edits of the cells that make the notebook what the operation wants. */
export function notebookStep(operation: Operation<'modify'>, notebook: vscode.NotebookDocument): NotebookStep {
  const { location, newText } = operation;
  const known = notebookCells(notebook);
  checkBase(renderNotebook(known), operation);
  const sources = editedSources(known, newText);
  if (isFailure(sources)) throw onlyCells(location.path);
  const cells = notebook.getCells().flatMap((cell, index) => {
    const source = sources[index];
    if (source === undefined) return [];
    const before = cell.document.getText();
    return { document: cell.document, before, replacements: minimalReplacements(before, source) };
  });
  const saves = !notebook.isDirty && !notebook.isUntitled;
  return { kind: 'notebook', path: location.path, notebook, version: notebook.version, cells, saves };
}

/** The operation on the text of a file: of a notebook's, on its JSON. Throws like `notebookStep`. */
export function onFileText(operation: Operation<'modify'>, fileText: string): Operation<'modify'> {
  const { location, newText, baseVersion } = operation;
  const seen = seenFileText(location.path, fileText);
  if (!isNotebookPath(location.path) || seen === fileText) return operation;
  if (textVersion(seen) !== baseVersion) throw new StalePlan(location.path);
  const edited = editNotebookFile(fileText, newText);
  // What does not come out as it was proposed is not written.
  if (isFailure(edited) || seenFileText(location.path, edited) !== newText) throw onlyCells(location.path);
  return {
    ...operation,
    baseVersion: textVersion(fileText),
    replacements: minimalReplacements(fileText, edited),
    newText: edited,
  };
}

function onlyCells(path: string): ApplyProblem {
  const message = vscode.l10n.t(
    '{0} is a notebook, and only the contents of its cells can be changed. Add, remove or run cells in its editor.',
    path,
  );
  return new ApplyProblem(path, 'file.notebook', message);
}
