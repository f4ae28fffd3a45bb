// Traces in memory, as the trace page's host reads them: what a test puts there, and what it starts and ends while the page looks.
import type { TraceSummary } from '../../src/api';
import type { PromptVersionText } from '../../src/core/agents/promptVersion';
import { isoFromNanos, nanosFromMs } from '../../src/core/telemetry/spanTime';
import type { StoredSpan } from '../../src/core/telemetry/storedSpan';
import type { TraceStore } from '../../src/core/telemetry/traceStore';

export interface SpanDraft {
  id: string;
  parent?: string;
  name: string;
  /** Milliseconds after the beginning of the trace. */
  start: number;
  /** Absent of a span that is going on. */
  end?: number;
  status?: StoredSpan['status'];
  statusMessage?: string;
  agent?: string;
  attributes?: Record<string, unknown>;
}

export const TRACE_START = Date.UTC(2030, 0, 1, 10, 42);

/** A span of a trace that began at `TRACE_START`; ids are filled up to their length. */
export function storedSpan(traceId: string, draft: SpanDraft, startMs = TRACE_START): StoredSpan {
  const start = nanosFromMs(startMs + draft.start);
  const end = draft.end === undefined ? undefined : nanosFromMs(startMs + draft.end);
  return {
    traceId,
    spanId: draft.id,
    ...(draft.parent !== undefined && { parentSpanId: draft.parent }),
    name: draft.name,
    kind: 'internal',
    startTime: isoFromNanos(start),
    ...(end !== undefined && { endTime: isoFromNanos(end) }),
    status: draft.status ?? (end === undefined ? 'unset' : 'ok'),
    ...(draft.statusMessage !== undefined && { statusMessage: draft.statusMessage }),
    attributes: { ...(draft.agent !== undefined && { 'gen_ai.agent.name': draft.agent }), ...draft.attributes },
    seq: 0,
    startTimeUnixNano: start,
    ...(end !== undefined && { endTimeUnixNano: end }),
  };
}

export class InMemoryTraces implements Pick<
  TraceStore,
  'list' | 'stored' | 'isOpen' | 'onDidChangeSpan' | 'onDidImport'
> {
  readonly summaries: TraceSummary[] = [];
  readonly prompts = {
    texts: [] as PromptVersionText[],
    find: async (version: string) => this.prompts.texts.find((text) => text.version === version),
    before: async (version: PromptVersionText) => {
      const mine = this.prompts.texts.filter(({ agent }) => agent === version.agent);
      return mine[mine.indexOf(version) - 1];
    },
  };
  private readonly spans = new Map<string, Map<string, StoredSpan>>();
  private readonly open = new Set<string>();
  private readonly importHandlers = new Set<(traceIds: string[]) => void>();
  private readonly handlers = new Set<(span: StoredSpan) => void>();

  /** A trace that has ended, or that goes on when one of its spans has no end. */
  add(traceId: string, spans: readonly StoredSpan[], runId?: string): void {
    this.spans.set(traceId, new Map(spans.map((span) => [span.spanId, span])));
    if (spans.some(({ endTime }) => endTime === undefined)) this.open.add(traceId);
    const [root] = spans;
    this.summaries.unshift({
      traceId,
      ...(runId !== undefined && { runId }),
      name: root?.name ?? '',
      startTime: root?.startTime ?? '',
      spans: spans.length,
      errors: spans.filter(({ status }) => status === 'error').length,
    });
  }

  onDidImport(handler: (traceIds: string[]) => void) {
    this.importHandlers.add(handler);
    return { dispose: () => void this.importHandlers.delete(handler) };
  }

  /** As `add`, while somebody may look. */
  import(traceId: string, spans: readonly StoredSpan[]): void {
    this.add(traceId, spans);
    for (const handler of [...this.importHandlers]) handler([traceId]);
  }

  /** A span starts or ends while somebody may look. */
  change(span: StoredSpan): void {
    const spans = this.spans.get(span.traceId);
    spans?.set(span.spanId, span);
    const isOpen = [...(spans?.values() ?? [])].some(({ endTime }) => endTime === undefined);
    if (isOpen) this.open.add(span.traceId);
    else this.open.delete(span.traceId);
    for (const handler of [...this.handlers]) handler(span);
  }

  list(): TraceSummary[] {
    return [...this.summaries];
  }

  async stored(traceId: string): Promise<StoredSpan[]> {
    return [...(this.spans.get(traceId)?.values() ?? [])];
  }

  isOpen(traceId: string): boolean {
    return this.open.has(traceId);
  }

  onDidChangeSpan(handler: (span: StoredSpan) => void) {
    this.handlers.add(handler);
    return { dispose: () => void this.handlers.delete(handler) };
  }
}
