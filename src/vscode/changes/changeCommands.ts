// The commands on change sets. Called with arguments they never ask anything; without, they act on what the cursor is on.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ApplyResult, FileChange } from '../../api';
import type { ChangeReview } from '../../core/changes/changeReview';
import { UserError } from '../../core/failure';
import { parseArguments } from '../edge/commandArguments';
import type { ChangeConflicts } from './changeConflicts';
import { nothingOpen, type ChangeDiffs } from './changeDiffs';
import { targetAtCursor, type ChangeTarget } from './changeTarget';
import { parseChangeUri } from './changeUris';
import { isRevertible, openChanges } from './openChanges';

export interface ChangeCommandsOptions {
  review: ChangeReview;
  diffs: ChangeDiffs;
  conflicts: ChangeConflicts;
  titleOf: (runId: string) => string;
}

const changeArguments = z.object({
  runId: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
  hunkId: z.string().min(1).optional(),
  /** Set by the chat's change card: what does not merge is opened, and problems are shown. */
  fromPerson: z.boolean().optional(),
});

interface Request extends ChangeTarget {
  fromPerson: boolean;
}

export class ChangeCommands {
  constructor(private readonly options: ChangeCommandsOptions) {}

  /** `agentTeam.showChanges` */
  async show(args: unknown[]): Promise<void> {
    const request = await this.request(args, 'agentTeam.showChanges', openChanges);
    if (!request) return;
    const { runId, path, hunkId } = request;
    await this.options.review.load(runId);
    const change = this.options.review.list(runId).find((candidate) => candidate.path === path);
    if (change?.status === 'conflicted' && request.fromPerson) await this.options.conflicts.open(runId, change.path);
    else await this.options.diffs.show(runId, path, hunkId);
  }

  /** `agentTeam.acceptChanges`; a person who accepts what does not merge is led to the conflict. */
  async accept(args: unknown[]): Promise<ApplyResult | undefined> {
    const request = await this.request(args, 'agentTeam.acceptChanges', openChanges);
    return request && this.acceptTarget(request, request.fromPerson);
  }

  /** `agentTeam.rejectChanges` */
  async reject(args: unknown[]): Promise<void> {
    const request = await this.request(args, 'agentTeam.rejectChanges', openChanges);
    if (request) await this.rejectTarget(request, request.fromPerson);
  }

  /** `agentTeam.revertRun`: takes back what was accepted, also in an earlier window. */
  async revert(args: unknown[]): Promise<ApplyResult | undefined> {
    const request = await this.request(args, 'agentTeam.revertRun', (changes) => changes.filter(isRevertible));
    if (!request) return undefined;
    const result = await this.options.review.revert(request.runId);
    if (request.fromPerson) {
      await this.tell(
        request.runId,
        result,
        vscode.l10n.t('Took back the changes of {0} files.', result.applied.length),
      );
    }
    return result;
  }

  async acceptTarget({ runId, path, hunkId }: ChangeTarget, fromPerson: boolean): Promise<ApplyResult> {
    const result = await this.options.review.accept(runId, path, hunkId);
    if (!fromPerson) return result;
    await this.options.diffs.closeSettled(runId);
    await this.tell(runId, result, acceptedText(result.applied.length));
    return result;
  }

  async rejectTarget({ runId, path, hunkId }: ChangeTarget, fromPerson: boolean): Promise<void> {
    await this.options.review.reject(runId, path, hunkId);
    if (fromPerson) await this.options.diffs.closeSettled(runId);
  }

  /** What went wrong is shown, conflicts are opened; success is a line in the status bar. */
  private async tell(runId: string, { applied, conflicts, failed }: ApplyResult, done: string): Promise<void> {
    if (applied.length > 0) void vscode.window.setStatusBarMessage(done, 5000);
    const [problem] = failed;
    if (problem) {
      const more = failed.length > 1 ? ` ${vscode.l10n.t('{0} more files failed.', failed.length - 1)}` : '';
      void vscode.window.showErrorMessage(`${problem.message}${more}`);
    }
    for (const path of conflicts) await this.options.conflicts.open(runId, path);
  }

  private async request(
    args: unknown[],
    command: string,
    choose: (changes: FileChange[]) => FileChange[],
  ): Promise<Request | undefined> {
    const { value, fromPerson: isPerson } = parseArguments(changeArguments, args, command);
    const { runId, path, hunkId } = value;
    const fromPerson = isPerson || value.fromPerson === true;
    const target = { ...(path !== undefined && { path }), ...(hunkId !== undefined && { hunkId }) };
    if (runId !== undefined) return { runId, ...target, fromPerson };
    if (!fromPerson) {
      const newest = choose(this.options.review.list())
        .filter((change) => path === undefined || change.path === path)
        .sort((a, b) => b.runId.localeCompare(a.runId))[0];
      if (!newest) throw nothingOpen();
      return { runId: newest.runId, ...target, fromPerson };
    }
    return this.requestOfPerson(args[0], choose);
  }

  private async requestOfPerson(
    menuUri: unknown,
    choose: (changes: FileChange[]) => FileChange[],
  ): Promise<Request | undefined> {
    // The editor's title is about the whole file, the cursor about the hunk that it is on.
    const shown = menuUri instanceof vscode.Uri ? parseChangeUri(menuUri) : undefined;
    if (shown) return { runId: shown.runId, path: shown.path, fromPerson: true };
    const target = await targetAtCursor(this.options.review);
    if (target) return { ...target, fromPerson: true };
    const runId = await this.pickRun(choose(this.options.review.list()));
    return runId === undefined ? undefined : { runId, fromPerson: true };
  }

  private async pickRun(changes: readonly FileChange[]): Promise<string | undefined> {
    const runs = [...new Set(changes.map(({ runId }) => runId))].sort((a, b) => b.localeCompare(a));
    const [only] = runs;
    if (only === undefined) throw new UserError('change.none', vscode.l10n.t('No run has changes for this.'));
    if (runs.length === 1) return only;
    const items = runs.map((runId) => {
      const paths = changes.filter((change) => change.runId === runId).map(({ path }) => path);
      return { label: this.options.titleOf(runId), description: paths.join(', '), runId };
    });
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: vscode.l10n.t('Choose the run whose changes you mean'),
      matchOnDescription: true,
    });
    return picked?.runId;
  }
}

function acceptedText(files: number): string {
  return files === 1
    ? vscode.l10n.t('Accepted changes of 1 file.')
    : vscode.l10n.t('Accepted changes of {0} files.', files);
}
