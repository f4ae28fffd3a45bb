// The commands on the tasks of goals. A row of the tree or `{ runId, taskId? }` names what is meant; without either the person picks a run.
import * as z from 'zod';
import * as vscode from 'vscode';
import type { RunResult, RunSummary } from '../../api';
import type { TeamEngine } from '../../core/engine/teamEngine';
import { isFailure } from '../../core/failure';
import type { RunStore } from '../../core/runs/runStore';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { userErrorOf } from '../failureText';
import { COMMANDS } from '../ids';
import type { PlanDesk } from './planDesk';

const taskArguments = z.object({ runId: z.string().min(1).optional(), taskId: z.string().min(1).optional() });

export class GoalCommands {
  constructor(
    private readonly options: {
      engine: Pick<TeamEngine, 'retry'>;
      store: Pick<RunStore, 'list'>;
      plans: Pick<PlanDesk, 'edit'>;
    },
  ) {}

  /** `agentTeam.editPlan`: the plan that waits, of a run or the newest. */
  editPlan(args: unknown[]): Promise<void> {
    const { value } = parseArguments(taskArguments, args, COMMANDS.editPlan);
    return this.options.plans.edit(value.runId);
  }

  /** `agentTeam.retryTask`: a task with what hangs on it, without `taskId` all that failed or were cancelled. Finished work is kept. */
  async retry(args: unknown[]): Promise<RunResult | undefined> {
    const { value, fromPerson } = parseArguments(taskArguments, args, COMMANDS.retryTask);
    const { taskId } = value;
    if (value.runId === undefined) assertMayAsk(fromPerson, COMMANDS.retryTask, 'runId');
    const runId = value.runId ?? (await this.pick());
    if (runId === undefined) return undefined;
    const handle = await this.options.engine.retry(runId, taskId, { interactive: true });
    if (isFailure(handle)) throw userErrorOf(handle);
    return handle.result;
  }

  private async pick(): Promise<string | undefined> {
    const runs = this.options.store.list().filter(isIncomplete);
    const placeHolder =
      runs.length === 0
        ? vscode.l10n.t('Every goal is complete.')
        : vscode.l10n.t('Choose the goal whose failed tasks are to be done again');
    const items = runs.map((run) => ({
      label: run.title,
      description: new Date(run.startedAt).toLocaleString(vscode.env.language),
      runId: run.runId,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.runId;
  }
}

function isIncomplete({ kind, status }: RunSummary): boolean {
  return kind === 'goal' && /^(partial|failed|cancelled|interrupted)$/.test(status);
}
