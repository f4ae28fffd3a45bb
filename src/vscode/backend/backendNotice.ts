// What a person is told of the connection to the team: a question where something has to be done, an item in the status bar while it is lost.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { ExchangeHealth } from '../../core/events/eventExchange';
import { COMMANDS } from '../ids';
import { REDIS_KEY } from '../models/keyNames';

export interface ObservedExchange {
  health(): ExchangeHealth;
  onDidChange(handler: () => void): Disposable;
}

/** Shows a warning; resolves with the chosen button, if any. */
export type ShowWarning = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Connections come and go: what is back within this time was not worth a word. */
const PATIENCE_MS = 5000;

export class BackendNotice implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private timer: Disposable | undefined;
  /** What was asked about since the last connection. */
  private asked: string | undefined;

  constructor(
    private readonly exchange: ObservedExchange,
    private readonly clock: Clock,
    private readonly showWarning: ShowWarning = (message, ...buttons) =>
      vscode.window.showWarningMessage(message, ...buttons),
  ) {
    this.item = this.owned.add(
      vscode.window.createStatusBarItem('agentTeam.backend', vscode.StatusBarAlignment.Left, 9),
    );
    this.item.name = vscode.l10n.t('Agent Team: connection to the team');
    this.item.command = COMMANDS.showLog;
    this.owned.add(exchange.onDidChange(() => this.changed()));
  }

  dispose(): void {
    this.timer?.dispose();
    this.owned.dispose();
  }

  private changed(): void {
    const { state, problem } = this.exchange.health();
    if (state === 'connected') {
      this.timer?.dispose();
      this.timer = undefined;
      this.asked = undefined;
      this.item.hide();
      return;
    }
    if (problem && !problem.retryable && this.asked !== problem.reason) {
      this.asked = problem.reason;
      void this.ask(problem.reason, problem.message);
    }
    this.timer ??= this.clock.after(PATIENCE_MS, () => this.show());
    if (this.isShown) this.show();
  }

  private isShown = false;

  private show(): void {
    const { place, problem, unsent } = this.exchange.health();
    this.isShown = true;
    this.item.text = `$(debug-disconnect) ${vscode.l10n.t('Team offline')}`;
    const why = problem?.message ?? vscode.l10n.t('Connecting to {0}.', place);
    const waiting = vscode.l10n.t('{0} events wait to be sent.', unsent);
    this.item.tooltip = `${why}\n${waiting} ${vscode.l10n.t('Everything else works as always.')}`;
    this.item.show();
  }

  private async ask(reason: string, message: string): Promise<void> {
    const setPassword = vscode.l10n.t('Set password');
    const openSettings = vscode.l10n.t('Open settings');
    const text = vscode.l10n.t('Agent Team works without its team: {0}', message);
    const buttons = reason === 'broker.refused' ? [setPassword, openSettings] : [openSettings];
    const chosen = await this.showWarning(text, ...buttons);
    if (chosen === setPassword) await vscode.commands.executeCommand(COMMANDS.setApiKey, { target: REDIS_KEY });
    if (chosen === openSettings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTeam.events');
    }
  }
}
