// OTLP/JSON, read: takes what real exporters produce and leaves out only what has no identity.
import { isoFromNanos, parseNanos } from './spanTime';
import { listOf, objectOf, readAttributes, restOf, textOf, type Json, type OtlpRest } from './otlpValues';
import {
  SPAN_KINDS,
  SPAN_STATUSES,
  type SpanEvent,
  type SpanLink,
  type SpanSource,
  type StoredSpan,
} from './storedSpan';

const SPAN_FIELDS: ReadonlySet<string> = new Set([
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
const EVENT_FIELDS: ReadonlySet<string> = new Set(['name', 'timeUnixNano', 'attributes']);
const LINK_FIELDS: ReadonlySet<string> = new Set(['traceId', 'spanId', 'attributes']);
const RESOURCE_FIELDS: ReadonlySet<string> = new Set(['attributes']);
const SCOPE_FIELDS: ReadonlySet<string> = new Set(['name', 'version', 'attributes']);
/** Where a request lists its groups: as specified, and as Tempo's API has them. */
export const GROUP_LISTS: ReadonlySet<string> = new Set(['resourceSpans', 'batches']);
/** Where a group lists its scopes: as specified, and before 2022. */
export const SCOPE_LISTS: ReadonlySet<string> = new Set(['scopeSpans', 'instrumentationLibrarySpans']);

/** The spans of an `ExportTraceServiceRequest`, or of several in an array, one by one. Never throws. */
export function* readOtlp(document: unknown): Generator<StoredSpan> {
  let seq = 0;
  for (const request of Array.isArray(document) ? document : [document]) {
    for (const item of partsOf(request, GROUP_LISTS)) {
      const group = objectOf(item);
      for (const scopeItem of partsOf(group, SCOPE_LISTS)) {
        const scopeGroup = objectOf(scopeItem);
        const source = readSource(group, scopeGroup);
        for (const spanItem of listOf(scopeGroup['spans'])) {
          const span = readSpan(objectOf(spanItem), seq + 1);
          if (!span) continue;
          seq += 1;
          span.source = source;
          yield span;
        }
      }
    }
  }
}

/** All of them at once; for documents that are known to be small. */
export function fromOtlp(document: unknown): StoredSpan[] {
  return [...readOtlp(document)];
}

/** Who recorded the spans of a group; lists of scopes and spans in the groups are not looked at. */
export function readSource(group: Json, scopeGroup: Json): SpanSource {
  const resource = objectOf(group['resource']);
  const scope = objectOf(scopeGroup['scope'] ?? scopeGroup['instrumentationLibrary']);
  const { attributes: resourceAttributes, rawAttributes: rawResource } = readAttributes(resource['attributes']);
  const { attributes: scopeAttributes, rawAttributes: rawScope } = readAttributes(scope['attributes']);
  const version = textOf(scope['version']);
  const resourceRest = restIfAny(rawResource, restOf(resource, RESOURCE_FIELDS));
  const scopeRest = restIfAny(rawScope, restOf(scope, SCOPE_FIELDS));
  const groupExtra = without(group, ['resource', ...SCOPE_LISTS]);
  const scopeGroupExtra = without(scopeGroup, ['scope', 'instrumentationLibrary', 'spans']);
  return {
    resource: resourceAttributes,
    scope: {
      name: textOf(scope['name']) ?? '',
      ...(version !== undefined && { version }),
      ...(Object.keys(scopeAttributes).length > 0 && { attributes: scopeAttributes }),
    },
    ...(resourceRest && { resourceRest }),
    ...(scopeRest && { scopeRest }),
    ...(Object.keys(groupExtra).length > 0 && { groupExtra }),
    ...(Object.keys(scopeGroupExtra).length > 0 && { scopeGroupExtra }),
  };
}

/** Undefined for an item without the ids that make it a span. */
export function readSpan(item: Json, seq: number): StoredSpan | undefined {
  const traceId = readId(item['traceId'], 16);
  const spanId = readId(item['spanId'], 8);
  if (traceId === undefined || spanId === undefined) return undefined;
  const end = parseNanos(item['endTimeUnixNano']);
  const start = parseNanos(item['startTimeUnixNano']) ?? end ?? '0';
  const parentSpanId = readId(item['parentSpanId'], 8);
  const status = objectOf(item['status']);
  const message = textOf(status['message']) ?? '';
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textOf(item['name']) ?? '',
    kind: SPAN_KINDS[enumOf(item['kind'], 'SPAN_KIND_', SPAN_KINDS)] ?? 'unspecified',
    startTime: isoFromNanos(start),
    ...(end !== undefined && { endTime: isoFromNanos(end) }),
    status: SPAN_STATUSES[enumOf(status['code'], 'STATUS_CODE_', SPAN_STATUSES)] ?? 'unset',
    ...(message !== '' && { statusMessage: message }),
    ...readAttributes(item['attributes']),
    seq,
    startTimeUnixNano: start,
    ...(end !== undefined && { endTimeUnixNano: end }),
    ...(Array.isArray(item['events']) && { events: item['events'].map((event) => readEvent(objectOf(event))) }),
    ...(Array.isArray(item['links']) && { links: item['links'].flatMap((link) => readLink(objectOf(link)) ?? []) }),
    ...restOf(item, SPAN_FIELDS),
  };
}

function readEvent(event: Json): SpanEvent {
  return {
    name: textOf(event['name']) ?? '',
    timeUnixNano: parseNanos(event['timeUnixNano']) ?? '0',
    ...(Array.isArray(event['attributes']) && readAttributes(event['attributes'])),
    ...restOf(event, EVENT_FIELDS),
  };
}

function readLink(link: Json): SpanLink | undefined {
  const traceId = readId(link['traceId'], 16);
  const spanId = readId(link['spanId'], 8);
  if (traceId === undefined || spanId === undefined) return undefined;
  const attributes = Array.isArray(link['attributes']) && readAttributes(link['attributes']);
  return { traceId, spanId, ...attributes, ...restOf(link, LINK_FIELDS) };
}

function partsOf(value: unknown, names: ReadonlySet<string>): unknown[] {
  const object = objectOf(value);
  return [...names].flatMap((name) => listOf(object[name]));
}

function restIfAny(rawAttributes: unknown[] | undefined, rest: OtlpRest): OtlpRest | undefined {
  return rawAttributes || rest.extra ? { ...(rawAttributes && { rawAttributes }), ...rest } : undefined;
}

function without(object: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Ids are hex in OTLP/JSON, in either case; encoders that know nothing of it write base64, as for any bytes. */
function readId(value: unknown, bytes: 8 | 16): string | undefined {
  if (typeof value !== 'string') return undefined;
  const id = value.length === bytes * 2 ? value.toLowerCase() : hexFromBase64(value, bytes);
  return id !== undefined && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}

function hexFromBase64(value: string, bytes: number): string | undefined {
  if (value.length !== Math.ceil(bytes / 3) * 4 || !/^[A-Za-z0-9+/]+=+$/.test(value)) return undefined;
  const decoded = atob(value);
  if (decoded.length !== bytes) return undefined;
  return Array.from(decoded, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Enums are integers in OTLP/JSON; some exporters write their names. */
function enumOf(value: unknown, prefix: string, names: readonly string[]): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return 0;
  if (/^\d+$/.test(value)) return Number(value);
  return names.indexOf(value.replace(prefix, '').toLowerCase());
}
