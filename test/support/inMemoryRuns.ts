// Runs as views see them, in memory: what the test puts there.
import type { RunView } from '../../src/core/runs/runView';
import { isActiveState } from '../../src/vscode/runs/activeState';
import type { RunsSource } from '../../src/vscode/runs/runsSource';
import { runView } from './runViews';

export class InMemoryRuns implements RunsSource {
  private readonly views = new Map<string, RunView>();
  private readonly handlers = new Set<(runId: string) => void>();
  /** Runs that only `load` brings into memory. */
  readonly onDisk = new Set<string>();
  /** Runs that another window works on. */
  readonly elsewhere = new Set<string>();
  private listed: RunView[] | undefined;

  list = () => (this.listed ??= [...this.views.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)));
  peek = (runId: string) => (this.onDisk.has(runId) ? undefined : this.views.get(runId));
  load = (runId: string) => {
    this.onDisk.delete(runId);
    return Promise.resolve(this.views.get(runId));
  };
  isHere = (runId: string) => !this.elsewhere.has(runId);
  onDidChange = (handler: (runId: string) => void) => {
    this.handlers.add(handler);
    return { dispose: () => void this.handlers.delete(handler) };
  };

  /** Puts a run there or changes it; without `change` it is as `runView` makes it. */
  put(runId: string, change: Partial<RunView> = {}): RunView {
    const view: RunView = { ...(this.views.get(runId) ?? runView({ runId })), ...change };
    if (isActiveState(view.status)) delete view.endedAt;
    this.views.set(runId, view);
    this.tell(runId);
    return view;
  }

  /** Many runs at once, which were there before anybody looked. */
  fill(views: readonly RunView[]): void {
    for (const view of views) this.views.set(view.runId, view);
    this.tell('');
  }

  remove(runId: string): void {
    this.views.delete(runId);
    this.tell(runId);
  }

  private tell(runId: string): void {
    this.listed = undefined;
    for (const handler of [...this.handlers]) handler(runId);
  }
}
