// The only file that loads OpenTelemetry's SDK. A provider of our own: neither registered globally nor reading what others registered.
import {
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type HrTime,
} from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { isoFromNanos } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';

/** Everything that is decided before the SDK records a span; ids are ours, so that callers need not wait for the SDK. */
export interface SpanStart {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: 'internal' | 'client';
  attributes: Attributes;
  links: { traceId: string; spanId: string }[];
  startNanos: string;
  seq: number;
}

export interface SpanFinish {
  status: 'unset' | 'ok' | 'error';
  message?: string;
  endNanos: string;
}

/** A span that the SDK records. */
export interface SdkSpan {
  setAttributes(attributes: Attributes): void;
  end(finish: SpanFinish): void;
}

export interface SpanSdk {
  start(span: SpanStart): SdkSpan;
  shutdown(): Promise<void>;
}

/** Gets a flat record when a span starts and another when it has ended. Must not throw. */
export interface SpanSink {
  started(span: StoredSpan): void;
  ended(span: StoredSpan): void;
}

/** What is known of a span beside what the SDK gives back. */
interface OpenSpan {
  seq: number;
  startNanos: string;
  startTime: string;
}

/** Where the API keeps a context's span. Its own accessor is a global that every extension in the process shares. */
const SPAN_KEY = createContextKey('OpenTelemetry Context Key SPAN');
const MAX_ATTRIBUTES = 128;
const MAX_ATTRIBUTE_CHARACTERS = 200_000;
const KIND_NAMES = ['internal', 'server', 'client', 'producer', 'consumer'];
const STATUS_NAMES = ['unset', 'ok', 'error'] as const;

/** Creates a private provider whose spans go to `sink`, and further processors (exporters) beside it. */
export function createSpanSdk(sink: SpanSink, processors: SpanProcessor[] = []): SpanSdk {
  let starting: SpanStart | undefined;
  const open = new Map<string, OpenSpan>();
  // It reads OTEL_* variables where something is left out: sampler and all limits are given.
  const provider = new BasicTracerProvider({
    forceFlushTimeoutMillis: 30_000,
    sampler: new AlwaysOnSampler(),
    spanLimits: {
      attributeCountLimit: MAX_ATTRIBUTES,
      attributeValueLengthLimit: MAX_ATTRIBUTE_CHARACTERS,
      eventCountLimit: MAX_ATTRIBUTES,
      linkCountLimit: MAX_ATTRIBUTES,
      attributePerEventCountLimit: MAX_ATTRIBUTES,
      attributePerLinkCountLimit: MAX_ATTRIBUTES,
    },
    idGenerator: { generateTraceId: () => starting?.traceId ?? '', generateSpanId: () => starting?.spanId ?? '' },
    spanProcessors: [recorder(sink, open), ...processors],
  });
  const tracer = provider.getTracer('agent-team');
  return {
    start(span) {
      starting = span;
      open.set(span.spanId, { seq: span.seq, startNanos: span.startNanos, startTime: isoFromNanos(span.startNanos) });
      const { name, attributes, links, parentSpanId, traceId } = span;
      const parent = parentSpanId === undefined ? undefined : contextOf(traceId, parentSpanId);
      const recorded = tracer.startSpan(
        name,
        {
          kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
          attributes,
          links: links.map((link) => ({ context: { ...link, traceFlags: TraceFlags.SAMPLED } })),
          startTime: hrTime(span.startNanos),
        },
        parent ? ROOT_CONTEXT.setValue(SPAN_KEY, parent) : ROOT_CONTEXT,
      );
      return {
        setAttributes: (changed) => void recorded.setAttributes(changed),
        end({ status, message, endNanos }) {
          if (status === 'ok') recorded.setStatus({ code: SpanStatusCode.OK });
          if (status === 'error') {
            recorded.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
          }
          recorded.end(hrTime(endNanos));
        },
      };
    },
    shutdown: () => provider.shutdown(),
  };
}

function contextOf(traceId: string, spanId: string) {
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return { spanContext: () => context };
}

function recorder(sink: SpanSink, open: Map<string, OpenSpan>): SpanProcessor {
  return {
    onStart(span) {
      const known = open.get(span.spanContext().spanId);
      if (known) sink.started(flatten(span, known));
    },
    onEnd(span) {
      const { spanId } = span.spanContext();
      const known = open.get(spanId);
      open.delete(spanId);
      if (known) sink.ended(flatten(span, known));
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

function flatten(span: ReadableSpan, { seq, startNanos, startTime }: OpenSpan): StoredSpan {
  const { traceId, spanId } = span.spanContext();
  const end = span.ended ? nanosOf(span.endTime) : undefined;
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
    name: span.name,
    kind: KIND_NAMES[span.kind] ?? 'internal',
    startTime,
    ...(end !== undefined && { endTime: isoFromNanos(end) }),
    status: STATUS_NAMES[span.status.code],
    ...(span.status.message !== undefined && { statusMessage: span.status.message }),
    attributes: { ...span.attributes },
    seq,
    startTimeUnixNano: startNanos,
    ...(end !== undefined && { endTimeUnixNano: end }),
    ...(span.links.length > 0 && {
      links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
    }),
  };
}

/** A pair is the only form of time that the SDK takes as it is. */
function hrTime(nanos: string): HrTime {
  return [Number(nanos.slice(0, -9)), Number(nanos.slice(-9))];
}

function nanosOf([seconds, nanos]: HrTime): string {
  return seconds === 0 ? String(nanos) : `${seconds}${String(nanos).padStart(9, '0')}`;
}
