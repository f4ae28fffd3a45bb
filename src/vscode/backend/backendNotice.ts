// What a person is told of the connection to the team: a question where something has to be done, an item in the status bar while it is lost.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { ExchangeHealth } from '../../core/events/eventExchange';
import type { Failure } from '../../core/failure';
import { COMMANDS } from '../ids';
import { REDIS_KEY } from './keyNames';
import { problemText, waitingText } from './backendWords';

export interface ObservedExchange {
  health(): ExchangeHealth;
  onDidChange(handler: () => void): Disposable;
}

/** Shows a warning; resolves with the chosen button, if any. */
export type ShowWarning = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Connections come and go: what is back within this time was not worth a word. */
const PATIENCE_MS = 5000;

export interface BackendNoticeOptions {
  exchange: ObservedExchange;
  clock: Clock;
  showWarning?: ShowWarning;
  createItem?: () => StatusItem;
}

/** What is used of an item in the status bar. */
export type StatusItem = Pick<
  vscode.StatusBarItem,
  'name' | 'command' | 'text' | 'tooltip' | 'show' | 'hide' | 'dispose'
>;

const createStatusBarItem = () =>
  vscode.window.createStatusBarItem('agentTeam.backend', vscode.StatusBarAlignment.Left, 9);
const showWarningMessage: ShowWarning = (message, ...buttons) => vscode.window.showWarningMessage(message, ...buttons);

export class BackendNotice implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item: StatusItem;
  private timer: Disposable | undefined;
  private isShown = false;
  /** What was asked about since the last connection. */
  private asked: string | undefined;

  constructor(private readonly options: BackendNoticeOptions) {
    const { exchange, createItem = createStatusBarItem } = options;
    this.item = this.owned.add(createItem());
    this.item.name = vscode.l10n.t('Agent Team: connection to the team');
    this.item.command = COMMANDS.diagnose;
    this.owned.add(exchange.onDidChange(() => this.changed()));
  }

  dispose(): void {
    this.timer?.dispose();
    this.owned.dispose();
  }

  private changed(): void {
    const { state, problem } = this.options.exchange.health();
    if (state === 'connected') {
      this.timer?.dispose();
      this.timer = undefined;
      this.asked = undefined;
      this.isShown = false;
      this.item.hide();
      return;
    }
    if (problem && !problem.retryable && this.asked !== problem.reason) {
      this.asked = problem.reason;
      void this.ask(problem);
    }
    this.timer ??= this.options.clock.after(PATIENCE_MS, () => this.show());
    if (this.isShown) this.show();
  }

  private show(): void {
    const { place, problem, unsent } = this.options.exchange.health();
    this.isShown = true;
    this.item.text = `$(debug-disconnect) ${vscode.l10n.t('Team offline')}`;
    const why = problem ? problemText(problem) : vscode.l10n.t('Connecting to {0}.', place);
    this.item.tooltip = `${why}\n${waitingText(unsent)}`;
    this.item.show();
  }

  private async ask(problem: Failure): Promise<void> {
    const setPassword = vscode.l10n.t('Set password');
    const openSettings = vscode.l10n.t('Open settings');
    const text = vscode.l10n.t('Agent Team works without its team: {0}', problemText(problem));
    const buttons = problem.reason === 'broker.refused' ? [setPassword, openSettings] : [openSettings];
    const { showWarning = showWarningMessage } = this.options;
    const chosen = await showWarning(text, ...buttons);
    if (chosen === setPassword) await vscode.commands.executeCommand(COMMANDS.setApiKey, { target: REDIS_KEY });
    if (chosen === openSettings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTeam.events');
    }
  }
}
