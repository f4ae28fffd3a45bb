// Spans as columns: what rows and bars need, nothing more. Reads our own spans and those that other tools wrote by the same conventions.
import { AGENT_TEAM, GEN_AI } from '../../core/telemetry/attributes';
import { msBetween } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import {
  SPAN_KINDS,
  SPAN_STATES,
  type SpanColumns,
  type SpanKind,
  type SpanState,
} from '../../protocol/trace/spanMessages';
import { WordNumbers } from './wordNumbers';

/** Words that a feed remembers; a span with later ones has none. */
const MAX_WORDS = 200_000;

const OPERATIONS: Readonly<Record<string, SpanKind>> = {
  invoke_workflow: 'workflow',
  invoke_agent: 'agent',
  create_agent: 'agent',
  plan: 'plan',
  task: 'task',
  chat: 'chat',
  text_completion: 'chat',
  generate_content: 'chat',
  execute_tool: 'tool',
  approval: 'approval',
  wait: 'wait',
  synthesize: 'synthesize',
  arbitrate: 'arbitrate',
};

/** Encodes the spans of one feed; numbers of words go on from batch to batch. */
export class SpanEncoder {
  private readonly words = new WordNumbers(MAX_WORDS);

  /** `baseNanos` is when the trace's time begins; `isLive` tells whether spans without an end are going on. */
  encode(spans: readonly StoredSpan[], baseNanos: string, isLive: boolean): SpanColumns {
    const columns = emptyColumns();
    const word = (text: string | undefined) => this.words.numberOf(text, columns.words);
    for (const span of spans) {
      const { attributes, endTimeUnixNano } = span;
      const kind = spanKind(span);
      columns.ids.push(span.spanId);
      columns.parents.push(span.parentSpanId ?? '');
      columns.names.push(word(span.name));
      columns.kinds.push(SPAN_KINDS.indexOf(kind));
      columns.states.push(SPAN_STATES.indexOf(spanState(span, isLive)));
      columns.agents.push(word(textOf(attributes[GEN_AI.agentName])));
      columns.subjects.push(word(spanSubject(span)));
      columns.starts.push(msBetween(baseNanos, span.startTimeUnixNano));
      columns.ends.push(endTimeUnixNano === undefined ? -1 : msBetween(baseNanos, endTimeUnixNano));
      const isCall = kind === 'chat';
      columns.tokensIn.push(isCall ? numberOf(attributes[GEN_AI.inputTokens]) : -1);
      columns.tokensOut.push(isCall ? numberOf(attributes[GEN_AI.outputTokens]) : -1);
      columns.costs.push(isCall ? numberOf(attributes[AGENT_TEAM.costUsd]) : -1);
    }
    return columns;
  }
}

/** By its operation, or by the first word of its name. */
export function spanKind({ name, attributes }: Pick<StoredSpan, 'name' | 'attributes'>): SpanKind {
  const operation = textOf(attributes[GEN_AI.operation]);
  const kind = OPERATIONS[operation ?? ''] ?? OPERATIONS[name.split(' ', 1)[0] ?? ''] ?? 'other';
  return kind === 'tool' && attributes[AGENT_TEAM.handoffTo] !== undefined ? 'handoff' : kind;
}

export function spanState(span: StoredSpan, isLive: boolean): SpanState {
  if (span.endTimeUnixNano !== undefined) return span.status;
  return isLive && span.interrupted !== true ? 'running' : 'interrupted';
}

function spanSubject({ attributes }: StoredSpan): string | undefined {
  return textOf(
    attributes[GEN_AI.toolName] ??
      attributes[GEN_AI.responseModel] ??
      attributes[GEN_AI.requestModel] ??
      attributes[AGENT_TEAM.taskId],
  );
}

function emptyColumns(): SpanColumns {
  return {
    words: [],
    ids: [],
    parents: [],
    names: [],
    kinds: [],
    states: [],
    agents: [],
    subjects: [],
    starts: [],
    ends: [],
    tokensIn: [],
    tokensOut: [],
    costs: [],
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : -1;
}
