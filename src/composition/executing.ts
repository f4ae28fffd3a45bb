// Part of the composition root, in the room of the tools: commands, tests, and the scratch copies that they run in.
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ProcessCommandRunner } from '../adapters/node/commandProcess';
import { ScratchCopies } from '../adapters/node/scratchCopy';
import type { Clock } from '../core/clock';
import { toDisposable, type DisposableStore } from '../core/disposable';
import { createExecutingTools } from '../core/tools/executing/executingTools';
import { CommandTerminals } from '../vscode/terminals/commandTerminals';
import type { TeamStorage } from './storage';
import type { TeamTools } from './tools';

export interface ExecutingOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  storage: Pick<TeamStorage, 'bus' | 'place'>;
  tools: Pick<TeamTools, 'registry' | 'portsOf' | 'pending'>;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

/** How a run can end; whatever it ran in is gone then. */
const RUN_ENDED = /^run\.(?:completed|partial|failed|cancelled|interrupted)$/;

/** Registers run_command and run_tests; everything that they start or write goes with its run, at the latest with `owned`. */
export function createExecuting(options: ExecutingOptions): void {
  const { context, clock, storage, onBug, owned } = options;
  const { registry, portsOf, pending } = options.tools;
  const { folder, origin, isAlive } = storage.place;
  const scratch = new ScratchCopies({ folder: join(folder, 'scratch'), origin, isAlive });
  const guard = [vscode.Uri.joinPath(context.extensionUri, 'dist', 'commandGuard.js').fsPath];
  const runner = owned.add(new ProcessCommandRunner({ clock, guard }));
  const screens = owned.add(new CommandTerminals(clock));
  const report = (error: unknown) => onBug(error, 'scratch copies');
  void scratch.sweep().catch(report);
  owned.add(
    storage.bus.tap(({ topic, runId }) => {
      if (runId !== undefined && RUN_ENDED.test(topic)) void scratch.release(runId).catch(report);
    }),
  );
  // What is left of it when the host ends first is removed by the next window.
  owned.add(toDisposable(() => void scratch.close().catch(report)));
  const isWindows = process.platform === 'win32';
  owned.add(registry.add(...createExecutingTools({ runner, screens, scratch, pending, portsOf, isWindows })));
}
