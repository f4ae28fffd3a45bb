// The tracing port. Parents are passed explicitly: an extension host shares OpenTelemetry's globals with every other extension.

export type AttributeValue = string | number | boolean | string[] | number[];
export type Attributes = Record<string, AttributeValue | undefined>;

export interface SpanOptions {
  /** Absent for the root of a trace. */
  parent?: Span;
  kind?: 'internal' | 'client';
  attributes?: Attributes;
  /** Milliseconds since the epoch; now when absent. */
  startTimeMs?: number;
  /** Earlier traces or spans that this one continues. */
  links?: { traceId: string; spanId: string }[];
  /** Keeps the trace of an earlier root (resume, retry). */
  traceId?: string;
}

export interface SpanEnd {
  status?: 'ok' | 'error';
  message?: string;
  attributes?: Attributes;
  endTimeMs?: number;
}

/** A span that is going on. Ending twice does nothing. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  setAttributes(attributes: Attributes): void;
  end(end?: SpanEnd): void;
}

/** Starts spans; never throws, never waits. */
export interface Tracing {
  startSpan(name: string, options?: SpanOptions): Span;
}
