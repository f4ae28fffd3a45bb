// Where spans go for good: beside the events of their run, or in a folder of their trace when they belong to no run.
import type { StoredSpan } from './storedSpan';

/** A span belongs to its run where there is one, else to its trace. */
export type SpanOwner = { runId: string } | { traceId: string };

/** Appending never waits and never throws. A span is appended when it starts and again when it ends; the last record of a span counts. */
export interface SpanLog {
  appendSpan(owner: SpanOwner, span: StoredSpan): void;
  /** In order of their start; a span whose window is gone is `interrupted`. */
  readSpans(owner: SpanOwner): Promise<StoredSpan[]>;
  /** Keeps the imported spans of one trace, however many, in pieces with turns of the event loop between them. */
  importSpans(traceId: string, spans: readonly StoredSpan[]): Promise<void>;
  /** The traces that belong to no run, and what was imported into traces that do. */
  listTraces(): Promise<StoredTrace[]>;
  /** Deletes what `listTraces` lists; an unknown trace is no error. */
  deleteTrace(traceId: string): Promise<void>;
}

/** One trace's folder. */
export interface StoredTrace {
  traceId: string;
  bytes: number;
  /** When something was last written, in milliseconds since the epoch. */
  modifiedMs: number;
}
