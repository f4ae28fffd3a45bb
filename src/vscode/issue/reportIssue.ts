// `agentTeam.reportIssue`: VS Code's issue reporter where the extension has a tracker, else a text in an editor. Nothing is sent.
import * as vscode from 'vscode';
import { issueReport, type IssueFacts } from './issueReport';

export interface ReportIssueOptions {
  facts(): Promise<IssueFacts>;
  extension: Pick<vscode.Extension<unknown>, 'id' | 'packageJSON'>;
  execute?: (command: string, ...args: unknown[]) => Thenable<unknown>;
}

/** Returns what the report says about this installation. */
export async function reportIssue(options: ReportIssueOptions): Promise<string> {
  const { extension, execute = vscode.commands.executeCommand } = options;
  const data = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Agent Team: checking') },
    async () => issueReport(await options.facts()),
  );
  const { bugs } = extension.packageJSON as { bugs?: unknown };
  if (bugs === undefined) await showText(data);
  else {
    const issue = { extensionId: extension.id, issueBody: questions(), extensionData: data };
    await execute('workbench.action.openIssueReporter', issue);
  }
  return data;
}

async function showText(data: string): Promise<void> {
  const notice = vscode.l10n.t(
    'Nothing has been sent. Say what happened, read what stands below, and give it to whom you have the extension from. It holds choices, numbers and reasons, and no keys, addresses, paths, names or texts.',
  );
  const content = [`# ${vscode.l10n.t('Issue with Agent Team')}`, `> ${notice}`, questions(), data].join('\n\n');
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}

function questions(): string {
  const titles = [
    vscode.l10n.t('What happened'),
    vscode.l10n.t('What you expected'),
    vscode.l10n.t('What one has to do to see it'),
  ];
  return titles.map((title) => `## ${title}\n`).join('\n');
}
