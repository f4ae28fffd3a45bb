// When the person last typed: agents that react stay quiet until they pause.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';

export class Typing implements vscode.Disposable {
  /** Milliseconds since the epoch; `-Infinity` if never. */
  lastAtMs = Number.NEGATIVE_INFINITY;
  private readonly subscription: vscode.Disposable;

  constructor(clock: Clock) {
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document === vscode.window.activeTextEditor?.document) {
        this.lastAtMs = clock.now();
      }
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
