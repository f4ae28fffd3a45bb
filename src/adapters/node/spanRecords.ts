// How spans stand in a segment: one record each time that a span began or ended, the last one counts. Imported spans name their source
// by a number, which a record before them explains: a resource is often longer than the span.
import { SplitMap } from '../../core/splitMap';
import { isStoredSpan, type SpanSource, type StoredSpan } from '../../core/telemetry/storedSpan';

interface SourceRecord {
  sourceId: number;
  explains: SpanSource;
}

/** Lines for imported spans; numbers of sources hold until the same number is explained again. */
export function* importedLines(spans: readonly StoredSpan[]): Generator<string> {
  const numbers = new Map<SpanSource, number>();
  for (const { source, ...span } of spans) {
    if (!source) {
      yield `${JSON.stringify(span)}\n`;
      continue;
    }
    let sourceId = numbers.get(source);
    if (sourceId === undefined) {
      sourceId = numbers.size + 1;
      numbers.set(source, sourceId);
      yield `${JSON.stringify({ sourceId, explains: source } satisfies SourceRecord)}\n`;
    }
    yield `${JSON.stringify({ ...span, sourceId })}\n`;
  }
}

/** Collects the spans of one segment. */
export class SpanRecords {
  private readonly latest = new SplitMap<StoredSpan>();
  private readonly sources = new Map<number, SpanSource>();

  /** False for a record that is neither a span nor a source. */
  take(record: unknown): boolean {
    if (isSource(record)) {
      this.sources.set(record.sourceId, record.explains);
      return true;
    }
    if (!isStoredSpan(record)) return false;
    this.latest.set(record.spanId, this.withSource(record));
    return true;
  }

  /** In the order in which they first turned up. */
  spans(): readonly StoredSpan[] {
    return this.latest.items;
  }

  private withSource(record: StoredSpan & { sourceId?: number }): StoredSpan {
    const { sourceId, ...span } = record;
    if (sourceId === undefined) return record;
    const source = this.sources.get(sourceId);
    return source ? { ...span, source } : span;
  }
}

function isSource(record: unknown): record is SourceRecord {
  const { sourceId, explains } = (record ?? {}) as Partial<SourceRecord>;
  return typeof sourceId === 'number' && typeof explains?.resource === 'object' && typeof explains.scope === 'object';
}
