// The `LanguageEdits` port: asks VS Code what a rename or a code action would change, and applies nothing.
import * as vscode from 'vscode';
import type { Range } from '../../api';
import { failure, isFailure, messageOf, type Failure } from '../../core/failure';
import type { LanguageEdit, LanguageEdits } from '../../core/tools/writing/languageEdits';
import type { FileLocation } from '../../core/workspace/workspace';
import { settledDiagnostics, untilAnswered } from './languageWarmUp';
import type { VsCodeWorkspace } from './vsCodeWorkspace';

/** Titles that a failure lists. */
const MAX_TITLES = 20;
/** Actions whose edits are worked out to get the one that was chosen. */
const MAX_RESOLVED = 30;

const rangeOf = ({ start, end }: vscode.Range): Range => ({
  start: { line: start.line, character: start.character },
  end: { line: end.line, character: end.character },
});

export class VsCodeLanguageEdits implements LanguageEdits {
  constructor(private readonly workspace: VsCodeWorkspace) {}

  async rename(
    location: FileLocation,
    { position, newName }: { position: Range['start']; newName: string },
    signal: AbortSignal,
  ): Promise<LanguageEdit | Failure> {
    const uri = vscode.Uri.parse(location.uri);
    await vscode.workspace.openTextDocument(uri);
    const at = new vscode.Position(position.line, position.character);
    const ask = async (): Promise<vscode.WorkspaceEdit | Failure | undefined> => {
      try {
        return await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
          'vscode.executeDocumentRenameProvider',
          uri,
          at,
          newName,
        );
      } catch (error) {
        // The service's own reason: not a symbol, a library's symbol, a name that is taken.
        return failure('rename.refused', `The language service refuses this rename: ${messageOf(error)}`);
      }
    };
    // While a project is being loaded, services answer for a part of it: what has references must be renamed as well.
    const isWhole = async (answer: vscode.WorkspaceEdit) => {
      const found =
        (await vscode.commands.executeCommand<vscode.Location[] | undefined>(
          'vscode.executeReferenceProvider',
          uri,
          at,
        )) ?? [];
      return found.every((reference) => answer.has(reference.uri));
    };
    const answered = await untilAnswered(
      async () => {
        const answer = await ask();
        const isEdit = answer instanceof vscode.WorkspaceEdit && answer.size > 0;
        return { answer, isDone: isEdit && (await isWhole(answer)), isEdit };
      },
      ({ isDone }) => isDone,
      signal,
    );
    const { answer: edit } = answered;
    if (answered.isEdit && !answered.isDone) {
      return failure(
        'rename.incomplete',
        'The language service would leave some uses as they are: it may still be loading. Try again later, or use edit_file.',
        true,
      );
    }
    if (isFailure(edit)) return edit;
    if (!edit || edit.size === 0) {
      return failure('rename.refused', `No language service can rename this in "${location.path}". Use edit_file.`);
    }
    return this.languageEdit(edit, 'rename');
  }

  async codeAction(
    location: FileLocation,
    { line, title }: { line: number; title: string },
    signal: AbortSignal,
  ): Promise<LanguageEdit | Failure> {
    const uri = vscode.Uri.parse(location.uri);
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === location.uri);
    if (!isOpen) await settledDiagnostics(uri, signal);
    const document = await vscode.workspace.openTextDocument(uri);
    if (line >= document.lineCount) return failure('code_action.not_found', `"${location.path}" has no such line.`);
    const { range } = document.lineAt(line);
    const ask = async (kind: string | undefined, resolved: number) =>
      (await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[] | undefined>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
        kind,
        resolved,
      )) ?? [];
    const quickFix = vscode.CodeActionKind.QuickFix.value;
    // Refactorings come at once, quick fixes only when the line has been checked; a list of all kinds may lack them.
    const offered = await untilAnswered(
      async () => [
        ...(await ask(quickFix, 0)).map((action) => ({ title: action.title, kind: quickFix })),
        ...(await ask(undefined, 0)).map((action) => ({ title: action.title, kind: undefined })),
      ],
      (actions) => !isFailure(indexOfTitle(actions, title)),
      signal,
    );
    const index = indexOfTitle(offered, title);
    if (isFailure(index)) return index;
    const { kind, title: whole } = offered[index] ?? { kind: undefined, title };
    // Many services work out an action's edit only when it is asked for.
    const chosen = (await ask(kind, MAX_RESOLVED)).find((action) => action.title === whole);
    return this.editOfAction(chosen, title);
  }

  private editOfAction(action: vscode.CodeAction | vscode.Command | undefined, title: string): LanguageEdit | Failure {
    // A bare command has neither; VS Code's own objects have both fields, also where they are empty.
    const { edit, disabled } = (action ?? {}) as Partial<Pick<vscode.CodeAction, 'edit' | 'disabled'>>;
    if (disabled) return failure('code_action.not_found', `"${title}" can't be used here: ${disabled.reason}`);
    if (edit && edit.size > 0) return this.languageEdit(edit, 'code_action');
    return failure(
      'code_action.not_text',
      `"${title}" is no change of text but a command of the editor, which only the person can run. Use edit_file.`,
    );
  }

  private languageEdit(edit: vscode.WorkspaceEdit, kind: 'rename' | 'code_action'): LanguageEdit | Failure {
    if (movesFiles(edit)) {
      return failure(`${kind}.moves_files`, 'This would create, rename or delete files too. Use the tools for files.');
    }
    const files: LanguageEdit['files'] = [];
    for (const [uri, edits] of edit.entries()) {
      const location = this.workspace.locationOfUri(uri.toString());
      if (!location) {
        const message = `This would change "${uri.path}", which is outside the workspace. Nothing was changed.`;
        return failure(`${kind}.outside`, message);
      }
      files.push({ location, edits: edits.map(({ range, newText }) => ({ range: rangeOf(range), text: newText })) });
    }
    return { files };
  }
}

/** `entries` tells text edits only; the rest is looked for where VS Code has it, and taken for absent where that is gone. */
function movesFiles(edit: vscode.WorkspaceEdit): boolean {
  const { _allEntries: all } = edit as { _allEntries?: unknown };
  if (typeof all !== 'function') return false;
  const entries: unknown = all.call(edit);
  return Array.isArray(entries) && entries.some((entry: object) => 'from' in entry);
}

function indexOfTitle(actions: readonly { title: string }[], title: string): number | Failure {
  const titles = actions.map((action) => action.title);
  const wanted = title.trim().toLowerCase();
  const exact = titles.indexOf(title);
  if (exact >= 0) return exact;
  const same = titles.findIndex((candidate) => candidate.toLowerCase() === wanted);
  if (same >= 0) return same;
  const like = titles.flatMap((candidate, index) =>
    candidate.toLowerCase().includes(wanted) && titles.indexOf(candidate) === index ? [index] : [],
  );
  const [only] = like;
  if (only !== undefined && like.length === 1) return only;
  const list = (shown: readonly string[]) =>
    shown
      .slice(0, MAX_TITLES)
      .map((candidate) => `"${candidate}"`)
      .join(', ');
  if (like.length > 1) {
    const names = list(like.map((index) => titles[index] ?? ''));
    return failure('code_action.ambiguous', `Several actions are like "${title}": ${names}. Give the whole title.`);
  }
  const there = titles.length === 0 ? 'There are none on this line.' : `There are: ${list([...new Set(titles)])}.`;
  return failure('code_action.not_found', `No code action "${title}" is offered there. ${there}`);
}
