// What earlier windows left unfinished: goes on by itself where that is harmless, and is offered to the person otherwise.
import type { Disposable, EventEnvelope, RunHandle } from '../../api';
import type { Clock } from '../clock';
import { DisposableStore } from '../disposable';
import { isFailure, type Failure } from '../failure';
import { isUnfinished } from '../runs/runStates';
import type { RunStore } from '../runs/runStore';
import type { RunView } from '../runs/runView';
import { AUTOMATIC, readGoal } from '../supervisor/goalRecord';
import { mayResumeBySelf } from '../supervisor/goalResumption';

export interface InterruptedRunsOptions {
  store: Pick<RunStore, 'list' | 'get' | 'onDidChange'>;
  eventsOf: (runId: string) => Promise<EventEnvelope[]>;
  resume: (runId: string, options: { interactive: boolean; reason?: string }) => Promise<RunHandle | Failure>;
  /** Told of runs that go on by themselves. */
  resumed: (view: RunView) => void;
  /** Told of runs that wait for the person, each once. */
  offer: (views: readonly RunView[]) => void;
  clock: Clock;
  onBug: (error: unknown) => void;
}

/** A reload or a crash, not last week's work: only that goes on by itself. */
const SOON_MS = 60 * 60_000;
/** The window before may need a while to die. */
const WATCH_MS = 2 * 60_000;

export class InterruptedRuns implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly seen = new Set<string>();
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly options: InterruptedRunsOptions) {}

  /** Looks now, and for a while at what is interrupted later: the window before may still be closing. */
  start(): Promise<void> {
    const { store, clock } = this.options;
    const watch = this.owned.add(
      store.onDidChange((_runId, event) => {
        if (event === undefined || event.topic === 'run.interrupted') void this.look();
      }),
    );
    this.owned.add(clock.after(WATCH_MS, () => watch.dispose()));
    return this.look();
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** One look after the other; never rejects. */
  private look(): Promise<void> {
    this.looking = this.looking.then(() => this.lookNow()).catch((error: unknown) => this.options.onBug(error));
    return this.looking;
  }

  private async lookNow(): Promise<void> {
    const { store, clock, offer } = this.options;
    const offered: RunView[] = [];
    for (const run of store.list()) {
      const { runId, status, endedAt = '' } = run;
      if (this.owned.isDisposed) return;
      if (status !== 'interrupted' || !isUnfinished(run, clock.now()) || this.seen.has(runId)) continue;
      this.seen.add(runId);
      const view = await store.get(runId);
      if (view?.status !== 'interrupted' || view.kind === 'reaction') continue;
      const isSoon = clock.now() - Date.parse(endedAt) < SOON_MS;
      if (!isSoon || !(await this.resumeBySelf(view))) offered.push(view);
    }
    if (offered.length > 0) offer(offered);
  }

  /** False for a run that is to be offered. */
  private async resumeBySelf(view: RunView): Promise<boolean> {
    const { eventsOf, resume, resumed } = this.options;
    const { runId } = view;
    if (!mayResumeBySelf(readGoal(await eventsOf(runId)))) return false;
    const handle = await resume(runId, { interactive: false, reason: AUTOMATIC });
    // Where it failed, another window was faster, or the run is gone.
    if (!isFailure(handle)) resumed(view);
    return true;
  }
}
