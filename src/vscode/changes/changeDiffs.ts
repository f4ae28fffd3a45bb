// Shows what a run proposes: one file in VS Code's diff editor, several in its multi-file diff editor.
import * as vscode from 'vscode';
import type { FileChange } from '../../api';
import type { ChangeReview } from '../../core/changes/changeReview';
import { UserError } from '../../core/failure';
import { baseName } from '../../core/workspace/uri';
import { changeUri, parseChangeUri } from './changeUris';
import { urisOfTab } from './heldDocuments';
import { openChanges } from './openChanges';

export interface ChangeDiffsOptions {
  review: ChangeReview;
  titleOf: (runId: string) => string;
}

/** Titles of tabs are short. */
const MAX_TITLE = 40;

export class ChangeDiffs {
  constructor(private readonly options: ChangeDiffsOptions) {}

  /** The diff of one file, at `hunkId` if given, or of all that waits; throws a `UserError` where nothing does. */
  async show(runId: string, path?: string, hunkId?: string): Promise<void> {
    await this.options.review.load(runId);
    const open = openChanges(this.options.review.list(runId));
    const chosen = path === undefined ? open : open.filter((change) => change.path === path);
    const [first] = chosen;
    if (!first) throw nothingOpen();
    if (chosen.length === 1) await this.showFile(first, hunkId);
    else await this.showFiles(runId, chosen);
  }

  /** Closes diffs of files in which nothing waits any more. */
  async closeSettled(runId: string): Promise<void> {
    const open = new Set(openChanges(this.options.review.list(runId)).map(({ path }) => path));
    const settled = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => {
        const shown = urisOfTab(tab).flatMap((uri) => parseChangeUri(uri) ?? []);
        return shown.length > 0 && shown.every((document) => document.runId === runId && !open.has(document.path));
      });
    if (settled.length > 0) await vscode.window.tabGroups.close(settled, true);
  }

  private async showFile({ runId, path, from }: FileChange, hunkId?: string): Promise<void> {
    const { review } = this.options;
    const sides = await review.sides(runId, path);
    const hunk = sides?.hunks.find(({ id }) => id === hunkId);
    const name = from === undefined ? baseName(path) : `${baseName(from)} → ${baseName(path)}`;
    const title = vscode.l10n.t('{0} (proposed by {1})', name, this.shortTitle(runId));
    const line = hunk && Math.max(0, hunk.newStart);
    await vscode.commands.executeCommand(
      'vscode.diff',
      changeUri({ runId, path, side: 'base' }),
      changeUri({ runId, path, side: 'proposed' }),
      title,
      { preview: true, ...(line !== undefined && { selection: new vscode.Range(line, 0, line, 0) }) },
    );
  }

  private async showFiles(runId: string, changes: readonly FileChange[]): Promise<void> {
    const rows: [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined][] = [];
    for (const { path } of changes) {
      const sides = await this.options.review.sides(runId, path);
      if (!sides) continue;
      rows.push([
        vscode.Uri.parse(sides.location.uri),
        sides.base === undefined ? undefined : changeUri({ runId, path, side: 'base' }),
        sides.proposed === undefined ? undefined : changeUri({ runId, path, side: 'proposed' }),
      ]);
    }
    await vscode.commands.executeCommand('vscode.changes', this.shortTitle(runId), rows);
  }

  private shortTitle(runId: string): string {
    const title = this.options.titleOf(runId);
    return title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title;
  }
}

export const nothingOpen = () =>
  new UserError('change.none', vscode.l10n.t('There are no proposed changes that wait for a decision.'));
