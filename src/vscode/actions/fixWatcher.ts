// Looks after an accepted fix whether its problems are gone, since language services judge only what stands in the files.
import * as vscode from 'vscode';
import type { Disposable, RunResult } from '../../api';
import { DisposableStore, toDisposable } from '../../core/disposable';
import type { RunStore } from '../../core/runs/runStore';

/** Language services need a moment after a file has changed. */
const SETTLE_MS = 4_000;
/** Fixes that wait to be accepted; the oldest are forgotten. */
const MAX_WATCHED = 50;

interface Watched {
  uri: vscode.Uri;
  messages: string[];
}

export class FixWatcher implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly watched = new Map<string, Watched>();

  constructor(store: Pick<RunStore, 'onDidChange'>) {
    this.owned.add(
      store.onDidChange((runId, event) => {
        const fix = this.watched.get(runId);
        if (!fix || event?.topic !== 'edit.accepted') return;
        this.watched.delete(runId);
        this.lookLater(fix);
      }),
    );
  }

  /** Looks once the fix is accepted, which may have happened already. */
  watch({ runId, changes }: RunResult, uri: vscode.Uri, problems: readonly vscode.Diagnostic[]): void {
    const fix = { uri, messages: problems.map(({ message }) => message) };
    if (changes.some(({ status }) => status === 'accepted')) {
      this.lookLater(fix);
      return;
    }
    this.watched.set(runId, fix);
    const [oldest] = this.watched.keys();
    if (this.watched.size > MAX_WATCHED && oldest !== undefined) this.watched.delete(oldest);
  }

  dispose(): void {
    this.owned.dispose();
    this.watched.clear();
  }

  private lookLater(fix: Watched): void {
    const timer = setTimeout(() => this.tell(fix), SETTLE_MS);
    this.owned.add(toDisposable(() => clearTimeout(timer)));
  }

  private tell({ uri, messages }: Watched): void {
    const now = new Set(vscode.languages.getDiagnostics(uri).map(({ message }) => message));
    const left = messages.filter((message) => now.has(message));
    if (left.length === 0) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) The problems that dev fixed are gone.'), SETTLE_MS);
      return;
    }
    const open = vscode.l10n.t('Show problems');
    const text = vscode.l10n.t(
      '{0} of {1} problems are still there after the fix: {2}',
      left.length,
      messages.length,
      left[0] ?? '',
    );
    void vscode.window.showWarningMessage(text, open).then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('workbench.actions.view.problems');
    });
  }
}
