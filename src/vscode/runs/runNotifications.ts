// Tells a person who was elsewhere that a long run has ended: once, and never of a run that they watched or stopped. No import of
// VS Code: what is seen and how it is told comes in.
import type { RunState } from '../../api';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { RunView } from '../../core/runs/runView';
import { openChanges } from '../changes/openChanges';
import { isActiveState } from './activeState';
import type { RunsSource } from './runsSource';

/** A run that took less is over before anybody went elsewhere. */
export const LONG_RUN_MS = 30_000;

/** Ends that somebody may wait for; who stopped a run or closed its window knows it. */
const NEWS: ReadonlySet<RunState> = new Set(['completed', 'partial', 'failed']);

export type EndButton = 'show' | 'changes' | 'report';

export interface EndNotice {
  view: RunView;
  tookMs: number;
  /** In the order in which they stand. */
  buttons: EndButton[];
}

export interface RunNotificationsOptions {
  runs: Pick<RunsSource, 'peek' | 'isHere' | 'onDidChange'>;
  clock: Clock;
  /** True while a person has the run before their eyes. */
  isWatched: (runId: string) => boolean;
  /** Tells, and does what the person chooses. Must not reject. */
  tell: (notice: EndNotice) => void;
}

export class RunNotifications implements Disposable {
  /** When the runs of this window began to work, or went on: one entry for each that works. */
  private readonly going = new Map<string, number>();
  private readonly subscription: Disposable;

  constructor(private readonly options: RunNotificationsOptions) {
    this.subscription = options.runs.onDidChange((runId) => this.changed(runId));
  }

  dispose(): void {
    this.subscription.dispose();
    this.going.clear();
  }

  private changed(runId: string): void {
    const { runs, clock, isWatched, tell } = this.options;
    const view = runs.peek(runId);
    if (view && isActiveState(view.status)) {
      if (!this.going.has(runId) && runs.isHere(runId)) this.going.set(runId, clock.now());
      return;
    }
    const since = this.going.get(runId);
    this.going.delete(runId);
    if (!view || since === undefined || view.kind === 'reaction' || !NEWS.has(view.status)) return;
    const tookMs = clock.now() - since;
    if (tookMs < LONG_RUN_MS || isWatched(runId)) return;
    tell({ view, tookMs, buttons: buttonsOf(view) });
  }
}

function buttonsOf(view: RunView): EndButton[] {
  return openChanges(view.changes).length > 0 ? ['show', 'changes', 'report'] : ['show', 'report'];
}
