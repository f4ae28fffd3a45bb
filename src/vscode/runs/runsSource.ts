// What the chat, the runs tree and the status bar read of runs. `RunStore` of core fits it.
import type { Disposable, RunSummary } from '../../api';
import type { RunView } from '../../core/runs/runView';

export interface RunsSource {
  /** All runs that are kept, newest first; the same array as long as nothing in it changed. Cheap: views call it at each refresh. */
  list(): readonly RunSummary[];
  /** The view of a run that is in memory (running, or loaded before); never reads the disk. */
  peek(runId: string): RunView | undefined;
  /** The view of any run, read from its journal where needed; undefined for an unknown run. */
  load(runId: string): Promise<RunView | undefined>;
  /** True while this window works on the run: only then can it be stopped from here. */
  isHere(runId: string): boolean;
  /** Called after a run began, changed, or was deleted (then `peek` has nothing). Handlers must not throw. */
  onDidChange(handler: (runId: string) => void): Disposable;
}
