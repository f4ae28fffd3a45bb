// The status bar says what is running, how many approvals wait, and what the current run has used; a click shows the chat.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS } from '../ids';
import type { RunsSource } from './runsSource';
import { statusText, type StatusWords } from './statusText';

const TICK_MS = 1000;
const CHANGE_MS = 100;

/** Hidden while nothing works. */
export class RunStatusItem implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private timer: Disposable | undefined;
  /** A change waits to be shown. */
  private isDue = false;

  constructor(
    private readonly runs: RunsSource,
    private readonly clock: Clock,
  ) {
    this.item = this.owned.add(
      vscode.window.createStatusBarItem('agentTeam.running', vscode.StatusBarAlignment.Left, 10),
    );
    this.item.name = vscode.l10n.t('Agent Team');
    this.item.command = COMMANDS.focusChat;
    this.owned.add(runs.onDidChange(() => this.changed()));
    this.update();
  }

  dispose(): void {
    this.timer?.dispose();
    this.owned.dispose();
  }

  /** Shown soon, and once for many changes in a row. */
  private changed(): void {
    if (this.isDue) return;
    this.timer?.dispose();
    this.isDue = true;
    this.schedule(CHANGE_MS);
  }

  private schedule(delayMs: number): void {
    this.timer = this.clock.after(delayMs, () => {
      this.timer = undefined;
      this.isDue = false;
      this.update();
    });
  }

  private update(): void {
    const text = statusText(this.runs, this.clock.now(), statusWords());
    if (!text) {
      this.item.hide();
      return;
    }
    this.item.text = text.text;
    this.item.tooltip = text.tooltip;
    this.item.accessibilityInformation = { label: text.spoken };
    this.item.backgroundColor = text.waits ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
    this.schedule(TICK_MS);
  }
}

function statusWords(): StatusWords {
  return {
    runs: (count) => vscode.l10n.t('{0} runs', count),
    progress: (done, all) => vscode.l10n.t('{0} of {1} tasks', done, all),
    approvals: (count) =>
      count === 1 ? vscode.l10n.t('1 approval waits') : vscode.l10n.t('{0} approvals wait', count),
    tokens: (formatted) => vscode.l10n.t('{0} tokens', formatted),
    choosing: vscode.l10n.t('choosing an agent'),
    working: vscode.l10n.t('Agent Team is working'),
    show: vscode.l10n.t('Click to show the chat'),
  };
}
