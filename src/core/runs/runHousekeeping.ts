// What one window does for all runs of the workspace, on start and every few seconds: finds runs of other windows, ends those whose window
// is dead, and deletes the oldest. Everything it knows it reads from the journals, so a lost index comes back by itself.
import type { Disposable, EventEnvelope } from '../../api';
import type { Clock } from '../clock';
import type { EventBus } from '../events/eventBus';
import type { SpanLog } from '../telemetry/spanLog';
import { isEnded, isWorkingTask } from './runStates';
import type { RunIndex } from './runIndex';
import type { RunJournal, StoredRun } from './runJournal';
import type { RunStore } from './runStore';
import type { RunView } from './runView';
import type { WorkspaceLease } from './workspaceLease';

export interface RunHousekeepingOptions {
  bus: EventBus;
  journal: RunJournal;
  index: RunIndex;
  store: RunStore;
  lease: WorkspaceLease;
  clock: Clock;
  /** Asked at each use. */
  retention: () => { maxRuns: number; maxMegabytes: number };
  /** Imported traces; they count for the megabytes that are kept. */
  imports?: Pick<SpanLog, 'listTraces' | 'deleteTrace'>;
  /** Brings traces back that the index lost; called after the runs were found. */
  restoreTraces?: () => Promise<void>;
  /** Told of what failed; the next round tries again. */
  onProblem: (error: unknown) => void;
  /** Default 5 s. */
  everyMs?: number;
}

const EVERY_MS = 5000;
const BYTES_PER_MEGABYTE = 1_000_000;
/** Imported traces that are kept at most, and the part of the megabytes that they may take from the runs. */
const MAX_IMPORTED_TRACES = 1000;
export const IMPORTED_SHARE = 0.5;

export class RunHousekeeping implements Disposable {
  private timer: Disposable | undefined;
  private disposed = false;
  private round: Promise<void> | undefined;
  /** Size of each run of another window when it was last read. */
  private readonly read = new Map<string, number>();

  constructor(private readonly options: RunHousekeepingOptions) {}

  /** Resolves after the first round; the others follow by the clock. */
  async start(): Promise<void> {
    await this.runOnce();
    this.schedule();
  }

  /** One round; never rejects. Rounds don't overlap. */
  runOnce(): Promise<void> {
    this.round ??= this.tidy()
      .catch((error: unknown) => this.options.onProblem(error))
      .finally(() => (this.round = undefined));
    return this.round;
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.dispose();
  }

  private schedule(): void {
    if (this.disposed) return;
    this.timer = this.options.clock.after(this.options.everyMs ?? EVERY_MS, () => {
      void this.runOnce().then(() => this.schedule());
    });
  }

  private async tidy(): Promise<void> {
    const { index, journal, lease } = this.options;
    await index.refresh();
    const holds = await lease.acquire();
    if (holds) await index.absorb((origin) => journal.isAlive(origin));
    const known = index.runs().map(({ runId }) => runId);
    const stored = await journal.listRuns();
    await this.findRuns(stored, known);
    if (!holds || this.disposed) return;
    await this.endInterrupted();
    await this.options.restoreTraces?.();
    await this.retain(stored);
    await journal.sweepLogs();
  }

  /** Brings index and views in step with what is on disk; `before` are the runs that were known when the disk was looked at. */
  private async findRuns(stored: StoredRun[], before: readonly string[]): Promise<void> {
    const { index, store } = this.options;
    for (const { runId, bytes } of stored) {
      if (this.disposed) return;
      if (store.isLive(runId)) continue;
      const known = index.run(runId);
      const isSettled = known !== undefined && isEnded(known.status) && known.status !== 'interrupted';
      if (known && (isSettled || this.read.get(runId) === bytes)) continue;
      await store.refresh(runId);
      this.read.set(runId, bytes);
    }
    const onDisk = new Set(stored.map(({ runId }) => runId));
    // What began and ended meanwhile is on disk too, though it was not yet when that was listed.
    for (const runId of before) {
      if (onDisk.has(runId) || store.isLive(runId)) continue;
      this.read.delete(runId);
      store.forget(runId);
    }
  }

  private async endInterrupted(): Promise<void> {
    const { bus, index, store, journal } = this.options;
    for (const run of [...index.runs()]) {
      if (isEnded(run.status) || store.isLive(run.runId)) continue;
      if (run.origin === bus.origin || (await journal.isAlive(run.origin))) continue;
      // What stands in the index may be old: the journal decides, and the lease must be ours still.
      const events = await journal.readRun(run.runId);
      const last = events.at(-1);
      if (!last || (await this.someoneWorksOn(events))) continue;
      await store.refresh(run.runId);
      const view = store.peek(run.runId);
      if (view && !isEnded(view.status) && (await this.options.lease.acquire())) this.interrupt(view, last);
    }
  }

  private async someoneWorksOn(events: EventEnvelope[]): Promise<boolean> {
    for (const origin of new Set(events.map((event) => event.origin))) {
      if (origin !== this.options.bus.origin && (await this.options.journal.isAlive(origin))) return true;
    }
    return false;
  }

  private interrupt(view: RunView, last: EventEnvelope): void {
    const common = {
      source: 'engine',
      runId: view.runId,
      correlationId: last.correlationId,
      ...(view.traceId !== '' && { traceId: view.traceId }),
    };
    const payload = { reason: 'window_closed' };
    let causationId = last.id;
    for (const task of view.tasks.filter(({ status }) => isWorkingTask(status))) {
      const draft = { topic: 'task.interrupted' as const, payload, ...common, causationId, taskId: task.id };
      causationId = this.options.bus.publish({ ...draft, agent: task.agent }).id;
    }
    this.options.bus.publish({ topic: 'run.interrupted', payload, ...common, causationId });
  }

  /** The oldest ended runs go first; those that can be resumed count as ended too. */
  private async retain(stored: StoredRun[]): Promise<void> {
    const { index, store, retention } = this.options;
    const { maxRuns, maxMegabytes } = retention();
    const bytesOf = new Map(stored.map(({ runId, bytes }) => [runId, bytes]));
    let count = stored.length;
    let bytes = (await this.retainImports(maxMegabytes)) + stored.reduce((sum, run) => sum + run.bytes, 0);
    const ended = index.runs().filter((run) => isEnded(run.status) && !store.isLive(run.runId));
    const oldestFirst = [...ended].sort((a, b) => ((a.endedAt ?? a.startedAt) < (b.endedAt ?? b.startedAt) ? -1 : 1));
    for (const { runId } of oldestFirst) {
      if (count <= maxRuns && bytes <= maxMegabytes * BYTES_PER_MEGABYTE) return;
      await store.delete(runId);
      this.read.delete(runId);
      count -= 1;
      bytes -= bytesOf.get(runId) ?? 0;
    }
  }

  /** Deletes the imports that were made first; returns the bytes of those that stay. */
  private async retainImports(maxMegabytes: number): Promise<number> {
    const { imports, index } = this.options;
    const traces = (await imports?.listTraces()) ?? [];
    let count = traces.length;
    let bytes = traces.reduce((sum, trace) => sum + trace.bytes, 0);
    for (const { traceId, bytes: freed } of traces.sort((a, b) => a.modifiedMs - b.modifiedMs)) {
      if (count <= MAX_IMPORTED_TRACES && bytes <= maxMegabytes * BYTES_PER_MEGABYTE * IMPORTED_SHARE) break;
      await imports?.deleteTrace(traceId);
      if (index.trace(traceId)?.runId === undefined) index.removeTrace(traceId);
      count -= 1;
      bytes -= freed;
    }
    return bytes;
  }
}
