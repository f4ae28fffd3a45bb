// Tells a person of what the last window left unfinished: what goes on by itself, and what waits for a word.
import * as vscode from 'vscode';
import type { RunHandle } from '../../api';
import { isFailure, type Failure } from '../../core/failure';
import type { RunView } from '../../core/runs/runView';
import { userErrorOf } from '../failureText';
import { showError } from '../edge/showError';

/** Shows a notification; gives the chosen button, if any. */
export type Inform = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

export interface InterruptionNoticesOptions {
  resume: (runId: string, options: { interactive: boolean }) => Promise<RunHandle | Failure>;
  cancel: (runId: string) => Promise<void>;
  show: (runId: string) => Thenable<unknown>;
  /** Which runs were offered before: nobody is asked twice. */
  memory: vscode.Memento;
  inform?: Inform;
}

const OFFERED_KEY = 'agentTeam.offeredRuns';
const MAX_OFFERED = 100;

export class InterruptionNotices {
  private readonly inform: Inform;

  constructor(private readonly options: InterruptionNoticesOptions) {
    this.inform =
      options.inform ?? ((message, ...buttons) => vscode.window.showInformationMessage(message, ...buttons));
  }

  async resumed(view: RunView): Promise<void> {
    const { show, cancel } = this.options;
    const showRun = vscode.l10n.t('Show');
    const stop = vscode.l10n.t('Stop');
    const message = vscode.l10n.t('“{0}” goes on where the last window stopped. {1}', view.title, progressOf(view));
    const choice = await this.inform(message, showRun, stop);
    if (choice === showRun) await show(view.runId);
    if (choice === stop) await cancel(view.runId);
  }

  /** One notification for all of them. */
  async offer(interrupted: readonly RunView[]): Promise<void> {
    const views = interrupted.filter(({ runId }) => !this.offered().includes(runId));
    const [first] = views;
    if (!first) return;
    await this.options.memory.update(
      OFFERED_KEY,
      [...this.offered(), ...views.map(({ runId }) => runId)].slice(-MAX_OFFERED),
    );
    const isOne = views.length === 1;
    const resume = isOne ? vscode.l10n.t('Resume') : vscode.l10n.t('Resume all');
    const show = vscode.l10n.t('Show');
    const message = isOne
      ? vscode.l10n.t('“{0}” was interrupted when its window closed. {1}', first.title, progressOf(first))
      : vscode.l10n.t(
          '{0} runs were interrupted when their window closed, “{1}” among them.',
          views.length,
          first.title,
        );
    const choice = await this.inform(message, resume, show);
    if (choice === show) await this.options.show(first.runId);
    if (choice !== resume) return;
    const [goesOn] = await Promise.all(views.map(({ runId }) => this.resume(runId)));
    // What goes on is followed where it was begun.
    if (isOne && goesOn) await this.options.show(first.runId);
  }

  /** True if the run goes on; why it doesn't is shown. */
  private async resume(runId: string): Promise<boolean> {
    const handle = await this.options.resume(runId, { interactive: true });
    if (isFailure(handle)) showError(userErrorOf(handle));
    return !isFailure(handle);
  }

  private offered(): string[] {
    return this.options.memory.get<string[]>(OFFERED_KEY, []);
  }
}

function progressOf({ kind, tasks }: RunView): string {
  if (tasks.length === 0 || kind === 'review') return vscode.l10n.t('It begins again.');
  const done = tasks.filter(({ status }) => status === 'completed').length;
  return vscode.l10n.t('{0} of {1} tasks are done and are kept.', done, tasks.length);
}
