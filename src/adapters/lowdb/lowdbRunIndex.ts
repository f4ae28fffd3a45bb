// The index of runs, traces and threads in lowdb. One window, the holder of the workspace's lease, writes the index; the others keep what
// they changed in a file of their own, which the holder takes over.
import { watch, type FSWatcher } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import type { Disposable, TraceSummary } from '../../api';
import { within, type Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import {
  changesOf,
  documentOf,
  emptyIndex,
  noChanges,
  openRemovals,
  parseIndex,
  withOlder,
  type IndexChanges,
  type IndexDocument,
} from '../../core/runs/indexDocument';
import { IndexView } from '../../core/runs/indexView';
import type { IndexedRun, RunIndex, ThreadRecord } from '../../core/runs/runIndex';
import { DurableJson } from './durableJson';

export type IndexProblem =
  { kind: 'set-aside'; path: string; movedTo: string } | { kind: 'write-failed'; path: string; error: unknown };

export interface LowdbRunIndexOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  /** Names this window. */
  origin: string;
  clock: Clock;
  /** Whether this window may write the index now. */
  isWriter: () => boolean;
  /** Told of files that were set aside, and of writes that failed (they are tried again). */
  onProblem: (problem: IndexProblem) => void;
  /** Awaited, ten seconds at most, before what has changed so far is saved: nothing stands in the index that is not in the journal on disk. */
  beforeSave?: () => Promise<void>;
  /** Changes are saved together after so long; default 200 ms. */
  saveAfterMs?: number;
  /** False: only `refresh` sees what other windows write. */
  watch?: boolean;
}

const SAVE_AFTER_MS = 200;
const RETRY_AFTER_MS = 5000;
/** A journal that takes longer holds a save no longer: it is tried again later. */
const JOURNAL_WITHIN_MS = 10_000;
const OVERLAY = /^index-([A-Za-z0-9_-]{1,64})\.json$/;

export class LowdbRunIndex implements RunIndex, Disposable {
  private readonly low: Low<IndexDocument>;
  private readonly adapter: DurableJson<IndexDocument>;
  private readonly handlers = new Set<() => void>();
  /** What this window changed and did not save yet. */
  private changes: IndexChanges = noChanges();
  /** What is being saved; what changes meanwhile comes with the next save. */
  private saving: IndexChanges = noChanges();
  /** What stands in this window's own file, until the index has it. */
  private handedOver: IndexChanges = noChanges();
  private saves = 0;
  /** The last save of each other window that this one took over. */
  private absorbed: Record<string, number> | undefined;
  /** The index with the changes; made again after each save. */
  private view: IndexView | undefined;
  /** Grows with each change of what is seen. */
  private version = 0;
  private dirty = false;
  private timer: Disposable | undefined;
  private work: Promise<void> = Promise.resolve();
  private watcher: FSWatcher | undefined;
  /** The file that `low.data` is the content of. */
  private readMark = '';
  private disposed = false;

  /** Reads the index at once: it is small, and lists are asked for synchronously. */
  constructor(private readonly options: LowdbRunIndexOptions) {
    this.adapter = this.open(join(options.folder, 'index.json'));
    this.low = new Low(this.adapter, this.adapter.readSync() ?? emptyIndex());
    if (options.watch !== false) this.startWatching();
  }

  runs(): readonly IndexedRun[] {
    return this.current().runs.list();
  }
  run(runId: string): IndexedRun | undefined {
    return this.current().runs.get(runId);
  }
  traces(): readonly TraceSummary[] {
    return this.current().traces.list();
  }
  trace(traceId: string): TraceSummary | undefined {
    return this.current().traces.get(traceId);
  }
  threads(): readonly ThreadRecord[] {
    return this.current().threads.list();
  }
  thread(threadId: string): ThreadRecord | undefined {
    return this.current().threads.get(threadId);
  }

  putRun(run: IndexedRun): void {
    this.put('runs', run.runId, run);
  }
  removeRun(runId: string): void {
    for (const trace of this.traces()) if (trace.runId === runId) this.put('traces', trace.traceId, null);
    this.put('runs', runId, null);
  }
  putTrace(trace: TraceSummary): void {
    this.put('traces', trace.traceId, trace);
  }
  removeTrace(traceId: string): void {
    this.put('traces', traceId, null);
  }
  putThread(thread: ThreadRecord): void {
    this.put('threads', thread.threadId, thread);
  }
  removeThread(threadId: string): void {
    this.put('threads', threadId, null);
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  flush(): Promise<void> {
    this.timer?.dispose();
    this.timer = undefined;
    return this.enqueue(() => this.save());
  }

  /** Reads what other windows have saved; for a tick where watching does not work. */
  refresh(): Promise<void> {
    return this.enqueue(() => this.reload());
  }

  async absorb(isAlive: (origin: string) => Promise<boolean>): Promise<void> {
    await this.enqueue(() => this.reload());
    await this.enqueue(async () => {
      const before = this.version;
      const gone: string[] = [];
      const taken = this.absorbed ?? this.low.data.absorbed ?? {};
      this.absorbed = {};
      for (const { origin, path } of await this.overlays()) {
        const overlay = await this.open(path).read();
        // What was taken over before may be out of date by now.
        const isNew = overlay !== null && (overlay.save === undefined || overlay.save > (taken[origin] ?? 0));
        if (isNew) {
          this.changes = withOlder(this.changes, changesOf(overlay));
          this.view = undefined;
          this.onChanged();
        }
        if (!(await isAlive(origin))) gone.push(path);
        else this.absorbed[origin] = Math.max(taken[origin] ?? 0, overlay?.save ?? 0);
      }
      await this.save();
      // Only after its changes are safe elsewhere.
      if (!this.dirty) for (const path of gone) await rm(path, { force: true });
      if (this.version !== before) this.notify();
    });
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.dispose();
    this.watcher?.close();
    this.handlers.clear();
  }

  private current(): IndexView {
    this.view ??= new IndexView(this.low.data, withOlder(this.changes, this.unsaved()));
    return this.view;
  }

  private put<K extends 'runs' | 'traces' | 'threads'>(
    kind: K,
    key: string,
    item: IndexDocument[K][number] | null,
  ): void {
    const changes = this.changes[kind] as Map<string, typeof item>;
    changes.set(key, item);
    const seen = this.view?.[kind] as { put(key: string, changed: typeof item): void } | undefined;
    seen?.put(key, item);
    this.onChanged();
  }

  private unsaved(): IndexChanges {
    return withOlder(this.saving, this.handedOver);
  }

  private onChanged(): void {
    this.version += 1;
    this.dirty = true;
    this.schedule(this.options.saveAfterMs ?? SAVE_AFTER_MS);
  }

  private schedule(delayMs: number): void {
    if (this.disposed) return;
    this.timer ??= this.options.clock.after(delayMs, () => {
      this.timer = undefined;
      void this.enqueue(() => this.save());
    });
  }

  /** One step after the other; whoever asked for one that failed is told, and the next ones go on. */
  private enqueue(step: () => Promise<void>): Promise<void> {
    const done = this.work.then(step);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async save(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    this.saving = this.changes;
    this.changes = noChanges();
    // A journal that can't be written is reported by itself; one that hangs holds up a save, not for ever.
    const journalled = this.options.beforeSave?.().catch(() => undefined) ?? Promise.resolve();
    if ((await within(this.options.clock, JOURNAL_WITHIN_MS, journalled)) === 'late') {
      this.tryLater();
      return;
    }
    const isWriter = this.options.isWriter();
    const path = isWriter ? join(this.options.folder, 'index.json') : this.overlayPath();
    try {
      if (isWriter) await this.saveIndex();
      else await this.handOver(path);
    } catch (error) {
      this.options.onProblem({ kind: 'write-failed', path, error });
      this.tryLater();
    }
  }

  /** What could not be saved comes with the next save. */
  private tryLater(): void {
    this.dirty = true;
    this.changes = withOlder(this.changes, this.saving);
    this.saving = noChanges();
    this.schedule(RETRY_AFTER_MS);
  }

  /** Leaves the changes to the holder of the lease; first forgets those that it has taken over, which may be out of date. */
  private async handOver(path: string): Promise<void> {
    await this.reload();
    this.handedOver = this.unsaved();
    this.saving = noChanges();
    this.saves += 1;
    await this.open(path).write({ ...documentOf(this.handedOver), save: this.saves });
  }

  /** Another window may have written before this one got the lease: what it saved is the base. What is ours need not be read again. */
  private async saveIndex(): Promise<void> {
    const isOurs = (await this.adapter.mark()) === this.readMark;
    const saved = (isOurs ? undefined : await this.adapter.read()) ?? this.low.data;
    const absorbed = this.absorbed ?? saved.absorbed;
    const unsaved = this.unsaved();
    this.saving = noChanges();
    this.handedOver = noChanges();
    this.low.data = { ...new IndexView(saved, unsaved).document(), ...(absorbed && { absorbed }) };
    this.view = undefined;
    try {
      await this.low.write();
    } catch (error) {
      this.changes = withOlder(this.changes, unsaved);
      throw error;
    }
    this.readMark = this.adapter.written;
    await rm(this.overlayPath(), { force: true });
    if (!isOurs) this.notify();
  }

  private async reload(): Promise<void> {
    const mark = await this.adapter.mark();
    if (mark === this.readMark || this.disposed) return;
    const saved = await this.adapter.read();
    if (!saved) return;
    this.readMark = mark;
    this.low.data = saved;
    this.absorbed = undefined;
    // All that was handed over stands in the last save.
    if (saved.absorbed?.[this.options.origin] === this.saves) this.handedOver = openRemovals(this.handedOver, saved);
    this.view = undefined;
    this.notify();
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }

  private overlayPath(): string {
    return join(this.options.folder, `index-${this.options.origin}.json`);
  }

  private async overlays(): Promise<{ origin: string; path: string }[]> {
    const names = await readdir(this.options.folder).catch(() => [] as string[]);
    return names.flatMap((name) => {
      const origin = OVERLAY.exec(name)?.[1];
      if (origin === undefined || origin === this.options.origin) return [];
      return [{ origin, path: join(this.options.folder, name) }];
    });
  }

  private open(path: string): DurableJson<IndexDocument> {
    return new DurableJson({
      path,
      parse: parseIndex,
      onSetAside: (from, movedTo) => this.options.onProblem({ kind: 'set-aside', path: from, movedTo }),
    });
  }

  /** Watching is a courtesy that file systems may not grant: `refresh` sees everything too. */
  private startWatching(): void {
    try {
      this.watcher = watch(this.options.folder, { persistent: false }, (_event, name) => {
        if (name === 'index.json' && !this.options.isWriter()) void this.refresh();
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      this.watcher = undefined;
    }
  }
}
