// A span as it is stored: what the API shows of it, and what is needed to export it again without loss.
import * as z from 'zod/mini';
import type { SpanRecord } from '../../api';

/** An attribute value as OTLP has it, for attributes of links, events and resources. */
export interface SpanLink {
  traceId: string;
  spanId: string;
  attributes?: Record<string, unknown>;
}

export interface SpanEvent {
  name: string;
  timeUnixNano: string;
  attributes?: Record<string, unknown>;
}

/** Times are exact in `…UnixNano` (decimal digits) and readable in `startTime` and `endTime`. */
export interface StoredSpan extends SpanRecord {
  /** Order of start within one window; ties of the clock are broken by it. */
  seq: number;
  startTimeUnixNano: string;
  endTimeUnixNano?: string;
  links?: SpanLink[];
  events?: SpanEvent[];
  /** Set on the spans of a run. */
  runId?: string;
  /** True when the window that ran the span is gone without having ended it. */
  interrupted?: boolean;
  /** Only of imported spans: who recorded them. */
  resource?: Record<string, unknown>;
  scope?: { name: string; version?: string };
  /** Only of imported spans: fields of OTLP that we don't read and give back as they are. */
  extra?: Record<string, unknown>;
}

const link = z.object({ traceId: z.string(), spanId: z.string() });
const storedSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.optional(z.string()),
  name: z.string(),
  kind: z.string(),
  startTime: z.string(),
  endTime: z.optional(z.string()),
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.optional(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  seq: z.number(),
  startTimeUnixNano: z.string().check(z.regex(/^\d+$/)),
  endTimeUnixNano: z.optional(z.string().check(z.regex(/^\d+$/))),
  links: z.optional(z.array(link)),
  events: z.optional(z.array(z.object({ name: z.string(), timeUnixNano: z.string() }))),
  runId: z.optional(z.string()),
});

/** True for a span as it is stored; for what was read from disk. */
export function isStoredSpan(value: unknown): value is StoredSpan {
  return storedSpan.safeParse(value).success;
}
