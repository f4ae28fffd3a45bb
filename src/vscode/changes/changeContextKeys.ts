// Context keys for menus: whether there is anything to accept, to take back, and whether the cursor is on a proposal.
import * as vscode from 'vscode';
import type { ChangeReview } from '../../core/changes/changeReview';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { parseChangeUri } from './changeUris';
import { isRevertible, openChanges } from './openChanges';

/** Sets the keys now and at each change; disposing stops following. */
export function setChangeContextKeys(review: ChangeReview): Disposable {
  const owned = new DisposableStore();
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = () => {
    const changes = review.list();
    set('agentTeam.hasOpenChanges', openChanges(changes).length > 0);
    set('agentTeam.hasRevertibleChanges', changes.some(isRevertible));
    const uri = vscode.window.activeTextEditor?.document.uri;
    const shown = uri && parseChangeUri(uri);
    set('agentTeam.atChange', (shown?.side === 'base' || shown?.side === 'proposed') && isStillOpen(review, shown));
  };
  update();
  owned.add(review.onDidChange(update));
  owned.add(vscode.window.onDidChangeActiveTextEditor(update));
  return owned;
}

function isStillOpen(review: ChangeReview, { runId, path }: { runId: string; path: string }): boolean {
  return openChanges(review.list(runId)).some((change) => change.path === path);
}
