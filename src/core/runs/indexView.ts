// The index as one window sees it: what is saved with the window's own changes over it, looked up by key and kept up to date change by change.
import { joinThreads, type IndexChanges, type IndexDocument } from './indexDocument';
import { KeyedView } from './keyedView';

/** One for each saved state of the index; a put costs the same however long the index is. */
export class IndexView {
  readonly runs;
  readonly traces;
  readonly threads;

  constructor(saved: IndexDocument, changes: IndexChanges) {
    this.runs = new KeyedView(saved.runs, changes.runs, ({ runId }) => runId);
    this.traces = new KeyedView(saved.traces, changes.traces, ({ traceId }) => traceId);
    this.threads = new KeyedView(saved.threads, changes.threads, ({ threadId }) => threadId, joinThreads);
  }

  /** As it is to be saved. */
  document(): IndexDocument {
    const { runs, traces, threads } = this;
    return { schemaVersion: 1, runs: [...runs.list()], traces: [...traces.list()], threads: [...threads.list()] };
  }
}
