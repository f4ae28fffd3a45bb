// A span as it is stored: what the API shows of it, and what is needed to export it again without loss.
import * as z from 'zod/mini';
import type { SpanRecord } from '../../api';
import type { OtlpRest } from './otlpValues';
import { compareNanos } from './spanTime';

/** In the protocol's numbering, which is one above that of OpenTelemetry's JavaScript API. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;

export interface SpanLink extends OtlpRest {
  traceId: string;
  spanId: string;
  attributes?: Record<string, unknown>;
}

export interface SpanEvent extends OtlpRest {
  name: string;
  timeUnixNano: string;
  attributes?: Record<string, unknown>;
}

/** Who recorded imported spans. Spans of one group share the object. */
export interface SpanSource {
  /** Attributes of the resource, `service.name` for one. */
  resource: Record<string, unknown>;
  scope: { name: string; version?: string; attributes?: Record<string, unknown> };
  resourceRest?: OtlpRest;
  scopeRest?: OtlpRest;
  /** Fields beside the resource and beside the scope, `schemaUrl` for one. */
  groupExtra?: Record<string, unknown>;
  scopeGroupExtra?: Record<string, unknown>;
}

/** Times are exact in `…UnixNano` (decimal digits) and readable in `startTime` and `endTime`. */
export interface StoredSpan extends SpanRecord, OtlpRest {
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
  source?: SpanSource;
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

/** What the API shows of a span; shares nothing that changes. */
export function toSpanRecord(span: StoredSpan): SpanRecord {
  const { traceId, spanId, parentSpanId, name, kind, startTime, endTime, status, statusMessage, attributes } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTime,
    ...(endTime !== undefined && { endTime }),
    status,
    ...(statusMessage !== undefined && { statusMessage }),
    attributes: { ...attributes },
  };
}

/** For sorting: ties of the clock are broken by the order of start within one window. */
export function bySpanStart(a: StoredSpan, b: StoredSpan): number {
  return compareNanos(a.startTimeUnixNano, b.startTimeUnixNano) || a.seq - b.seq;
}
