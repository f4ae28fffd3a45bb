// The commands of the runs tree that are about the list or one of its rows, not about what a run does.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ChangeReview } from '../../core/changes/changeReview';
import { UserError } from '../../core/failure';
import type { RunStore } from '../../core/runs/runStore';
import { openChanges } from '../changes/openChanges';
import { openFileTarget } from '../edge/fileTargets';
import { parseArguments } from '../edge/commandArguments';
import { FINISHED } from './activeState';
import { RUNS_FILTERS, type RunsFilter } from './runsFilter';
import type { RunsTree } from './runsTree';

export interface RunTreeCommandsOptions {
  store: RunStore;
  changes: Pick<ChangeReview, 'load' | 'list'>;
  tree: () => Promise<RunsTree>;
}

const resultArguments = z.object({ runId: z.string().min(1), taskId: z.string().min(1).optional() });
const findingArguments = z.object({
  path: z.string().min(1),
  line: z.number().optional(),
  endLine: z.number().optional(),
});

export class RunTreeCommands {
  constructor(private readonly options: RunTreeCommandsOptions) {}

  /** `agentTeam.copyResult`: the answer of a run, or the result of one of its tasks. */
  async copyResult(args: unknown[]): Promise<void> {
    const { runId, taskId } = parseArguments(resultArguments, args, 'agentTeam.copyResult').value;
    const view = await this.options.store.get(runId);
    const text = taskId === undefined ? view?.text : view?.tasks.find(({ id }) => id === taskId)?.text;
    if (text === undefined || text === '') {
      throw new UserError('run.no_result', vscode.l10n.t('There is no result to copy yet.'));
    }
    await vscode.env.clipboard.writeText(text);
  }

  /** `agentTeam.showFinding`: the lines that a finding is about. */
  async showFinding(args: unknown[]): Promise<void> {
    const { path, line, endLine } = parseArguments(findingArguments, args, 'agentTeam.showFinding').value;
    await openFileTarget({ path, ...(line !== undefined && { line }), ...(endLine !== undefined && { endLine }) });
  }

  /** `agentTeam.filterRuns`: which runs the tree lists. */
  async filter(): Promise<void> {
    const tree = await this.options.tree();
    const names = filterNames();
    const picked = await vscode.window.showQuickPick(
      RUNS_FILTERS.map((filter) => ({
        label: names[filter].label,
        description: names[filter].description,
        filter,
        ...(filter === tree.filtered && { iconPath: new vscode.ThemeIcon('check') }),
      })),
      { placeHolder: vscode.l10n.t('Choose which runs are listed'), matchOnDescription: true },
    );
    if (!picked) return;
    tree.setFilter(picked.filter, picked.filter === 'all' ? '' : picked.label);
    await vscode.commands.executeCommand('setContext', 'agentTeam.runsFiltered', picked.filter !== 'all');
  }

  /** `agentTeam.showMoreRuns`: one page more of older runs. */
  async showMore(): Promise<void> {
    (await this.options.tree()).showMore();
  }

  /** `agentTeam.clearRuns`: deletes what is over and leaves nothing to decide or to resume; asks before, since files go. */
  async clear(): Promise<void> {
    const finished = await this.finished();
    if (finished.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no finished run to delete.'));
      return;
    }
    const remove = vscode.l10n.t('Delete');
    const choice = await vscode.window.showWarningMessage(
      finished.length === 1
        ? vscode.l10n.t('Delete 1 finished run?')
        : vscode.l10n.t('Delete {0} finished runs?', finished.length),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Their answers, events and traces are deleted, and accepted changes can no longer be taken back. Runs with changes to decide, and those that can be resumed, stay.',
        ),
      },
      remove,
    );
    if (choice !== remove) return;
    for (const runId of finished) await this.options.store.delete(runId);
  }

  private async finished(): Promise<string[]> {
    const { store, changes } = this.options;
    const found: string[] = [];
    for (const { runId, status } of store.list()) {
      if (!FINISHED.has(status)) continue;
      await changes.load(runId);
      if (openChanges(changes.list(runId)).length === 0) found.push(runId);
    }
    return found;
  }
}

function filterNames(): Record<RunsFilter, { label: string; description: string }> {
  return {
    all: { label: vscode.l10n.t('All runs'), description: '' },
    working: { label: vscode.l10n.t('Working'), description: vscode.l10n.t('running, paused or waiting for you') },
    unfinished: {
      label: vscode.l10n.t('Not completed'),
      description: vscode.l10n.t('failed, stopped, interrupted or incomplete'),
    },
    goals: { label: vscode.l10n.t('Goals'), description: vscode.l10n.t('planned as tasks') },
  };
}
