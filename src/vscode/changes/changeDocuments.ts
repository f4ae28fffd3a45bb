// The texts that diffs of a change set show: read-only, and up to date while a diff is open.
import * as vscode from 'vscode';
import type { ChangeReview } from '../../core/changes/changeReview';
import { DisposableStore } from '../../core/disposable';
import { CHANGE_SCHEME, parseChangeUri } from './changeUris';

export const CONFLICT_LABELS = { ours: 'workspace', theirs: 'agent team' };

export class ChangeDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor(private readonly review: ChangeReview) {
    this.owned.add(review.onDidChange((runId) => this.refresh(runId)));
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(CHANGE_SCHEME, this));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const shown = parseChangeUri(uri);
    if (!shown) return '';
    const { runId, path, side } = shown;
    if (side === 'base' || side === 'proposed') return (await this.review.sides(runId, path))?.[side] ?? '';
    await this.review.load(runId);
    const conflict = this.review.conflict(runId, path);
    switch (side) {
      case 'conflictBase':
        return conflict?.base ?? '';
      case 'conflictPresent':
        return conflict?.present ?? '';
      case 'conflictProposed':
        return conflict?.proposed ?? '';
      case 'markers':
        return conflict?.withMarkers?.(CONFLICT_LABELS) ?? conflict?.present ?? '';
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refresh(runId: string): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (parseChangeUri(uri)?.runId === runId) this.changed.fire(uri);
    }
  }
}
