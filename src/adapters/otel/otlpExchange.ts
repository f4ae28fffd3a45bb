// Traces from and to OTLP/JSON. What is imported is marked by its source and kept beside the runs, never among their own spans:
//   a span that this extension recorded stays as it is, whatever a file says of it;
//   a span that was imported before is replaced by a record that has ended, and otherwise stays;
//   everything else is added, so that importing a trace twice changes nothing.
import type { TraceSummary } from '../../api';
import type { Clock } from '../../core/clock';
import { redactDeep, type Redact } from '../../core/events/redaction';
import { Pacer } from '../../core/pacer';
import { readOtlp } from '../../core/telemetry/otlpRead';
import { OtlpTextReader } from '../../core/telemetry/otlpTextReader';
import { SplitMap } from '../../core/splitMap';
import { each } from '../../core/steps';
import { buildOtlp, otlpText, withoutContent } from '../../core/telemetry/otlpWrite';
import type { SpanLog } from '../../core/telemetry/spanLog';
import type { SpanSource, StoredSpan } from '../../core/telemetry/storedSpan';
import type { ImportOptions, TraceFault, TraceImport } from '../../core/telemetry/traceStore';
import { summarising } from './traceSummary';

export interface OtlpExchangeOptions {
  clock: Clock;
  log: SpanLog;
  redact: Redact;
  /** The spans of a trace as they are kept, in order of their start. */
  stored(traceId: string): Promise<StoredSpan[]>;
  summaryOf(traceId: string): TraceSummary | undefined;
  putTrace(summary: TraceSummary): void;
  /** True for a trace that this window works on: its summary is made when it ends. */
  isOpen(traceId: string): boolean;
  /** Whether messages, tool arguments and results may leave; asked at each export. */
  exportContent(): boolean;
  /** Told of what an import through the API could not take: it has no other way to say so. */
  onProblem(problem: TraceFault): void;
}

const MAX_SPANS = 200_000;
const MAX_TRACES = 1000;
/** What is read of a text between two looks at the time. */
const PIECE_CHARACTERS = 16_000;

export class OtlpExchange {
  constructor(private readonly options: OtlpExchangeOptions) {}

  /** A request, several in an array, or the text of a file. Returns the ids of the traces, none if nothing could be read. */
  async import(otlp: unknown): Promise<string[]> {
    const outcome = typeof otlp === 'string' ? await this.importText([otlp]) : await this.importDocument(otlp);
    if (!('reason' in outcome)) return outcome.traceIds;
    this.options.onProblem(outcome);
    return [];
  }

  async importText(
    pieces: Iterable<string>,
    { traceId, signal }: ImportOptions = {},
  ): Promise<TraceImport | TraceFault> {
    const reader = new OtlpTextReader({ maxSpans: MAX_SPANS });
    const pacer = this.pacer();
    for (const piece of smallPieces(pieces)) {
      if (!reader.push(piece)) break;
      if (pacer.isDue) await pacer.pause();
      if (signal?.aborted === true) return { reason: 'cancelled' };
    }
    const reading = reader.end();
    if ('reason' in reading) return reading;
    const spans = traceId === undefined ? reading.spans : reading.spans.filter((span) => span.traceId === traceId);
    const kept = await this.keep(spans, signal);
    return 'reason' in kept ? kept : { ...kept, skipped: reading.skipped, isCutOff: reading.isCutOff };
  }

  /** All traces that are asked for, in one document. */
  async export(traceIds: readonly string[]): Promise<unknown> {
    return this.pacer().finish(buildOtlp(await this.collect(traceIds)));
  }

  async *exportText(traceIds: readonly string[]): AsyncGenerator<string> {
    const pacer = this.pacer();
    for (const piece of otlpText(await this.collect(traceIds))) {
      if (piece !== '') yield piece;
      if (pacer.isDue) await pacer.pause();
    }
  }

  private async importDocument(otlp: unknown): Promise<TraceImport | TraceFault> {
    const pacer = this.pacer();
    const spans: StoredSpan[] = [];
    for (const span of readOtlp(otlp)) {
      if (spans.length >= MAX_SPANS) return { reason: 'trace.too_many_spans', limit: MAX_SPANS };
      spans.push(span);
      if (pacer.isDue) await pacer.pause();
    }
    const kept = await this.keep(spans);
    return 'reason' in kept ? kept : { ...kept, skipped: 0, isCutOff: false };
  }

  private async keep(
    spans: readonly StoredSpan[],
    signal?: AbortSignal,
  ): Promise<{ traceIds: string[]; spans: number } | TraceFault> {
    const traces = await this.sort(spans);
    if (traces.size > MAX_TRACES) return { reason: 'trace.too_many_traces', limit: MAX_TRACES };
    // Up to here nothing was kept; from here on all of it is.
    if (signal?.aborted === true) return { reason: 'cancelled' };
    const summaries: TraceSummary[] = [];
    for (const [traceId, found] of traces) {
      const summary = await this.keepTrace(traceId, found);
      if (summary && !this.options.isOpen(traceId)) summaries.push(summary);
    }
    for (const summary of summaries) this.options.putTrace(summary);
    return { traceIds: [...traces.keys()], spans: spans.length };
  }

  /** By trace, with secrets masked. */
  private async sort(spans: readonly StoredSpan[]): Promise<Map<string, StoredSpan[]>> {
    const { redact } = this.options;
    const pacer = this.pacer();
    const traces = new Map<string, StoredSpan[]>();
    const sources = new Map<SpanSource, SpanSource>();
    for (const span of spans) {
      const { source, ...own } = span;
      const redacted = redactDeep(own, redact);
      // A copy of each of so many would be work for the garbage collector.
      const masked: StoredSpan = redacted === own ? span : redacted;
      if (source) {
        if (!sources.has(source)) sources.set(source, redactDeep(source, redact));
        masked.source = sources.get(source) ?? source;
      }
      const found = traces.get(span.traceId);
      if (found) found.push(masked);
      else traces.set(span.traceId, [masked]);
      if (pacer.isDue) await pacer.pause();
    }
    return traces;
  }

  /** The trace's new summary, unless there was nothing new. */
  private async keepTrace(traceId: string, found: readonly StoredSpan[]): Promise<TraceSummary | undefined> {
    const { options } = this;
    const pacer = this.pacer();
    const spans = new SplitMap<StoredSpan>();
    const stored = await options.stored(traceId);
    await pacer.finish(each(stored, (span) => spans.set(span.spanId, span)));
    const fresh = new SplitMap<StoredSpan>();
    for (const span of found) {
      if (pacer.isDue) await pacer.pause();
      const known = spans.get(span.spanId);
      if (known && !replaces(span, known)) continue;
      spans.set(span.spanId, span);
      fresh.set(span.spanId, span);
    }
    if (fresh.items.length === 0) return undefined;
    await options.log.importSpans(traceId, fresh.items);
    return pacer.finish(summarising(spans.items, options.summaryOf(traceId)?.runId));
  }

  private pacer(): Pacer {
    return new Pacer(this.options.clock);
  }

  private async collect(traceIds: readonly string[]): Promise<StoredSpan[]> {
    const isWhole = this.options.exportContent();
    const collected: StoredSpan[] = [];
    for (const traceId of traceIds.slice(0, MAX_TRACES)) {
      const spans = await this.options.stored(traceId);
      await this.pacer().finish(each(spans, (span) => collected.push(isWhole ? span : withoutContent(span))));
    }
    return collected;
  }
}

function replaces(span: StoredSpan, known: StoredSpan): boolean {
  return known.source !== undefined && known.endTimeUnixNano === undefined && span.endTimeUnixNano !== undefined;
}

function* smallPieces(pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) yield* piecesOf(piece);
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) yield text.slice(at, at + PIECE_CHARACTERS);
}
