// A trace in one line, made from its spans.
import type { TraceSummary } from '../../api';
import { compareNanos } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';

/** `spans` must not be empty; the trace is named after its root, or the earliest span where the root is missing. */
export function summarise(spans: readonly StoredSpan[], runId: string | undefined): TraceSummary {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const sorted = [...spans].sort((a, b) => compareNanos(a.startTimeUnixNano, b.startTimeUnixNano));
  const root = sorted.find(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId)) ?? sorted[0];
  if (!root) throw new Error('Internal error: a trace without spans has no summary.');
  const ends = spans.map(({ endTime }) => endTime);
  const endTime = ends.every((end) => end !== undefined) ? ends.reduce((a, b) => (a > b ? a : b)) : undefined;
  return {
    traceId: root.traceId,
    ...(runId !== undefined && { runId }),
    name: root.name,
    startTime: sorted[0]?.startTime ?? root.startTime,
    ...(endTime !== undefined && { endTime }),
    spans: spans.length,
    errors: spans.filter(({ status }) => status === 'error').length,
    ...(spans.some(({ source }) => source !== undefined) && { imported: true as const }),
  };
}
