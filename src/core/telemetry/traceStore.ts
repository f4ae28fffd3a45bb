// What the API and the trace page know of traces, whatever records them.
import type { Disposable, TracesApi } from '../../api';
import type { OtlpFault } from './otlpTextReader';
import type { StoredSpan } from './storedSpan';

/** Traces of the workspace: those that are going on, those on disk, and imported ones. */
export interface TraceStore extends TracesApi {
  /** As `spans`, with everything that is kept. */
  stored(traceId: string): Promise<StoredSpan[]>;
  /** True while this window records spans of the trace. */
  isOpen(traceId: string): boolean;
  /** Called when a span starts or ends, with the record as it is then. */
  onDidChangeSpan(handler: (span: StoredSpan) => void): Disposable;
  /** Called after traces were imported. */
  onDidImport(handler: (traceIds: string[]) => void): Disposable;
  /** Keeps the spans of an OTLP/JSON file, read piece by piece; all of them, or nothing and the reason why. */
  importText(pieces: Iterable<string>, options?: ImportOptions): Promise<TraceImport | TraceFault>;
  /** The text of an OTLP/JSON file in pieces: of all traces, the newest 1,000 at most, or of those asked for. */
  exportText(traceIds?: string[]): AsyncIterable<string>;
}

export interface ImportOptions {
  /** Only the trace of this id. */
  traceId?: string;
  signal?: AbortSignal;
}

export interface TraceImport {
  /** In the order in which they turn up in the file. */
  traceIds: string[];
  spans: number;
  /** Items in the place of spans that had no valid ids. */
  skipped: number;
  /** The file ends within a request; what was whole before it was kept. */
  isCutOff: boolean;
}

export type TraceFault = OtlpFault | { reason: 'trace.too_many_traces'; limit: number } | { reason: 'cancelled' };
