// Part of the composition root, loaded where an earlier window left something unfinished.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { InterruptedRuns } from '../core/engine/interruptedRuns';
import { InterruptionNotices } from '../vscode/goals/interruptionNotices';
import { COMMANDS } from '../vscode/ids';
import type { TeamStorage } from './storage';
import type { Team } from './team';

export interface InterruptedOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  storage: TeamStorage;
  team: Team;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

/** Lets go on what may, and offers the rest. */
export function lookAfterInterrupted({ context, clock, storage, team, onBug, owned }: InterruptedOptions): void {
  const { engine } = team;
  const failed = (error: unknown) => onBug(error, 'interrupted runs');
  const notices = new InterruptionNotices({
    resume: (runId, options) => engine.resume(runId, options),
    cancel: (runId) => engine.cancel(runId),
    show: (runId) => vscode.commands.executeCommand(COMMANDS.openRun, { runId }),
    memory: context.workspaceState,
  });
  const runs = owned.add(
    new InterruptedRuns({
      store: storage.store,
      eventsOf: (runId) => storage.journal.readRun(runId),
      resume: (runId, options) => engine.resume(runId, options),
      resumed: (view) => void notices.resumed(view).catch(failed),
      offer: (views) => void notices.offer(views).catch(failed),
      clock,
      onBug: failed,
    }),
  );
  void runs.start();
}
