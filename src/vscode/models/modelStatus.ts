// The status item that says which model answers, and why that one.
import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { ModelDescription } from '../../core/model/modelChoice';
import type { ModelDirectory } from '../../core/model/modelDirectory';
import { COMMANDS } from '../ids';
import { asText } from '../markdownText';
import { labelOfModel, whyThisModel } from './modelSentences';

/** Owns one status bar item; it follows the directory until it is disposed. */
export class ModelStatus implements Disposable {
  /** What is shown; tests read it. */
  readonly item: vscode.StatusBarItem;
  private readonly subscription: Disposable;

  constructor(private readonly directory: Pick<ModelDirectory, 'current' | 'onDidChange'>) {
    this.item = vscode.window.createStatusBarItem('agentTeam.model', vscode.StatusBarAlignment.Right, 90);
    this.item.name = vscode.l10n.t('Agent Team: Model');
    this.item.command = COMMANDS.selectModel;
    this.subscription = directory.onDidChange(() => this.update());
    this.update();
    this.item.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const description = this.directory.current();
    const label = labelOfModel(description);
    this.item.text = `$(${iconOf(description)}) ${label}`;
    this.item.tooltip = tooltipOf(description);
    const why = whyThisModel(description);
    this.item.accessibilityInformation = { label: vscode.l10n.t('Agent Team model: {0}. {1}', label, why) };
    this.item.backgroundColor =
      description?.kind === 'failed' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

function iconOf(description: ModelDescription | undefined): string {
  if (description?.kind === 'failed') return 'warning';
  return description?.kind === 'selected' && !description.isLanguageModel ? 'circle-slash' : 'sparkle';
}

function tooltipOf(description: ModelDescription | undefined): vscode.MarkdownString {
  const passedOver = description?.kind === 'selected' ? description.reason.passedOver : [];
  const paragraphs = [
    asText(whyThisModel(description)),
    passedOver.map(({ needs }) => `- ${asText(needs)}`).join('\n'),
    asText(vscode.l10n.t('Click to choose another model.')),
  ];
  return new vscode.MarkdownString(paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'));
}
