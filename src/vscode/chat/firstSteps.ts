// Example requests for an empty chat, made from what is open, broken or changed here and now.
import * as vscode from 'vscode';
import type { ChatSetup } from '../../protocol/chat/chatState';

type FirstStep = ChatSetup['firstSteps'][number];

/** Three requests; without a folder, the way to one. `changedFiles` is the number of files with uncommitted changes. */
export function firstSteps(changedFiles: number): ChatSetup['firstSteps'] {
  if (!vscode.workspace.workspaceFolders?.length)
    return [{ label: vscode.l10n.t('Open the folder that you work on'), icon: 'folder-opened', action: 'openFolder' }];
  const steps = [problemStep(), changesStep(changedFiles), openFileStep()].filter((step) => step !== undefined);
  return [...steps, ...generalSteps()].slice(0, 3);
}

function openFileStep(): FirstStep | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || !vscode.workspace.getWorkspaceFolder(document.uri)) return undefined;
  const path = vscode.workspace.asRelativePath(document.uri);
  return {
    label: vscode.l10n.t('Explain {0}', nameOf(path)),
    request: vscode.l10n.t('What does {0} do, and what should I know before I change it?', fileWord(path)),
    icon: 'comment-discussion',
  };
}

function problemStep(): FirstStep | undefined {
  let worst: { path: string; count: number } | undefined;
  for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
    if (!vscode.workspace.getWorkspaceFolder(uri)) continue;
    const count = diagnostics.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning).length;
    if (count > (worst?.count ?? 0)) worst = { path: vscode.workspace.asRelativePath(uri), count };
  }
  if (!worst) return undefined;
  const name = nameOf(worst.path);
  return {
    label:
      worst.count === 1
        ? vscode.l10n.t('Fix the problem in {0}', name)
        : vscode.l10n.t('Fix {0} problems in {1}', worst.count, name),
    request: vscode.l10n.t('Fix the problems in {0}', fileWord(worst.path)),
    icon: 'wrench',
  };
}

function changesStep(changedFiles: number): FirstStep | undefined {
  if (changedFiles === 0) return undefined;
  return {
    label:
      changedFiles === 1
        ? vscode.l10n.t('Review my uncommitted changes (1 file)')
        : vscode.l10n.t('Review my uncommitted changes ({0} files)', changedFiles),
    request: '/review #changes',
    icon: 'git-compare',
  };
}

function generalSteps(): FirstStep[] {
  return [
    {
      label: vscode.l10n.t('Show how this project is put together'),
      request: vscode.l10n.t('How is this project put together? Name the main parts and where they are.'),
      icon: 'list-tree',
    },
    {
      label: vscode.l10n.t('Look for security problems'),
      request: vscode.l10n.t('Are there security problems in this project?'),
      icon: 'shield',
    },
    {
      label: vscode.l10n.t('Find code without tests'),
      request: vscode.l10n.t('Which parts of this project have no tests, and which should get them first?'),
      icon: 'beaker',
    },
  ];
}

function fileWord(path: string): string {
  return `#file:${path.replaceAll(' ', '%20')}`;
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}
