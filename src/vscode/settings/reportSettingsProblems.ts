// Tells a person once about each setting that can't be used.
import * as vscode from 'vscode';
import { settingsProblemText } from './settingsProblemText';
import type { SettingsProblem } from './settingsSchema';
import type { VsCodeSettings } from './vsCodeSettings';

/** Shows a warning; resolves with the chosen button, if any. */
export type ShowWarning = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Warns about the problems there are and those that come; each only once as long as it lasts. The caller disposes what is returned. */
export function reportSettingsProblems(
  settings: Pick<VsCodeSettings, 'problems' | 'onDidChange'>,
  showWarning: ShowWarning = (message, ...buttons) => vscode.window.showWarningMessage(message, ...buttons),
): vscode.Disposable {
  let reported = new Set<string>();
  const report = () => {
    const problems = settings.problems();
    const news = problems.filter((problem) => !reported.has(identityOf(problem)));
    reported = new Set(problems.map(identityOf));
    if (news.length > 0) void warn(news, showWarning);
  };
  report();
  return settings.onDidChange(report);
}

async function warn(problems: readonly SettingsProblem[], showWarning: ShowWarning): Promise<void> {
  const [first] = problems;
  if (!first) return;
  const open = vscode.l10n.t('Open settings');
  const text = vscode.l10n.t("The setting {0} can't be used: {1}", first.key, settingsProblemText(first));
  const more = problems.length > 1 ? ` ${vscode.l10n.t('{0} more settings have problems.', problems.length - 1)}` : '';
  if ((await showWarning(text + more, open)) !== open) return;
  await vscode.commands.executeCommand('workbench.action.openSettings', first.key);
}

function identityOf({ key, problem }: SettingsProblem): string {
  return `${key}\n${problem}`;
}
