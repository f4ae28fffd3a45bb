// What the API and the trace page know of traces, whatever records them.
import type { Disposable, SpanRecord, TracesApi } from '../../api';

/** Traces of the workspace: those that are going on, those on disk, and imported ones. */
export interface TraceStore extends TracesApi {
  /** Called when a span starts or ends, with the record as it is then. */
  onDidChangeSpan(handler: (span: SpanRecord) => void): Disposable;
}
