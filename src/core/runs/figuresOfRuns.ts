// The figures of all runs of the workspace: those that go on by their events, earlier ones from their journals, read when somebody
// first looks, the newest first and one after the other.
import type { EventEnvelope } from '../../api';
import { DisposableStore, type Disposable } from '../disposable';
import type { EventBus } from '../events/eventBus';
import { AgentFigures } from './agentFigures';
import type { RunJournal } from './runJournal';
import type { RunStore } from './runStore';

export interface FiguresOfRunsOptions {
  bus: Pick<EventBus, 'tap'>;
  runs: Pick<RunStore, 'list' | 'onDidChange'>;
  journal: Pick<RunJournal, 'readRun'>;
  /** Told of journals that can't be read; their runs are left out. */
  onProblem: (error: unknown) => void;
}

/** Older runs are left out. */
const MAX_RUNS = 10_000;

export class FiguresOfRuns implements Disposable {
  readonly figures = new AgentFigures({ maxRuns: MAX_RUNS });
  private readonly owned = new DisposableStore();
  /** Runs to read, in order; each once. */
  private readonly waiting = new Set<string>();
  private reading: Promise<void> | undefined;
  /** The run whose journal is being read: what happens in it meanwhile may not be in what was read. */
  private current: string | undefined;

  constructor(private readonly options: FiguresOfRunsOptions) {
    const { bus, runs } = options;
    this.owned.add(bus.tap((event) => this.follow(event)));
    this.owned.add(runs.onDidChange((runId, event) => this.onRunChanged(runId, event)));
    for (const { runId } of runs.list().slice(0, MAX_RUNS)) this.waiting.add(runId);
    this.readOn();
  }

  /** Runs that are not read yet. */
  get left(): number {
    return this.waiting.size + (this.current === undefined ? 0 : 1);
  }

  /** Resolves when every run that is known now has been read. */
  async ready(): Promise<void> {
    while (this.reading) await this.reading;
  }

  dispose(): void {
    this.owned.dispose();
    this.waiting.clear();
  }

  private follow(event: EventEnvelope): void {
    const { runId } = event;
    if (runId === undefined) return;
    // An event of a run that has not been read must not be taken for its first.
    const isRead = this.figures.knows(runId) && !this.waiting.has(runId) && this.current !== runId;
    if (isRead || event.topic === 'run.started') {
      this.figures.follow(event);
    } else this.read(runId);
  }

  /** Changes without an event come from other windows, or from deletion. */
  private onRunChanged(runId: string, event: EventEnvelope | undefined): void {
    if (event) return;
    if (runId !== '' && this.options.runs.list().some((run) => run.runId === runId)) this.read(runId);
    else if (runId !== '') {
      this.waiting.delete(runId);
      if (this.current === runId) this.current = undefined;
      this.figures.forget(runId);
    }
  }

  private read(runId: string): void {
    this.waiting.add(runId);
    this.readOn();
  }

  private readOn(): void {
    if (this.reading || this.waiting.size === 0) return;
    this.reading = this.readAll().finally(() => {
      this.reading = undefined;
      this.readOn();
    });
  }

  private async readAll(): Promise<void> {
    for (const runId of this.waiting) {
      this.waiting.delete(runId);
      this.current = runId;
      try {
        const events = await this.options.journal.readRun(runId);
        // It may have been deleted meanwhile, or nobody may look any more.
        if (this.current === runId && !this.owned.isDisposed) this.figures.followAll(events);
      } catch (error) {
        this.options.onProblem(error);
      }
      this.current = undefined;
    }
  }
}
