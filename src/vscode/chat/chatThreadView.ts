// The thread that the chat shows: which of its runs are loaded, in order, and their turns. Replaced runs (edit and resend, retry) are left out.
import type { LiveCall } from '../../core/runs/liveText';
import type { RunView } from '../../core/runs/runView';
import { isActive, type Turn } from '../../protocol/chat/chatTurn';
import type { RunsSource } from '../runs/runsSource';
import type { TurnTexts } from './stepItems';
import { turnFromRun } from './turnFromRun';

/** How many turns are loaded at first and with each step back. */
export const PAGE_SIZE = 30;

export interface ChatThreadViewOptions {
  runs: RunsSource;
  live: (runId: string) => LiveCall[];
  isHere: (runId: string) => boolean;
  texts: TurnTexts;
}

/** One thread at a time; `open` of another while one is loading wins. */
export class ChatThreadView {
  threadId: string | undefined;
  title = '';
  private shown: string[] = [];
  /** Oldest first: ids that were not loaded yet. */
  private earlierIds: string[] = [];
  /** Ids that a loaded run replaced, with all between them and it. */
  private readonly hidden = new Set<string>();
  private readonly turnCache = new Map<string, Turn>();
  private generation = 0;

  constructor(private readonly options: ChatThreadViewOptions) {}

  /** True where the run's turn is among those that are loaded. */
  shows(runId: string): boolean {
    return this.shown.includes(runId);
  }

  get earlier(): number {
    return this.earlierIds.length;
  }

  clear(): void {
    this.generation += 1;
    this.threadId = undefined;
    this.title = '';
    this.shown = [];
    this.earlierIds = [];
    this.hidden.clear();
    this.turnCache.clear();
  }

  /** Shows a thread from its end; `runIds` oldest first. Resolves to false when another was opened meanwhile. */
  async open(thread: { threadId?: string; title: string; runIds: readonly string[] }): Promise<boolean> {
    this.clear();
    this.threadId = thread.threadId;
    this.title = thread.title;
    this.earlierIds = [...thread.runIds];
    return this.loadEarlier();
  }

  /** Loads one more page of earlier turns, or pages until `until` is loaded. */
  async loadEarlier(until?: string): Promise<boolean> {
    const generation = this.generation;
    const wanted = this.shown.length + PAGE_SIZE;
    const open = () => (until === undefined ? this.shown.length < wanted : !this.shown.includes(until));
    while (this.earlierIds.length > 0 && open()) {
      const runId = this.earlierIds.at(-1);
      if (runId === undefined) break;
      const run = this.hidden.has(runId) ? undefined : await this.options.runs.load(runId);
      if (generation !== this.generation) return false;
      if (this.earlierIds.at(-1) !== runId) continue;
      this.earlierIds.pop();
      if (!run || this.shown.includes(runId)) continue;
      this.hideReplaced(run);
      this.shown.unshift(runId);
      this.project(run);
    }
    return generation === this.generation;
  }

  /** A run was started in this thread by the chat itself. */
  append(run: { runId: string; threadId: string; replaces?: string }): void {
    this.threadId = run.threadId;
    if (!this.shown.includes(run.runId)) this.shown.push(run.runId);
    if (run.replaces !== undefined) this.hideReplaced({ runId: run.runId, replaces: run.replaces });
  }

  /** A run began, changed or was deleted; true when the thread shows it. */
  runChanged(runId: string): boolean {
    const run = this.options.runs.peek(runId);
    const isShown = this.shown.includes(runId);
    if (!run) return this.forgetDeleted(runId);
    this.turnCache.delete(runId);
    if (isShown) {
      if (run.replaces !== undefined) this.hideReplaced(run);
      return true;
    }
    if (this.threadId === undefined || run.threadId !== this.threadId) return false;
    if (this.hidden.has(runId) || this.earlierIds.includes(runId)) return false;
    this.append({
      runId,
      threadId: this.threadId,
      ...(run.replaces !== undefined && { replaces: run.replaces }),
    });
    return true;
  }

  /** A run that is not in memory was deleted, or it changed on disk: then what is shown stays until `reread`. */
  private forgetDeleted(runId: string): boolean {
    if (this.options.runs.list().some((summary) => summary.runId === runId)) return false;
    const isShown = this.shown.includes(runId);
    this.shown = this.shown.filter((id) => id !== runId);
    this.earlierIds = this.earlierIds.filter((id) => id !== runId);
    this.turnCache.delete(runId);
    return isShown;
  }

  /** Reads a shown run again that another window changed; true when there is something new to show. */
  async reread(runId: string): Promise<boolean> {
    if (!this.shown.includes(runId) || this.options.runs.peek(runId)) return false;
    const run = await this.options.runs.load(runId);
    if (!run || !this.shown.includes(runId)) return false;
    this.project(run);
    return true;
  }

  /** Text of a run streamed in; true when the thread shows it. */
  streamed(runId: string): boolean {
    if (!this.shown.includes(runId)) return false;
    this.turnCache.delete(runId);
    return true;
  }

  turns(): Turn[] {
    return this.shown.map((runId) => this.turn(runId)).filter((turn) => turn !== undefined);
  }

  /** The newest run of the thread that this window still works on. */
  activeRun(): RunView | undefined {
    for (const runId of [...this.shown].reverse()) {
      const run = this.options.runs.peek(runId);
      if (run && isActive(run.status) && this.options.isHere(runId)) return run;
    }
    return undefined;
  }

  private turn(runId: string): Turn | undefined {
    const cached = this.turnCache.get(runId);
    if (cached) return cached;
    const run = this.options.runs.peek(runId);
    return run && this.project(run);
  }

  private project(run: RunView): Turn {
    const turn = turnFromRun(run, this.options.live(run.runId), this.options.texts);
    if (isActive(run.status) && !this.options.isHere(run.runId)) turn.head.isElsewhere = true;
    this.turnCache.set(run.runId, turn);
    return turn;
  }

  private hideReplaced(run: { runId: string; replaces?: string }): void {
    if (run.replaces === undefined) return;
    const all = [...this.earlierIds, ...this.shown];
    const from = all.indexOf(run.replaces);
    const to = all.indexOf(run.runId);
    if (from === -1) return;
    for (const id of all.slice(from, to === -1 ? undefined : to)) if (id !== run.runId) this.hidden.add(id);
    this.shown = this.shown.filter((id) => !this.hidden.has(id));
    this.earlierIds = this.earlierIds.filter((id) => !this.hidden.has(id));
  }
}
