// The one place that shows errors to people: a `UserError` as it is, anything else as the bug that it is.
import * as vscode from 'vscode';
import { messageOf, UserError } from '../../core/failure';
import { COMMANDS } from '../ids';

export function showError(error: unknown): void {
  if (error instanceof UserError) {
    void vscode.window.showErrorMessage(error.message);
    return;
  }
  const message = messageOf(error);
  const text = message.startsWith('Internal error') ? message : vscode.l10n.t('Internal error: {0}', message);
  const showLog = vscode.l10n.t('Show log');
  void vscode.window.showErrorMessage(text, showLog).then((choice) => {
    if (choice === showLog) void vscode.commands.executeCommand(COMMANDS.showLog);
  });
}
