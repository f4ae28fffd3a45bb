// Spans of this window, recorded by a private OpenTelemetry provider and kept beside the events of their run.
// The SDK loads on first use: until it is there, spans have their ids and times, and what happens to them waits in line.
import type { Disposable, SpanRecord, TraceSummary } from '../../api';
import type { Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import { redactDeep, type Redact } from '../../core/events/redaction';
import { once } from '../../core/once';
import { Pacer } from '../../core/pacer';
import type { RunIndex } from '../../core/runs/runIndex';
import { SplitMap } from '../../core/splitMap';
import { each, sorting } from '../../core/steps';
import { AGENT_TEAM } from '../../core/telemetry/attributes';
import type { SpanLog, SpanOwner } from '../../core/telemetry/spanLog';
import { nanosFromMs } from '../../core/telemetry/spanTime';
import { bySpanStart, toSpanRecord, type StoredSpan } from '../../core/telemetry/storedSpan';
import type { ImportOptions, TraceFault, TraceImport, TraceStore } from '../../core/telemetry/traceStore';
import type { Attributes, Span, SpanEnd, SpanOptions, Tracing } from '../../core/telemetry/tracing';
import type { OtlpExchange } from './otlpExchange';
import { createIdSource } from './spanIds';
import type { SdkSpan, SpanSdk, SpanSink } from './spanSdk';
import type { TraceRestorer } from './traceRestorer';

export interface OtelTracingOptions {
  clock: Clock;
  spans: SpanLog;
  index: Pick<RunIndex, 'traces' | 'trace' | 'putTrace' | 'runs'>;
  /** Applied to names, messages and attributes before they are recorded. */
  redact?: Redact;
  /** Whether messages, tool arguments and results may stand in what is exported; default: no. */
  exportContent?: () => boolean;
  /** Told when the SDK could not be loaded; the runs go on without spans. */
  onProblem?: (error: unknown) => void;
  /** Told of every span that ended, masked as it is stored; must not throw. */
  onEnded?: (span: StoredSpan) => void;
  /** For tests; default: this extension's own bundle of the SDK. */
  loadSdk?: (sink: SpanSink) => Promise<SpanSdk>;
}

/** A trace with spans that are going on. */
interface OpenTrace {
  owner: SpanOwner;
  open: Set<string>;
  summary: TraceSummary;
}

/** Operations that wait for the SDK at most; loading takes milliseconds. */
const MAX_WAITING = 50_000;

/** See the contract, sections 8 and 9. Owns its provider, not the log. */
export class OtelTracing implements Tracing, TraceStore, Disposable {
  private readonly clock: Clock;
  private readonly log: SpanLog;
  private readonly index: OtelTracingOptions['index'];
  private readonly redact: Redact;
  private readonly handlers = new Set<(span: StoredSpan) => void>();
  private readonly importHandlers = new Set<(traceIds: string[]) => void>();
  private readonly traces = new Map<string, OpenTrace>();
  private readonly onProblem: (error: unknown) => void;
  private readonly tellEnded: (span: StoredSpan) => void;
  private readonly loadSdk: (sink: SpanSink) => Promise<SpanSdk>;
  private sdk: SpanSdk | undefined;
  private loading: Promise<void> | undefined;
  private waiting: ((sdk: SpanSdk) => void)[] = [];
  private readonly nextId = createIdSource();
  private readonly restorer: () => Promise<TraceRestorer>;
  private readonly exchange: () => Promise<OtlpExchange>;
  private seq = 0;

  constructor(options: OtelTracingOptions) {
    this.clock = options.clock;
    this.log = options.spans;
    this.index = options.index;
    this.redact = options.redact ?? ((text) => text);
    this.onProblem = options.onProblem ?? (() => undefined);
    this.tellEnded = options.onEnded ?? (() => undefined);
    this.restorer = once(async () => {
      const { TraceRestorer } = await import('./traceRestorer');
      const isOpen = (traceId: string) => this.isOpen(traceId);
      return new TraceRestorer({ spans: this.log, index: this.index, isOpen });
    });
    this.exchange = once(() => this.createExchange(options.exportContent ?? (() => false)));
    this.loadSdk = options.loadSdk ?? (async (sink) => (await import('./spanSdk')).createSpanSdk(sink));
  }

  startSpan(name: string, options: SpanOptions = {}): Span {
    const { parent, kind = 'internal', links = [] } = options;
    const traceId = parent?.traceId ?? options.traceId ?? this.nextId(16);
    const spanId = this.nextId(8);
    const startMs = options.startTimeMs ?? this.clock.now();
    this.seq += 1;
    const start = {
      name: this.redact(name),
      traceId,
      spanId,
      kind,
      attributes: this.clean(options.attributes ?? {}),
      links: [...links],
      startNanos: nanosFromMs(startMs),
      seq: this.seq,
      ...(parent && { parentSpanId: parent.spanId }),
    };
    let recorded: SdkSpan | undefined;
    this.whenLoaded((sdk) => {
      recorded = sdk.start(start);
    });
    return this.createSpan({ traceId, spanId }, startMs, (use) => this.whenLoaded(() => recorded && use(recorded)));
  }

  /** Newest first; traces that are going on included. */
  list(): TraceSummary[] {
    const open = [...this.traces.values()].map(({ summary }) => summary);
    const ended = this.index.traces().filter(({ traceId }) => !this.traces.has(traceId));
    return [...open, ...ended]
      .map((summary) => ({ ...summary }))
      .sort((a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : 0));
  }

  /** In order of their start; empty for an unknown trace. Hex may come in either case, as in OTLP. */
  async spans(traceId: string): Promise<SpanRecord[]> {
    return (await this.stored(traceId.toLowerCase())).map(toSpanRecord);
  }

  /** All traces, the newest 1,000 at most, or those asked for. */
  async exportOtlp(traceIds?: string[]): Promise<unknown> {
    return (await this.exchange()).export(traceIds?.map((id) => id.toLowerCase()) ?? this.allIds());
  }

  async *exportText(traceIds?: string[]): AsyncGenerator<string> {
    yield* (await this.exchange()).exportText(traceIds ?? this.allIds());
  }

  /** Keeps the spans of an OTLP/JSON document; returns the ids of their traces, none if there was nothing to read. */
  async importOtlp(otlp: unknown): Promise<string[]> {
    return this.imported(await (await this.exchange()).import(otlp));
  }

  async importText(pieces: Iterable<string>, options?: ImportOptions): Promise<TraceImport | TraceFault> {
    const outcome = await (await this.exchange()).importText(pieces, options);
    if (!('reason' in outcome)) this.imported(outcome.traceIds);
    return outcome;
  }

  /** Brings back what the index does not know and the disk does; for whoever keeps the workspace tidy. */
  async restoreIndex(): Promise<void> {
    await (await this.restorer()).restore();
  }

  onDidImport(handler: (traceIds: string[]) => void): Disposable {
    this.importHandlers.add(handler);
    return toDisposable(() => this.importHandlers.delete(handler));
  }

  isOpen(traceId: string): boolean {
    return this.traces.has(traceId);
  }

  onDidChangeSpan(handler: (span: StoredSpan) => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Loads the SDK ahead of the first span; resolves once all spans so far are recorded. Never rejects. */
  ready(): Promise<void> {
    this.loading ??= this.load();
    return this.loading;
  }

  dispose(): void {
    this.handlers.clear();
    this.importHandlers.clear();
    void this.sdk?.shutdown();
  }

  private async createExchange(exportContent: () => boolean): Promise<OtlpExchange> {
    const exchange = await import('./otlpExchange');
    return new exchange.OtlpExchange({
      clock: this.clock,
      log: this.log,
      redact: this.redact,
      stored: (traceId) => this.stored(traceId),
      summaryOf: (traceId) => this.index.trace(traceId),
      putTrace: (summary) => this.index.putTrace(summary),
      isOpen: (traceId) => this.traces.has(traceId),
      exportContent,
      onProblem: this.onProblem,
    });
  }

  private allIds(): string[] {
    return this.list().map(({ traceId }) => traceId);
  }

  private imported(traceIds: string[]): string[] {
    if (traceIds.length > 0) for (const handler of [...this.importHandlers]) handler(traceIds);
    return traceIds;
  }

  /** In order of their start; empty for an unknown trace. */
  async stored(traceId: string): Promise<StoredSpan[]> {
    if (this.loading) await this.loading;
    const runId =
      this.traces.get(traceId)?.summary.runId ??
      this.index.trace(traceId)?.runId ??
      // The trace of a run whose window died before it could be summed up.
      this.index.runs().find((run) => run.traceId === traceId)?.runId;
    const pacer = new Pacer(this.clock);
    const spans = new SplitMap<StoredSpan>();
    const owners: SpanOwner[] = runId === undefined ? [{ traceId }] : [{ traceId }, { runId }];
    for (const owner of owners) {
      const read = await this.log.readSpans(owner);
      await pacer.finish(
        each(read, (span) => {
          if (span.traceId === traceId) spans.set(span.spanId, span);
        }),
      );
    }
    return pacer.finish(sorting(spans.items, bySpanStart));
  }

  private async load(): Promise<void> {
    try {
      const sdk = await this.loadSdk({
        started: (span) => this.onStarted(span),
        ended: (span) => this.onEnded(span),
      });
      const { waiting } = this;
      this.waiting = [];
      this.sdk = sdk;
      for (const use of waiting) use(sdk);
    } catch (error) {
      this.waiting = [];
      this.onProblem(error);
    }
  }

  private whenLoaded(use: (sdk: SpanSdk) => void): void {
    if (this.sdk) use(this.sdk);
    else if (this.waiting.length < MAX_WAITING) {
      this.waiting.push(use);
      void this.ready();
    }
  }

  private createSpan(
    ids: { traceId: string; spanId: string },
    startMs: number,
    record: (use: (span: SdkSpan) => void) => void,
  ): Span {
    let ended = false;
    return {
      ...ids,
      setAttributes: (attributes) => {
        if (ended) return;
        const cleaned = this.clean(attributes);
        record((span) => span.setAttributes(cleaned));
      },
      end: (end: SpanEnd = {}) => {
        if (ended) return;
        ended = true;
        const attributes = end.attributes && this.clean(end.attributes);
        // The clock may have gone back since the start.
        const endNanos = nanosFromMs(Math.max(startMs, end.endTimeMs ?? this.clock.now()));
        const finish = {
          status: end.status ?? ('unset' as const),
          endNanos,
          ...(end.message !== undefined && { message: this.redact(end.message) }),
        };
        record((span) => {
          if (attributes) span.setAttributes(attributes);
          span.end(finish);
        });
      },
    };
  }

  private clean(attributes: Attributes): Record<string, string | number | boolean | string[] | number[]> {
    const known: ReturnType<OtelTracing['clean']> = {};
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) known[key] = value;
    return redactDeep(known, this.redact);
  }

  private onStarted(span: StoredSpan): void {
    const trace = this.traces.get(span.traceId) ?? this.openTrace(span);
    trace.open.add(span.spanId);
    trace.summary.spans += 1;
    this.keep(trace, span);
  }

  private onEnded(span: StoredSpan): void {
    const trace = this.traces.get(span.traceId);
    if (!trace) return;
    trace.open.delete(span.spanId);
    if (span.status === 'error') trace.summary.errors += 1;
    this.keep(trace, span);
    this.tellEnded(span);
    if (trace.open.size > 0) return;
    this.traces.delete(span.traceId);
    if (span.endTime !== undefined) trace.summary.endTime = span.endTime;
    this.index.putTrace(trace.summary);
  }

  private keep(trace: OpenTrace, span: StoredSpan): void {
    const { runId } = trace.summary;
    const stored = runId === undefined ? span : { ...span, runId };
    this.log.appendSpan(trace.owner, stored);
    for (const handler of [...this.handlers]) handler(stored);
  }

  /** A trace begins, or goes on after its run was resumed. */
  private openTrace(span: StoredSpan): OpenTrace {
    const known = this.index.trace(span.traceId);
    const attribute = span.attributes[AGENT_TEAM.runId];
    const runId = known?.runId ?? (typeof attribute === 'string' ? attribute : undefined);
    const { endTime: _endTime, ...before } = known ?? {
      traceId: span.traceId,
      name: span.name,
      startTime: span.startTime,
      spans: 0,
      errors: 0,
    };
    const trace: OpenTrace = {
      owner: runId === undefined ? { traceId: span.traceId } : { runId },
      open: new Set(),
      summary: { ...before, ...(runId !== undefined && { runId }) },
    };
    this.traces.set(span.traceId, trace);
    return trace;
  }
}
