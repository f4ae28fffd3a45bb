// How VS Code tells that a run has ended.
import * as vscode from 'vscode';
import { formatDuration } from '../../protocol/measures';
import { showError } from '../edge/showError';
import { COMMANDS } from '../ids';
import { failureText } from '../failureText';
import type { EndButton, EndNotice } from './runNotifications';

/** Shows a notification; its buttons do what they say. */
export function tellOfEnd(notice: EndNotice): void {
  const { view, buttons } = notice;
  const names = buttonNames();
  const show = view.status === 'completed' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  show(sentence(notice), ...buttons.map((button) => names[button]))
    .then(async (choice) => {
      const button = buttons.find((candidate) => names[candidate] === choice);
      if (button) await vscode.commands.executeCommand(COMMAND_OF[button], { runId: view.runId });
    })
    .then(undefined, showError);
}

const COMMAND_OF: Record<EndButton, string> = {
  show: COMMANDS.openRun,
  changes: COMMANDS.showChanges,
  report: COMMANDS.openRunReport,
};

function buttonNames(): Record<EndButton, string> {
  return {
    show: vscode.l10n.t('Show'),
    changes: vscode.l10n.t('Changes'),
    report: vscode.l10n.t('Report'),
  };
}

function sentence({ view, tookMs }: EndNotice): string {
  const { title, status, tasks, error } = view;
  const done = tasks.filter((task) => task.status === 'completed').length;
  if (status === 'completed') return vscode.l10n.t('“{0}” is done ({1}).', title, formatDuration(tookMs));
  if (status === 'partial' && tasks.length > 0)
    return vscode.l10n.t('“{0}” is incomplete: {1} of {2} tasks are done.', title, done, tasks.length);
  if (status === 'partial') return vscode.l10n.t('“{0}” is incomplete.', title);
  return vscode.l10n.t('“{0}” failed: {1}', title, error ? failureText(error) : '');
}
