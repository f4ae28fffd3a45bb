// The change sets that this window has in memory, and what is known of the others.
import type { Disposable, FileChange } from '../../api';
import { toDisposable } from '../disposable';
import { comparePaths } from '../workspace/workspacePath';
import type { ChangeStore } from './changeStore';
import { toFileChange } from './fileState';
import { RunChanges } from './runChanges';

export interface ChangeShelfOptions {
  store: ChangeStore;
  /** True while this window works on the run: then nobody else writes its changes. */
  isLive: (runId: string) => boolean;
  onProblem: (message: string) => void;
}

/** Change sets with their texts; of others only the summary is kept. */
const MAX_IN_MEMORY = 40;
/** Runs whose summaries are read when the window opens. */
const MAX_READ_AT_START = 40;

export class ChangeShelf {
  /** The least recently used first. */
  private readonly open = new Map<string, RunChanges>();
  private readonly summaries = new Map<string, FileChange[]>();
  private readonly handlers = new Set<(runId: string) => void>();

  constructor(private readonly options: ChangeShelfOptions) {}

  /** Reads the newest runs, so that `list` knows what waits for a decision. */
  async start(): Promise<void> {
    for (const runId of await this.options.store.runs(MAX_READ_AT_START)) {
      if (this.open.has(runId)) continue;
      this.summaries.set(runId, summaryOf(await this.read(runId)));
      this.changed(runId);
    }
  }

  /** The run's change set; read again where another window may have written since. */
  async get(runId: string): Promise<RunChanges> {
    const known = this.open.get(runId);
    const isOurs = known !== undefined && (known.tasks.size > 0 || this.options.isLive(runId));
    const changes = isOurs ? known : await this.read(runId);
    this.open.delete(runId);
    this.open.set(runId, changes);
    this.evict();
    return changes;
  }

  peek(runId: string): RunChanges | undefined {
    return this.open.get(runId);
  }

  list(runId?: string): FileChange[] {
    if (runId !== undefined) {
      const changes = this.open.get(runId);
      return changes ? summaryOf(changes) : [...(this.summaries.get(runId) ?? [])];
    }
    const runIds = [...new Set([...this.summaries.keys(), ...this.open.keys()])].sort();
    return runIds.flatMap((id) => this.list(id));
  }

  /** Drops what is known of a run that was deleted. */
  forget(runId: string): void {
    const wasKnown = this.open.delete(runId);
    if (this.summaries.delete(runId) || wasKnown) this.changed(runId);
  }

  onDidChange(handler: (runId: string) => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  changed(runId: string): void {
    for (const handler of [...this.handlers]) handler(runId);
  }

  private async read(runId: string): Promise<RunChanges> {
    const { changes, damaged } = await RunChanges.read(runId, this.options.store);
    if (damaged > 0) this.options.onProblem(`${damaged} changed files of run ${runId} could not be read.`);
    return changes;
  }

  private evict(): void {
    for (const [runId, changes] of this.open) {
      if (this.open.size <= MAX_IN_MEMORY) return;
      if (changes.tasks.size > 0 || this.options.isLive(runId)) continue;
      this.summaries.set(runId, summaryOf(changes));
      this.open.delete(runId);
    }
  }
}

function summaryOf(changes: RunChanges): FileChange[] {
  return changes.run
    .all()
    .map((state) => toFileChange(changes.runId, state))
    .sort((a, b) => comparePaths(a.path, b.path));
}
