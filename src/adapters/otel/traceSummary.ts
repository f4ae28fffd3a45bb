// A trace in one line, made from its spans.
import type { TraceSummary } from '../../api';
import { SplitMap } from '../../core/splitMap';
import { each, finishNow } from '../../core/steps';
import { compareNanos } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';

/** `spans` must not be empty; the trace is named after its root, or the earliest span where the root is missing. */
export function summarise(spans: readonly StoredSpan[], runId: string | undefined): TraceSummary {
  return finishNow(summarising(spans, runId));
}

/** As `summarise`, for many spans. */
export function* summarising(spans: readonly StoredSpan[], runId: string | undefined): Generator<void, TraceSummary> {
  const ids = new SplitMap<true>();
  yield* each(spans, ({ spanId }) => ids.set(spanId, true));
  const found = new Found();
  yield* each(spans, (span) => {
    const { parentSpanId } = span;
    found.take(span, parentSpanId === undefined || !ids.has(parentSpanId));
  });
  const { earliest, root = earliest, endTime } = found;
  if (!root || !earliest) throw new Error('Internal error: a trace without spans has no summary.');
  return {
    traceId: root.traceId,
    ...(runId !== undefined && { runId }),
    name: root.name,
    startTime: earliest.startTime,
    ...(endTime !== undefined && { endTime }),
    spans: spans.length,
    errors: found.errors,
    ...(found.isImported && { imported: true as const }),
  };
}

class Found {
  earliest: StoredSpan | undefined;
  root: StoredSpan | undefined;
  errors = 0;
  isImported = false;
  private isOpen = false;
  private latestEnd = '';

  /** Undefined while one of them goes on. */
  get endTime(): string | undefined {
    return this.isOpen ? undefined : this.latestEnd;
  }

  take(span: StoredSpan, isRoot: boolean): void {
    const { endTime, status, source } = span;
    this.earliest = earlier(this.earliest, span);
    if (isRoot) this.root = earlier(this.root, span);
    if (endTime === undefined) this.isOpen = true;
    else if (endTime > this.latestEnd) this.latestEnd = endTime;
    if (status === 'error') this.errors += 1;
    this.isImported ||= source !== undefined;
  }
}

/** The one that started first; of two at once, the one that was there. */
function earlier(known: StoredSpan | undefined, span: StoredSpan): StoredSpan {
  return known && compareNanos(known.startTimeUnixNano, span.startTimeUnixNano) <= 0 ? known : span;
}
