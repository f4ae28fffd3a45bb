// Feeds the figures of agents: with what happens from now on, and with the journals of the runs that are kept, the newest first.
import type { EventEnvelope, RunSummary } from '../../api';
import { DisposableStore, type Disposable } from '../disposable';
import type { AgentFigures } from './agentFigures';

export interface FigureFeedOptions {
  figures: AgentFigures;
  bus: { tap(listener: (event: EventEnvelope) => void): Disposable };
  runs: {
    /** Newest first. */
    list(): readonly RunSummary[];
    onDidChange(handler: (runId: string, event?: EventEnvelope) => void): Disposable;
  };
  /** The whole journal of a run. */
  readRun: (runId: string) => Promise<readonly EventEnvelope[]>;
  onProblem: (error: unknown) => void;
  /** Runs that are read; default 500. */
  maxRuns?: number;
}

const MAX_RUNS = 500;

export class FigureFeed implements Disposable {
  private readonly owned = new DisposableStore();
  private isDisposed = false;

  constructor(private readonly options: FigureFeedOptions) {
    const { figures, bus, runs } = options;
    this.owned.add(bus.tap((event) => figures.follow(event)));
    this.owned.add(
      runs.onDidChange((runId, event) => {
        if (!event && runId !== '') void this.refresh(runId);
      }),
    );
  }

  /** Reads one run after the other; resolves when all are counted. Never rejects. */
  async load(): Promise<void> {
    const runs = this.options.runs.list().slice(0, this.options.maxRuns ?? MAX_RUNS);
    for (const { runId } of runs) {
      if (this.isDisposed) return;
      await this.read(runId);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.owned.dispose();
  }

  /** The run changed on disk: another window worked on it, or it was deleted. */
  private async refresh(runId: string): Promise<void> {
    if (this.options.runs.list().some((run) => run.runId === runId)) await this.read(runId);
    else this.options.figures.forget(runId);
  }

  private async read(runId: string): Promise<void> {
    try {
      this.options.figures.followAll(await this.options.readRun(runId));
    } catch (error) {
      this.options.onProblem(error);
    }
  }
}
