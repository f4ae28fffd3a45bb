// Lets a person settle what does not merge: in VS Code's merge editor where it can be opened, else by a preview and a question.
import * as vscode from 'vscode';
import type { ChangeConflict, ChangeReview } from '../../core/changes/changeReview';
import { isFailure } from '../../core/failure';
import { DisposableStore } from '../../core/disposable';
import { isNotebookPath } from '../../core/workspace/notebookFile';
import { baseName } from '../../core/workspace/uri';
import { CONFLICT_LABELS } from './changeDocuments';
import { changeUri, type ChangeSide } from './changeUris';
import { urisOfTab } from './heldDocuments';

/** Not a documented command: used where it is there. */
const MERGE_EDITOR = '_open.mergeEditor';

export interface ChangeConflictsOptions {
  review: ChangeReview;
  /** Closes what shows a change in which nothing waits any more. */
  closeSettled: (runId: string) => Promise<void>;
  /** Default: true where this VS Code has the command. */
  hasMergeEditor?: () => Promise<boolean>;
  /** Resolves with the chosen button, if any. */
  ask?: (question: string, ...choices: string[]) => Thenable<string | undefined>;
}

const hasMergeCommand = async () => (await vscode.commands.getCommands(false)).includes(MERGE_EDITOR);

export class ChangeConflicts implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  /** Conflicts that stand in a merge editor, by the uri of its result. */
  private readonly merging = new Map<string, ChangeConflict>();

  constructor(private readonly options: ChangeConflictsOptions) {
    this.owned.add(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) void this.mergeClosed(tab);
      }),
    );
  }

  /** Opens the conflict; returns once it is on the screen, or settled by an answer. */
  async open(runId: string, path: string): Promise<void> {
    const { review, hasMergeEditor = hasMergeCommand } = this.options;
    await review.load(runId);
    const conflict = review.conflict(runId, path);
    if (!conflict) return;
    // The merge editor would show a notebook's file, not its cells.
    const canMerge =
      conflict.present !== undefined && conflict.proposed !== undefined && !isNotebookPath(conflict.path);
    if (canMerge && (await hasMergeEditor())) await this.openMergeEditor(conflict);
    else await this.ask(conflict);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async openMergeEditor(conflict: ChangeConflict): Promise<void> {
    const output = vscode.Uri.parse(conflict.location.uri);
    const side = (name: ChangeSide) => changeUri({ runId: conflict.runId, path: conflict.path, side: name });
    this.merging.set(output.toString(), conflict);
    await vscode.commands.executeCommand(MERGE_EDITOR, {
      base: side('conflictBase'),
      input1: { uri: side('conflictPresent'), title: vscode.l10n.t('Workspace') },
      input2: { uri: side('conflictProposed'), title: vscode.l10n.t('Agent Team') },
      output,
    });
  }

  /** Whoever closes the merge editor with another text in the file has settled the conflict. */
  private async mergeClosed(tab: vscode.Tab): Promise<void> {
    const uris = urisOfTab(tab).map((uri) => uri.toString());
    const isMerge = uris.some((uri) => uri.startsWith(`${changeUri({ runId: '', path: '', side: 'base' }).scheme}:`));
    const result = isMerge ? uris.find((uri) => this.merging.has(uri)) : undefined;
    const conflict = result === undefined ? undefined : this.merging.get(result);
    if (result === undefined || !conflict) return;
    this.merging.delete(result);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(result));
    if (document.getText() === conflict.present) return;
    await this.settle(conflict);
  }

  private async ask(conflict: ChangeConflict): Promise<void> {
    const { runId, path } = conflict;
    const name = baseName(path);
    const markers = conflict.withMarkers?.(CONFLICT_LABELS);
    await vscode.commands.executeCommand(
      'vscode.diff',
      changeUri({ runId, path, side: 'conflictPresent' }),
      changeUri({ runId, path, side: markers === undefined ? 'conflictProposed' : 'markers' }),
      vscode.l10n.t('{0} (conflict)', name),
      { preview: true },
    );
    const keep = vscode.l10n.t('Keep mine');
    const take = vscode.l10n.t('Take the proposal');
    const write = vscode.l10n.t('Write both with markers');
    const question = vscode.l10n.t('What the team proposes for {0} does not merge with what is in the file.', name);
    const choices = [
      keep,
      ...(conflict.proposed === undefined ? [] : [take]),
      ...(markers === undefined ? [] : [write]),
    ];
    const { ask = vscode.window.showWarningMessage } = this.options;
    const choice = await ask(question, ...choices);
    if (choice === keep) await this.settle(conflict);
    if (choice === take) await this.settle(conflict, conflict.proposed);
    if (choice === write) await this.settle(conflict, markers);
  }

  private async settle({ runId, path }: ChangeConflict, text?: string): Promise<void> {
    const outcome = await this.options.review.resolve(runId, path, text);
    if (isFailure(outcome)) {
      void vscode.window.showErrorMessage(outcome.message);
      return;
    }
    const [failed] = outcome.failed;
    if (failed) void vscode.window.showErrorMessage(failed.message);
    await this.options.closeSettled(runId);
  }
}
