// Spans as the host would send them to the trace page, from a few words each.
import {
  SPAN_KINDS,
  SPAN_STATES,
  type SpanColumns,
  type SpanKind,
  type SpanState,
} from '../../src/protocol/trace/spanMessages';

export interface TestSpan {
  id: string;
  parent?: string;
  name?: string;
  kind?: SpanKind;
  state?: SpanState;
  agent?: string;
  subject?: string;
  start?: number;
  /** Absent of a running span. */
  end?: number;
  tokensIn?: number;
  tokensOut?: number;
  cost?: number;
}

/** Encodes batch after batch of one feed. */
export function spanEncoder(): (spans: readonly TestSpan[]) => SpanColumns {
  const numbers = new Map<string, number>();
  return (spans) => {
    const words: string[] = [];
    const word = (text: string | undefined) => {
      if (text === undefined || text === '') return 0;
      const known = numbers.get(text);
      if (known !== undefined) return known;
      words.push(text);
      numbers.set(text, numbers.size + 1);
      return numbers.size;
    };
    const names = spans.map(({ name, id }) => word(name ?? id));
    const agents = spans.map(({ agent }) => word(agent));
    const subjects = spans.map(({ subject }) => word(subject));
    return {
      words,
      ids: spans.map(({ id }) => id),
      parents: spans.map(({ parent = '' }) => parent),
      names,
      kinds: spans.map(({ kind = 'other' }) => SPAN_KINDS.indexOf(kind)),
      states: spans.map(({ state, end }) => SPAN_STATES.indexOf(state ?? (end === undefined ? 'running' : 'ok'))),
      agents,
      subjects,
      starts: spans.map(({ start = 0 }) => start),
      ends: spans.map(({ end = -1 }) => end),
      tokensIn: spans.map(({ tokensIn = -1 }) => tokensIn),
      tokensOut: spans.map(({ tokensOut = -1 }) => tokensOut),
      costs: spans.map(({ cost = -1 }) => cost),
    };
  };
}
