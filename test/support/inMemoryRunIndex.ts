// The index of runs without a file.
import type { Disposable, TraceSummary } from '../../src/api';
import { toDisposable } from '../../src/core/disposable';
import type { IndexedRun, RunIndex, ThreadRecord } from '../../src/core/runs/runIndex';

export class InMemoryRunIndex implements RunIndex {
  private readonly runMap = new Map<string, IndexedRun>();
  private readonly traceMap = new Map<string, TraceSummary>();
  private readonly threadMap = new Map<string, ThreadRecord>();
  private readonly handlers = new Set<() => void>();

  runs = () => [...this.runMap.values()];
  run = (runId: string) => this.runMap.get(runId);
  traces = () => [...this.traceMap.values()];
  trace = (traceId: string) => this.traceMap.get(traceId);
  threads = () => [...this.threadMap.values()];
  thread = (threadId: string) => this.threadMap.get(threadId);

  putRun(run: IndexedRun): void {
    this.runMap.set(run.runId, structuredClone(run));
  }
  removeRun(runId: string): void {
    this.runMap.delete(runId);
    for (const trace of this.traces()) if (trace.runId === runId) this.traceMap.delete(trace.traceId);
  }
  putTrace(trace: TraceSummary): void {
    this.traceMap.set(trace.traceId, structuredClone(trace));
  }
  removeTrace(traceId: string): void {
    this.traceMap.delete(traceId);
  }
  putThread(thread: ThreadRecord): void {
    this.threadMap.set(thread.threadId, structuredClone(thread));
  }
  removeThread(threadId: string): void {
    this.threadMap.delete(threadId);
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }
  /** As if another window had written. */
  changeFromOutside(change: () => void): void {
    change();
    for (const handler of this.handlers) handler();
  }

  refresh = () => Promise.resolve();
  absorb = () => Promise.resolve();
  flush = () => Promise.resolve();
}
