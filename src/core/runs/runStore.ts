// All runs of the workspace as views: those that this window works on follow the bus, the others are read from their journals.
// A projection: it never decides what a run does.
import type { Disposable, EventEnvelope, RunSummary } from '../../api';
import { DisposableStore, toDisposable } from '../disposable';
import type { EventBus } from '../events/eventBus';
import { initialRunView, reduceEvents, reduceRun, toRunSummary } from './reduceRun';
import type { RunIndex, ThreadRecord } from './runIndex';
import type { RunJournal } from './runJournal';
import { isEnded } from './runStates';
import type { RunView } from './runView';

export interface RunStoreOptions {
  bus: EventBus;
  journal: RunJournal;
  index: RunIndex;
  /** Views of finished runs kept in memory; default 40. */
  cachedViews?: number;
  /** Told of journals that could not be read in the background. */
  onProblem?: (error: unknown) => void;
}

/** `event` is absent when the run changed on disk (another window, deletion). The view already includes the event. */
export type RunChangeHandler = (runId: string, event?: EventEnvelope) => void;

/** What was deleted, or was found to be gone. */
export type Forgotten = { runId: string } | { threadId: string };

const DEFAULT_CACHED_VIEWS = 40;
const MAX_TITLE = 80;

/** Views are consumed by the next event of their run (see `reduceRun`): read what you need, or subscribe and read again. */
export class RunStore implements Disposable {
  private readonly bus: EventBus;
  private readonly journal: RunJournal;
  private readonly index: RunIndex;
  private readonly cachedViews: number;
  private readonly owned = new DisposableStore();
  private readonly handlers = new Set<RunChangeHandler>();
  private readonly forgetHandlers = new Set<(gone: Forgotten) => void>();
  /** Runs of this window that have not ended. */
  private readonly live = new Map<string, RunView>();
  /** Ended runs, the least recently used first. */
  private readonly ended = new Map<string, RunView>();
  /** Runs that this window deleted: whoever was reading one meanwhile must not bring it back. One id each, as many as a person deletes. */
  private readonly deleted = new Set<string>();
  private readonly loading = new Map<string, Promise<RunView | undefined>>();
  /** Events of runs that are being read, which their journal may not have had yet. */
  private readonly arrived = new Map<string, EventEnvelope[]>();
  private readonly onProblem: (error: unknown) => void;
  /** What `list` gave last. */
  private listed: readonly RunSummary[] | undefined;

  constructor(options: RunStoreOptions) {
    this.bus = options.bus;
    this.journal = options.journal;
    this.index = options.index;
    this.cachedViews = options.cachedViews ?? DEFAULT_CACHED_VIEWS;
    this.onProblem = options.onProblem ?? (() => undefined);
    this.owned.add(this.bus.tap((event) => this.follow(event)));
    this.owned.add(this.index.onDidChange(() => this.onIndexChanged()));
  }

  /** The view of a run, read from its journal where needed; undefined for an unknown run. */
  async get(runId: string): Promise<RunView | undefined> {
    return this.peek(runId) ?? this.load(runId);
  }

  /** The view of a run if it is in memory: always for a run that this window works on. */
  peek(runId: string): RunView | undefined {
    const view = this.live.get(runId);
    if (view) return view;
    const cached = this.ended.get(runId);
    if (cached) this.remember(cached);
    return cached;
  }

  /** True for a run that there is, whatever window works on it. */
  has(runId: string): boolean {
    return this.live.has(runId) || (this.index.run(runId) !== undefined && !this.deleted.has(runId));
  }

  /** True while this window works on the run. */
  isLive(runId: string): boolean {
    return this.live.has(runId);
  }

  /** Newest first; the same array until a run comes, goes, or gets another state or agent. */
  list(): readonly RunSummary[] {
    this.listed ??= this.index
      .runs()
      .map(({ traceId: _traceId, origin: _origin, ...summary }) => summary)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
    return this.listed;
  }

  /** The most recently used first. */
  threads(): ThreadRecord[] {
    return [...this.index.threads()].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  }

  /** The runs of a thread, in the order in which they began. */
  async thread(threadId: string): Promise<RunView[]> {
    const runIds = this.index.thread(threadId)?.runIds ?? [];
    const views = await Promise.all(runIds.map((runId) => this.get(runId)));
    return views.filter((view) => view !== undefined);
  }

  /** Keeps what stands unsent in a thread's input; an empty draft is forgotten. */
  setDraft(threadId: string, draft: string, updatedAt: string): void {
    const known = this.index.thread(threadId);
    if (!known && draft === '') return;
    const { draft: _old, ...thread } = known ?? { threadId, title: '', updatedAt, runIds: [] };
    this.index.putThread(draft === '' ? thread : { ...thread, draft });
  }

  renameThread(threadId: string, title: string): void {
    const thread = this.index.thread(threadId);
    if (thread) this.index.putThread({ ...thread, title: title.slice(0, MAX_TITLE) });
  }

  /** Deletes a thread with its runs; runs that this window works on must have been cancelled before. */
  async deleteThread(threadId: string): Promise<void> {
    const runIds = this.index.thread(threadId)?.runIds ?? [];
    await Promise.all(runIds.map((runId) => this.delete(runId)));
    this.removeThread(threadId);
  }

  /** Deletes a run with its journal and spans; an unknown or a live run is left alone. */
  async delete(runId: string): Promise<void> {
    if (this.live.has(runId)) return;
    this.deleted.add(runId);
    const traceId = this.index.run(runId)?.traceId;
    this.forget(runId);
    await this.journal.deleteRun(runId, traceId);
  }

  /** Takes a run whose files are gone out of lists and threads. */
  forget(runId: string): void {
    const run = this.index.run(runId);
    this.live.delete(runId);
    this.ended.delete(runId);
    if (!run) return;
    this.index.removeRun(runId);
    this.listed = undefined;
    if (run.threadId !== undefined) this.leaveThread(run.threadId, runId);
    this.tellForgotten({ runId });
    this.notify(runId);
  }

  /** Called after every event of a run, and when a run changed on disk. Handlers must not throw. */
  onDidChange(handler: RunChangeHandler): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Called with runs and threads that are gone, so that what is kept for them elsewhere can go as well. Handlers must not throw. */
  onDidForget(handler: (gone: Forgotten) => void): Disposable {
    this.forgetHandlers.add(handler);
    return toDisposable(() => this.forgetHandlers.delete(handler));
  }

  /** Reads a run's journal again and brings index and views up to date; for runs of other windows. */
  async refresh(runId: string): Promise<void> {
    if (this.live.has(runId)) return;
    this.ended.delete(runId);
    const events = await this.journal.readRun(runId);
    const last = events.at(-1);
    // It may have been deleted while its journal was read.
    // Or gone on with, and be over by now: what was read is older than that.
    if (this.live.has(runId) || this.ended.has(runId) || this.deleted.has(runId) || !last) return;
    const view = reduceEvents(runId, events);
    this.remember(view);
    this.record(view, last.origin);
    this.notify(runId);
  }

  dispose(): void {
    this.owned.dispose();
    this.handlers.clear();
    this.forgetHandlers.clear();
    this.live.clear();
    this.ended.clear();
  }

  private follow(event: EventEnvelope): void {
    const { runId } = event;
    if (runId === undefined) return;
    const before = this.live.get(runId) ?? this.ended.get(runId) ?? this.begin(event);
    if (!before) {
      this.followLater(runId, event);
      return;
    }
    const status = before.status;
    const agent = before.agent;
    const view = reduceRun(before, event);
    this.keep(view);
    if (event.topic === 'run.started' || view.status !== status || view.agent !== agent) {
      this.record(view, event.origin);
    }
    this.notify(runId, event);
  }

  /** A run from disk that nobody has looked at yet. */
  private followLater(runId: string, event: EventEnvelope): void {
    const arrived = this.arrived.get(runId);
    if (arrived) arrived.push(event);
    else this.arrived.set(runId, [event]);
    this.load(runId).then(() => this.notify(runId, event), this.onProblem);
  }

  private begin(event: EventEnvelope): RunView | undefined {
    return event.topic === 'run.started' && event.runId !== undefined ? initialRunView(event.runId) : undefined;
  }

  private keep(view: RunView): void {
    if (isEnded(view.status)) {
      this.live.delete(view.runId);
      this.remember(view);
    } else {
      this.ended.delete(view.runId);
      this.live.set(view.runId, view);
    }
  }

  private remember(view: RunView): void {
    this.ended.delete(view.runId);
    this.ended.set(view.runId, view);
    if (this.ended.size <= this.cachedViews) return;
    const oldest = this.ended.keys().next().value;
    if (oldest !== undefined) this.ended.delete(oldest);
  }

  private load(runId: string): Promise<RunView | undefined> {
    const pending = this.loading.get(runId) ?? this.read(runId).finally(() => this.loading.delete(runId));
    this.loading.set(runId, pending);
    return pending;
  }

  private async read(runId: string): Promise<RunView | undefined> {
    const events = await this.journal.readRun(runId);
    const arrived = this.arrived.get(runId) ?? [];
    this.arrived.delete(runId);
    const newer = this.live.get(runId);
    // Events alone make no run: without a journal it was deleted, and what names it as a cause does not bring it back.
    if (newer || this.deleted.has(runId) || events.length === 0) return newer;
    const view = arrived.reduce(reduceRun, reduceEvents(runId, events));
    const last = arrived.at(-1) ?? events.at(-1);
    if (last?.origin === this.bus.origin && !isEnded(view.status)) this.live.set(runId, view);
    else this.remember(view);
    if (last?.origin === this.bus.origin) this.record(view, last.origin);
    return view;
  }

  private record(view: RunView, origin: string): void {
    this.index.putRun({ ...toRunSummary(view), traceId: view.traceId, origin });
    this.listed = undefined;
    if (view.threadId !== undefined) this.joinThread(view.threadId, view);
  }

  private joinThread(threadId: string, view: RunView): void {
    const known = this.index.thread(threadId);
    const runIds = known?.runIds ?? [];
    const updatedAt = view.endedAt ?? view.startedAt;
    this.index.putThread({
      ...known,
      threadId,
      title: known?.title !== undefined && known.title !== '' ? known.title : view.title.slice(0, MAX_TITLE),
      updatedAt: known && known.updatedAt > updatedAt ? known.updatedAt : updatedAt,
      runIds: runIds.includes(view.runId) ? runIds : [...runIds, view.runId],
    });
  }

  private leaveThread(threadId: string, runId: string): void {
    const thread = this.index.thread(threadId);
    if (!thread) return;
    const runIds = thread.runIds.filter((id) => id !== runId);
    if (runIds.length === 0 && thread.draft === undefined) this.removeThread(threadId);
    else this.index.putThread({ ...thread, runIds });
  }

  private removeThread(threadId: string): void {
    if (!this.index.thread(threadId)) return;
    this.index.removeThread(threadId);
    this.tellForgotten({ threadId });
  }

  private tellForgotten(gone: Forgotten): void {
    for (const handler of [...this.forgetHandlers]) handler(gone);
  }

  /** Another window wrote: cached views of ended runs may be stale. */
  private onIndexChanged(): void {
    this.listed = undefined;
    for (const [runId, view] of [...this.ended]) {
      const run = this.index.run(runId);
      if (run && run.status === view.status && run.endedAt === view.endedAt) continue;
      this.ended.delete(runId);
      this.notify(runId);
    }
    for (const handler of [...this.handlers]) handler('');
  }

  private notify(runId: string, event?: EventEnvelope): void {
    for (const handler of [...this.handlers]) handler(runId, event);
  }
}
