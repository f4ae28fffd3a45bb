// Edits to documents that editors hold: one workspace edit for all of them, so one undo step; selections and scrolling follow the text.
import * as vscode from 'vscode';
import type { Replacement } from '../../core/changes/editText';
import { lineHunks, linesWithEndings } from '../../core/changes/lineHunks';
import { ApplyProblem, StalePlan } from './applyProblem';
import type { HeldDocument, OwnEdits } from './ownEdits';
import type { DocumentStep, NotebookStep } from './planSteps';

/** A save waits for what people run on save; one that never ends must not hold up everything else. */
const SAVE_TIMEOUT_MS = 60_000;

/**
 * Edits all documents at once and saves those that were clean. Hands what takes it back to `onDone` before it goes on;
 * throws `StalePlan` when somebody typed in between, `ApplyProblem` when a document can't be saved.
 */
export async function applyToDocuments(
  steps: readonly (DocumentStep | NotebookStep)[],
  { onDone, own }: { onDone: (path: string, undo: () => Promise<void>) => void; own: OwnEdits },
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const step of steps) {
    const { isClosed, version } = step.kind === 'notebook' ? step.notebook : step.document;
    if (isClosed || version !== step.version) throw new StalePlan(step.path);
    for (const { document, replacements } of partsOf(step)) addReplacements(edit, document, replacements);
  }
  const [first] = steps;
  // VS Code compares the documents' versions again, in the process that owns them.
  if (!(await vscode.workspace.applyEdit(edit))) throw new StalePlan(first?.path ?? '');
  // What was not saved before has changes of the person's: whoever saves that saves theirs.
  for (const step of steps) if (step.saves) own.note(savedBy(step));
  for (const step of steps) onDone(step.path, async () => restore(step, own));
  for (const step of steps) if (step.saves) await save(savedBy(step), step.path, own);
}

/** The documents that hold the texts of a step. */
function partsOf(step: DocumentStep | NotebookStep) {
  return step.kind === 'notebook' ? step.cells : [step];
}

const savedBy = (step: DocumentStep | NotebookStep) => (step.kind === 'notebook' ? step.notebook : step.document);

function addReplacements(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  replacements: readonly Replacement[],
): void {
  for (const { start, end, text } of replacements) {
    edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  }
}

/** Brings the text back that was there before, by as little as possible. */
async function restore(step: DocumentStep | NotebookStep, own: OwnEdits): Promise<void> {
  const { path, saves } = step;
  const edit = new vscode.WorkspaceEdit();
  for (const { document: known, before } of partsOf(step)) {
    // A rename that was taken back has closed the document and opened another one.
    const document = await vscode.workspace.openTextDocument(known.uri);
    addReplacements(edit, document, minimalReplacements(document.getText(), before));
  }
  if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit))) {
    throw new ApplyProblem(path, 'file.not_restored', vscode.l10n.t('The editor refused the edit.'));
  }
  if (!saves) return;
  const saved = step.kind === 'notebook' ? step.notebook : await vscode.workspace.openTextDocument(step.document.uri);
  if (saved.isDirty) await save(saved, path, own);
}

/** The replacements by whole lines that turn `from` into `to`. */
export function minimalReplacements(from: string, to: string): Replacement[] {
  const starts = [0];
  for (const line of linesWithEndings(from)) starts.push((starts.at(-1) ?? 0) + line.length);
  return lineHunks(from, to).map(({ oldStart, oldLines, newLines }) => ({
    start: starts[oldStart] ?? from.length,
    end: starts[oldStart + oldLines.length] ?? from.length,
    text: newLines.join(''),
  }));
}

async function save(document: HeldDocument, path: string, own: OwnEdits): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), SAVE_TIMEOUT_MS);
  });
  const isSaved = await own.whileSaving(document, () => Promise.race([document.save(), late]));
  clearTimeout(timer);
  if (isSaved) return;
  throw new ApplyProblem(path, 'file.not_saved', vscode.l10n.t('{0} could not be saved.', path));
}
