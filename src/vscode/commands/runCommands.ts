// The commands on runs. A row of the tree or `{ runId }` names the run; without either the person picks one.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { RunResult, RunSummary } from '../../api';
import { isFailure } from '../../core/failure';
import type { TeamEngine } from '../../core/engine/teamEngine';
import type { RunStore } from '../../core/runs/runStore';
import { isActiveState } from '../runs/activeState';
import { userErrorOf } from '../failureText';
import { stateWords } from '../runs/runWords';
import { COMMANDS, type CommandId } from '../ids';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';

const runArguments = z.object({ runId: z.string().min(1).optional(), taskId: z.string().min(1).optional() });

export class RunCommands {
  constructor(private readonly options: { engine: TeamEngine; store: RunStore }) {}

  /** `agentTeam.cancelRun`, `agentTeam.cancelTask`: a run, or one task with what depends on it; what has ended is left alone. */
  async cancel(args: unknown[]): Promise<void> {
    const { runId: named, taskId } = parseArguments(runArguments, args, COMMANDS.cancelRun).value;
    if (named !== undefined && taskId !== undefined) {
      this.options.engine.cancelTask(named, taskId);
      return;
    }
    const runId = await this.pick(args, COMMANDS.cancelRun, 'active');
    if (runId !== undefined) await this.options.engine.cancel(runId);
  }

  /** `agentTeam.pauseRun`: a goal starts no further task; other runs are left alone. */
  async pause(args: unknown[]): Promise<void> {
    const runId = await this.pick(args, COMMANDS.pauseRun, 'active');
    if (runId !== undefined) this.options.engine.pause(runId);
  }

  /** `agentTeam.resumeRun`: a paused goal goes on; a request that failed, was stopped or interrupted is asked again in its run. */
  async resume(args: unknown[]): Promise<RunResult | undefined> {
    const runId = await this.pick(args, COMMANDS.resumeRun);
    if (runId === undefined) return undefined;
    const { engine } = this.options;
    if (engine.unpause(runId)) return engine.handle(runId)?.result;
    const resumed = await engine.resume(runId, { interactive: true });
    if (isFailure(resumed)) throw userErrorOf(resumed);
    return resumed.result;
  }

  /** `agentTeam.deleteRun`: its journal and spans go, a run that is going is cancelled first. */
  async delete(args: unknown[]): Promise<void> {
    const runId = await this.pick(args, COMMANDS.deleteRun);
    if (runId === undefined) return;
    await this.options.engine.cancel(runId);
    await this.options.store.delete(runId);
  }

  /** The run that the arguments name, or that the person picks. */
  async pick(args: unknown[], command: CommandId, which: 'active' | 'all' = 'all'): Promise<string | undefined> {
    const { value, fromPerson } = parseArguments(runArguments, args, command);
    if (value.runId !== undefined) return value.runId;
    assertMayAsk(fromPerson, command, 'runId');
    const runs = this.options.store.list().filter((run) => which === 'all' || isActiveState(run.status));
    const [only] = runs;
    if (only && runs.length === 1 && which === 'active') return only.runId;
    const picked = await vscode.window.showQuickPick(
      runs.map((run) => ({ label: run.title, description: describe(run), runId: run.runId })),
      {
        placeHolder: runs.length === 0 ? vscode.l10n.t('There is no run to choose.') : vscode.l10n.t('Choose a run'),
        matchOnDescription: true,
      },
    );
    return picked?.runId;
  }
}

function describe(run: RunSummary): string {
  return [run.agent, stateWords()[run.status], new Date(run.startedAt).toLocaleString(vscode.env.language)]
    .filter(Boolean)
    .join(' · ');
}
