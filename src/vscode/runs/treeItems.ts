// Rows as VS Code's tree items: icons, tooltips, what a click does, what a screen reader says.
import * as vscode from 'vscode';
import { COMMANDS } from '../ids';
import { asParagraphs, asText } from '../markdownText';
import { shortened, type Row } from './row';
import { detailNames } from './runWords';
import type { RunNode } from './treeNodes';

export function fillItem(row: Row, node: RunNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(labelOf(row), row.children ? (row.isOpen ? Expanded : Collapsed) : None);
  item.id = row.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(
    row.icon,
    row.colour === undefined ? undefined : new vscode.ThemeColor(row.colour),
  );
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: spoken(row) };
  const command = commandOf(row, node);
  if (command) item.command = command;
  return item;
}

/** Everything that is known of a row. */
export function describeItem(row: Row): vscode.MarkdownString {
  const names = detailNames();
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${asText(row.label)}**\n\n${asText(row.description)}`);
  for (const [name, value] of row.details) {
    if (!value) continue;
    const isTime = name === 'started';
    text.appendMarkdown(
      `\n\n${names[name] ?? name}: ${asParagraphs(isTime ? new Date(value).toLocaleString(vscode.env.language) : value)}`,
    );
  }
  return text;
}

/** Runs and tasks are called what somebody wrote, at any length. */
function labelOf({ label, contextValue }: Row): string {
  return /^(run|task) /.test(contextValue) ? shortened(label) : label;
}

function spoken({ label, description }: Row): string {
  return [label, ...description.split(' · ')].filter(Boolean).join(', ');
}

function commandOf(row: Row, node: RunNode): vscode.Command | undefined {
  const { contextValue } = row;
  if (contextValue.startsWith('run ')) {
    return { command: COMMANDS.openRun, title: vscode.l10n.t('Show run in chat'), arguments: [node] };
  }
  if (/^change file open\b/.test(contextValue)) {
    return { command: COMMANDS.showChanges, title: vscode.l10n.t('Show change'), arguments: [node] };
  }
  if (contextValue.startsWith('finding ')) {
    return { command: COMMANDS.showFinding, title: vscode.l10n.t('Show in the code'), arguments: [node] };
  }
  if (contextValue === 'more-runs') {
    return { command: COMMANDS.showMoreRuns, title: vscode.l10n.t('Show older runs'), arguments: [] };
  }
  return undefined;
}
