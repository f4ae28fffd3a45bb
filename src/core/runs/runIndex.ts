// The small document that lists runs and threads, so that lists need no journal. It can be rebuilt from the journals.
import type { Disposable, RunSummary, TraceSummary } from '../../api';

/** A run as the index keeps it. */
export interface IndexedRun extends RunSummary {
  traceId: string;
  /** The window that wrote the run's last event. */
  origin: string;
}

/** A conversation. Title and order come from its runs; `draft` is what stands unsent in its input. */
export interface ThreadRecord {
  threadId: string;
  title: string;
  /** ISO-8601. */
  updatedAt: string;
  /** In the order in which they began. */
  runIds: string[];
  draft?: string;
}

/** Reads are synchronous; writes are remembered at once and saved soon, by whichever window holds the workspace's lease. */
export interface RunIndex {
  runs(): readonly IndexedRun[];
  run(runId: string): IndexedRun | undefined;
  putRun(run: IndexedRun): void;
  /** Forgets the run and its traces. */
  removeRun(runId: string): void;
  traces(): readonly TraceSummary[];
  trace(traceId: string): TraceSummary | undefined;
  putTrace(trace: TraceSummary): void;
  removeTrace(traceId: string): void;
  threads(): readonly ThreadRecord[];
  thread(threadId: string): ThreadRecord | undefined;
  putThread(thread: ThreadRecord): void;
  removeThread(threadId: string): void;
  /** Called after another window changed the index; never for changes of one's own. */
  onDidChange(handler: () => void): Disposable;
  /** Brings in what other windows have saved. */
  refresh(): Promise<void>;
  /** For the holder of the lease: takes over what the other windows could not save themselves. */
  absorb(isAlive: (origin: string) => Promise<boolean>): Promise<void>;
  /** Resolves once everything put before is saved, or left to the window that holds the lease. */
  flush(): Promise<void>;
}
