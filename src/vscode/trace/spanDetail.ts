// Everything about one span, for a person who looks at it.
import type { EventEnvelope } from '../../api';
import { AGENT_TEAM, GEN_AI } from '../../core/telemetry/attributes';
import { msBetween } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import type { SpanDetail } from '../../protocol/trace/spanMessages';
import { readable, readMessages } from './spanMessagesText';

/** Attributes that are shown in a way of their own. */
const SHOWN_ELSEWHERE = new Set<string>([
  GEN_AI.inputMessages,
  GEN_AI.outputMessages,
  GEN_AI.toolArguments,
  GEN_AI.toolResult,
]);
const MAX_ATTRIBUTES = 200;
const MAX_EVENTS = 128;
/** Fields of a tool's input that name a file. */
const PATH_FIELDS = ['path', 'from', 'to', 'cwd'];

/** `events` are those of the span's run, if it belongs to one. */
export function spanDetail(span: StoredSpan, events: readonly EventEnvelope[]): SpanDetail {
  const { attributes } = span;
  const prompt = attributes[AGENT_TEAM.promptVersion];
  const usage = usageOf(attributes);
  const cost = attributes[AGENT_TEAM.costUsd];
  const cause = causeOf(span, events);
  const tool = toolOf(attributes);
  return {
    spanId: span.spanId,
    name: span.name,
    startTime: Number(span.startTimeUnixNano.slice(0, -6)),
    ...(span.statusMessage !== undefined && { statusMessage: span.statusMessage }),
    attributes: Object.entries(attributes)
      .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, MAX_ATTRIBUTES)
      .map(([name, value]) => [name, typeof value === 'string' ? readable(value) : JSON.stringify(value)]),
    messages: readMessages(attributes[GEN_AI.inputMessages]),
    answer: readMessages(attributes[GEN_AI.outputMessages]),
    ...(tool && { tool }),
    files: filesOf(attributes[GEN_AI.toolArguments]),
    ...(typeof prompt === 'string' && { promptVersion: prompt }),
    ...(usage && { usage }),
    ...(typeof cost === 'number' && { costUsd: cost }),
    ...(cause && { cause }),
    events: (span.events ?? []).slice(0, MAX_EVENTS).map(({ name, timeUnixNano, attributes: more }) => ({
      name,
      at: msBetween(span.startTimeUnixNano, timeUnixNano),
      text: more ? readable(JSON.stringify(more)) : '',
    })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
  };
}

function usageOf(attributes: StoredSpan['attributes']): SpanDetail['usage'] {
  const input = attributes[GEN_AI.inputTokens];
  const output = attributes[GEN_AI.outputTokens];
  const cached = attributes[GEN_AI.cachedInputTokens];
  if (typeof input !== 'number' && typeof output !== 'number') return undefined;
  return {
    ...(typeof input === 'number' && { input }),
    ...(typeof output === 'number' && { output }),
    ...(typeof cached === 'number' && { cached }),
  };
}

function toolOf(attributes: StoredSpan['attributes']): SpanDetail['tool'] {
  const name = attributes[GEN_AI.toolName];
  if (typeof name !== 'string') return undefined;
  const input = attributes[GEN_AI.toolArguments];
  const output = attributes[GEN_AI.toolResult];
  return {
    name,
    ...(input !== undefined && { input: readable(input) }),
    ...(output !== undefined && { output: readable(output) }),
  };
}

/** Files that a tool was called with; where lines are named, at their line. */
function filesOf(input: unknown): SpanDetail['files'] {
  const fields = typeof input === 'string' ? parsedObject(input) : {};
  const lineOf = (...names: string[]) => names.map((name) => fields[name]).find((value) => typeof value === 'number');
  const line = lineOf('startLine', 'line');
  const endLine = lineOf('endLine');
  return PATH_FIELDS.flatMap((field) => {
    const path = fields[field];
    if (typeof path !== 'string' || path === '') return [];
    return [{ path, ...(line !== undefined && { line }), ...(endLine !== undefined && { endLine }) }];
  });
}

/** What caused the first event of the span. */
function causeOf({ spanId }: StoredSpan, events: readonly EventEnvelope[]): SpanDetail['cause'] {
  const first = events.find((event) => event.spanId === spanId);
  const cause = first && events.find((event) => event.id === first.causationId);
  if (!cause) return undefined;
  const { id, topic, spanId: causingSpan } = cause;
  return { eventId: id, topic, ...(causingSpan !== undefined && causingSpan !== spanId && { spanId: causingSpan }) };
}

function parsedObject(json: string): Record<string, unknown> {
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
