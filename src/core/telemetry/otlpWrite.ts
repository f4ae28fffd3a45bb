// OTLP/JSON, written strictly: lower-case hex, integers for enums, decimal strings for 64 bits. As an object, or as the text of a file
// in pieces, so that a hundred thousand spans need neither one long turn of the event loop nor one huge string.
import { each, finishNow } from '../steps';
import { AGENT_TEAM, GEN_AI } from './attributes';
import { writeAttributes, type Json, type OtlpRest } from './otlpValues';
import {
  SPAN_KINDS,
  SPAN_STATUSES,
  type SpanEvent,
  type SpanLink,
  type SpanSource,
  type StoredSpan,
} from './storedSpan';

/** Who records the spans of this extension. */
const OURS: SpanSource = { resource: { 'service.name': 'agent-team' }, scope: { name: 'agent-team' } };
/** What people and models said and what tools were given and gave. */
const CONTENT: readonly string[] = [
  GEN_AI.inputMessages,
  GEN_AI.outputMessages,
  GEN_AI.toolArguments,
  GEN_AI.toolResult,
  AGENT_TEAM.goal,
  AGENT_TEAM.handoffReason,
];
const PIECE_CHARACTERS = 64_000;

/** The span without what was said, tool arguments and results; the very span if there are none, or if others recorded it. */
export function withoutContent(span: StoredSpan): StoredSpan {
  if (span.source || !CONTENT.some((key) => key in span.attributes)) return span;
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !CONTENT.includes(key)));
  return { ...span, attributes };
}

/** An `ExportTraceServiceRequest`; spans are grouped by who recorded them, which is `recorder` where a span does not say so. */
export function toOtlp(spans: readonly StoredSpan[], recorder = OURS): Json {
  return finishNow(buildOtlp(spans, recorder));
}

/** As `toOtlp`; yields after each span, so that the caller can let others have a turn. */
export function* buildOtlp(spans: readonly StoredSpan[], recorder = OURS): Generator<void, Json> {
  const resourceSpans: Json[] = [];
  for (const { fields, scopes } of yield* grouping(spans, recorder)) {
    const scopeSpans: Json[] = [];
    resourceSpans.push({ ...fields, scopeSpans });
    for (const scope of scopes) {
      const written: Json[] = [];
      scopeSpans.push({ ...scope.fields, spans: written });
      for (const span of scope.spans) {
        written.push(writeSpan(span));
        yield;
      }
    }
  }
  return { resourceSpans };
}

/** The text of the document that `toOtlp` makes, in pieces of some ten thousand characters; empty ones only let others have a turn. */
export function* otlpText(spans: readonly StoredSpan[]): Generator<string> {
  let piece = '{"resourceSpans":[';
  const groups = grouping(spans, OURS);
  let step = groups.next();
  for (; step.done !== true; step = groups.next()) yield '';
  for (const [groupIndex, { fields, scopes }] of step.value.entries()) {
    piece += `${groupIndex === 0 ? '' : ','}${openObject(fields)}"scopeSpans":[`;
    for (const [scopeIndex, scope] of scopes.entries()) {
      piece += `${scopeIndex === 0 ? '' : ','}${openObject(scope.fields)}"spans":[`;
      for (const [spanIndex, span] of scope.spans.entries()) {
        piece += `${spanIndex === 0 ? '\n' : ',\n'}${JSON.stringify(writeSpan(span))}`;
        if (piece.length < PIECE_CHARACTERS) continue;
        yield piece;
        piece = '';
      }
      piece += ']}';
    }
    piece += ']}';
  }
  yield `${piece}]}\n`;
}

interface ScopeGroup {
  fields: Json;
  spans: StoredSpan[];
}

interface ResourceGroup {
  fields: Json;
  scopes: ScopeGroup[];
}

/** In the order in which sources first turn up. */
function* grouping(spans: readonly StoredSpan[], recorder: SpanSource): Generator<void, ResourceGroup[]> {
  const groups = new Map<string, { group: ResourceGroup; scopes: Map<string, ScopeGroup> }>();
  // Sources are shared objects: what one is written as is worked out once.
  const known = new Map<SpanSource, ScopeGroup>();
  yield* each(spans, (span) => {
    const source = span.source ?? recorder;
    let scope = known.get(source);
    if (!scope) {
      scope = place(source, groups);
      known.set(source, scope);
    }
    scope.spans.push(span);
  });
  return [...groups.values()].map(({ group }) => group);
}

function place(
  source: SpanSource,
  groups: Map<string, { group: ResourceGroup; scopes: Map<string, ScopeGroup> }>,
): ScopeGroup {
  const { name, version, attributes } = source.scope;
  const fields: Json = { ...source.groupExtra, resource: writePart({}, source.resource, source.resourceRest) };
  const scopeFields: Json = {
    ...source.scopeGroupExtra,
    scope: writePart({ name, ...(version !== undefined && { version }) }, attributes, source.scopeRest),
  };
  const key = JSON.stringify(fields);
  const known = groups.get(key) ?? { group: { fields, scopes: [] }, scopes: new Map<string, ScopeGroup>() };
  groups.set(key, known);
  const scopeKey = JSON.stringify(scopeFields);
  const scope = known.scopes.get(scopeKey) ?? { fields: scopeFields, spans: [] };
  if (!known.scopes.has(scopeKey)) known.group.scopes.push(scope);
  known.scopes.set(scopeKey, scope);
  return scope;
}

function writeSpan(span: StoredSpan): Json {
  const code = SPAN_STATUSES.indexOf(span.status);
  return {
    ...span.extra,
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: Math.max(0, SPAN_KINDS.indexOf(span.kind)),
    startTimeUnixNano: span.startTimeUnixNano,
    ...(span.endTimeUnixNano !== undefined && { endTimeUnixNano: span.endTimeUnixNano }),
    attributes: span.rawAttributes ?? writeAttributes(span.attributes),
    ...(span.events && { events: span.events.map(writeEvent) }),
    ...(span.links && { links: span.links.map(writeLink) }),
    status: {
      ...(code > 0 && { code }),
      ...(span.statusMessage !== undefined && { message: span.statusMessage }),
    },
  };
}

function writeEvent(event: SpanEvent): Json {
  return writePart({ timeUnixNano: event.timeUnixNano, name: event.name }, event.attributes, event);
}

function writeLink(link: SpanLink): Json {
  return writePart({ traceId: link.traceId, spanId: link.spanId }, link.attributes, link);
}

function writePart(fields: Json, attributes: Json | undefined, rest: OtlpRest | undefined): Json {
  const written = rest?.rawAttributes ?? (attributes && writeAttributes(attributes));
  return { ...rest?.extra, ...fields, ...(written && { attributes: written }) };
}

/** The beginning of an object to which more is added. */
function openObject(fields: Json): string {
  return `${JSON.stringify(fields).slice(0, -1)},`;
}
