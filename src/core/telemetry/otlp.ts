// OTLP/JSON, written and read. Writing is strict; reading takes what real exporters produce and leaves out only what has no identity.
import type { SpanEvent, SpanLink, StoredSpan } from './storedSpan';
import { isoFromNanos, parseNanos } from './spanTime';

type Json = Record<string, unknown>;

const OUR_RESOURCE: Json = { 'service.name': 'agent-team' };
const OUR_SCOPE = { name: 'agent-team' };
/** In the protocol's numbering, which is one above that of OpenTelemetry's JavaScript API. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'] as const;
const READ_FIELDS: ReadonlySet<string> = new Set([
  'traceId',
  'spanId',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'attributes',
  'events',
  'links',
  'status',
]);
/** Spans read from one document. */
const MAX_SPANS = 200_000;
const MAX_DEPTH = 32;

/** An `ExportTraceServiceRequest`; spans are grouped by who recorded them. */
export function toOtlp(spans: readonly StoredSpan[], resource: Json = OUR_RESOURCE): Json {
  const groups = new Map<string, { resource: Json; scope: { name: string; version?: string }; spans: Json[] }>();
  for (const span of spans) {
    const group = { resource: span.resource ?? resource, scope: span.scope ?? OUR_SCOPE };
    const key = JSON.stringify(group);
    const known = groups.get(key) ?? { ...group, spans: [] as Json[] };
    known.spans.push(writeSpan(span));
    groups.set(key, known);
  }
  return {
    resourceSpans: [...groups.values()].map((group) => ({
      resource: { attributes: writeAttributes(group.resource) },
      scopeSpans: [{ scope: group.scope, spans: group.spans }],
    })),
  };
}

/** The spans of an `ExportTraceServiceRequest`, or of several in an array. Never throws. */
export function fromOtlp(document: unknown): StoredSpan[] {
  const spans: StoredSpan[] = [];
  const requests = Array.isArray(document) ? document : [document];
  for (const request of requests) {
    for (const group of listOf(objectOf(request)['resourceSpans'])) {
      const resource = readAttributes(objectOf(objectOf(group)['resource'])['attributes']);
      const scopes = objectOf(group)['scopeSpans'] ?? objectOf(group)['instrumentationLibrarySpans'];
      for (const scopeGroup of listOf(scopes)) {
        const scope = readScope(objectOf(scopeGroup)['scope'] ?? objectOf(scopeGroup)['instrumentationLibrary']);
        for (const item of listOf(objectOf(scopeGroup)['spans'])) {
          const span = readSpan(objectOf(item), spans.length + 1);
          if (span && spans.length < MAX_SPANS) spans.push({ ...span, resource, scope });
        }
      }
    }
  }
  return spans;
}

function writeSpan(span: StoredSpan): Json {
  const code = STATUSES.indexOf(span.status);
  return {
    ...span.extra,
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: Math.max(0, KINDS.indexOf(span.kind)),
    startTimeUnixNano: span.startTimeUnixNano,
    ...(span.endTimeUnixNano !== undefined && { endTimeUnixNano: span.endTimeUnixNano }),
    attributes: writeAttributes(span.attributes),
    ...(span.events && { events: span.events.map(writeEvent) }),
    ...(span.links && { links: span.links.map(writeLink) }),
    status: {
      ...(code > 0 && { code }),
      ...(span.statusMessage !== undefined && { message: span.statusMessage }),
    },
  };
}

function writeEvent({ name, timeUnixNano, attributes }: SpanEvent): Json {
  return { timeUnixNano, name, ...(attributes && { attributes: writeAttributes(attributes) }) };
}

function writeLink({ traceId, spanId, attributes }: SpanLink): Json {
  return { traceId, spanId, ...(attributes && { attributes: writeAttributes(attributes) }) };
}

function writeAttributes(attributes: Json): Json[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: writeValue(value) }));
}

function writeValue(value: unknown): Json {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { intValue: String(value) };
    return { doubleValue: Number.isFinite(value) ? value : String(value) };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(writeValue) } };
  if (typeof value === 'object' && value !== null) {
    // Bytes are kept as the protocol has them: base64 under a name of their own.
    const { bytesValue } = value as Json;
    if (typeof bytesValue === 'string' && Object.keys(value).length === 1) return { bytesValue };
    return { kvlistValue: { values: writeAttributes(value as Json) } };
  }
  return {};
}

function readSpan(item: Json, seq: number): StoredSpan | undefined {
  const traceId = readId(item['traceId'], 32);
  const spanId = readId(item['spanId'], 16);
  if (traceId === undefined || spanId === undefined) return undefined;
  const start = parseNanos(item['startTimeUnixNano']) ?? parseNanos(item['endTimeUnixNano']) ?? '0';
  const end = parseNanos(item['endTimeUnixNano']);
  const parentSpanId = readId(item['parentSpanId'], 16);
  const status = objectOf(item['status']);
  const extra = Object.fromEntries(Object.entries(item).filter(([key]) => !READ_FIELDS.has(key)));
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textOf(item['name']) ?? '',
    kind: KINDS[enumOf(item['kind'], 'SPAN_KIND_', KINDS)] ?? 'unspecified',
    startTime: isoFromNanos(start),
    ...(end !== undefined && { endTime: isoFromNanos(end) }),
    status: STATUSES[enumOf(status['code'], 'STATUS_CODE_', STATUSES)] ?? 'unset',
    ...(textOf(status['message']) ? { statusMessage: textOf(status['message']) ?? '' } : {}),
    attributes: readAttributes(item['attributes']),
    seq,
    startTimeUnixNano: start,
    ...(end !== undefined && { endTimeUnixNano: end }),
    ...(Array.isArray(item['events']) && { events: item['events'].map((event) => readEvent(objectOf(event))) }),
    ...(Array.isArray(item['links']) && { links: readLinks(item['links']) }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function readEvent(event: Json): SpanEvent {
  return {
    name: textOf(event['name']) ?? '',
    timeUnixNano: parseNanos(event['timeUnixNano']) ?? '0',
    ...(Array.isArray(event['attributes']) && { attributes: readAttributes(event['attributes']) }),
  };
}

function readLinks(links: unknown[]): SpanLink[] {
  return links.flatMap((item) => {
    const link = objectOf(item);
    const traceId = readId(link['traceId'], 32);
    const spanId = readId(link['spanId'], 16);
    if (traceId === undefined || spanId === undefined) return [];
    const attributes = Array.isArray(link['attributes']) ? { attributes: readAttributes(link['attributes']) } : {};
    return [{ traceId, spanId, ...attributes }];
  });
}

function readScope(value: unknown): { name: string; version?: string } {
  const scope = objectOf(value);
  const version = textOf(scope['version']);
  return { name: textOf(scope['name']) ?? '', ...(version !== undefined && { version }) };
}

function readAttributes(list: unknown, depth = 0): Json {
  const attributes: Json = {};
  for (const item of listOf(list)) {
    const { key, value } = objectOf(item);
    if (typeof key !== 'string') continue;
    // Plain assignment would take `__proto__` for something else than a name.
    Object.defineProperty(attributes, key, {
      value: readValue(objectOf(value), depth),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return attributes;
}

function readValue(value: Json, depth: number): unknown {
  if (depth > MAX_DEPTH) return null;
  if ('stringValue' in value) return String(value['stringValue']);
  if ('boolValue' in value) return value['boolValue'] === true || value['boolValue'] === 'true';
  if ('intValue' in value) return readInteger(value['intValue']);
  if ('doubleValue' in value) return Number(value['doubleValue']);
  if ('bytesValue' in value) return { bytesValue: value['bytesValue'] };
  if ('arrayValue' in value) {
    return listOf(objectOf(value['arrayValue'])['values']).map((item) => readValue(objectOf(item), depth + 1));
  }
  if ('kvlistValue' in value) return readAttributes(objectOf(value['kvlistValue'])['values'], depth + 1);
  return null;
}

/** Integers beyond what a number holds stay decimal digits. */
function readInteger(value: unknown): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function readId(value: unknown, digits: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const id = value.toLowerCase();
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}

/** Enums are integers in OTLP/JSON; some exporters write their names. */
function enumOf(value: unknown, prefix: string, names: readonly string[]): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  if (/^\d+$/.test(value)) return Number(value);
  return names.indexOf(value.replace(prefix, '').toLowerCase());
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
