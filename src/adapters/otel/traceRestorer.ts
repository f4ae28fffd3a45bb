// Brings traces back into the index of which only their spans are left: the index was lost, or the window died before it could sum them up.
import type { IndexedRun, RunIndex } from '../../core/runs/runIndex';
import { isEnded } from '../../core/runs/runStates';
import type { SpanLog } from '../../core/telemetry/spanLog';
import { compareNanos, isoFromNanos } from '../../core/telemetry/spanTime';
import type { StoredSpan } from '../../core/telemetry/storedSpan';
import { summarise } from './traceSummary';

export interface TraceRestorerOptions {
  spans: SpanLog;
  index: Pick<RunIndex, 'runs' | 'trace' | 'putTrace'>;
  /** True for a trace that this window works on. */
  isOpen: (traceId: string) => boolean;
}

export class TraceRestorer {
  /** How each run stood when its trace was last looked at; bounded by the number of runs. */
  private readonly looked = new Map<string, string>();

  constructor(private readonly options: TraceRestorerOptions) {}

  /** One round over all runs and imported traces; cheap where nothing is missing. */
  async restore(): Promise<void> {
    const { index, spans } = this.options;
    const runs = index.runs();
    const known = new Set(runs.map(({ runId }) => runId));
    for (const runId of this.looked.keys()) if (!known.has(runId)) this.looked.delete(runId);
    for (const run of [...runs]) if (this.isDue(run)) await this.restoreRun(run);
    for (const { traceId } of await spans.listTraces()) {
      if (index.trace(traceId)) continue;
      const found = ofTrace(await spans.readSpans({ traceId }), traceId);
      if (found.length > 0) index.putTrace(summarise(found, undefined));
    }
  }

  /** The summary of an interrupted run may be from before it was resumed, so it is made again. */
  private isDue(run: IndexedRun): boolean {
    if (run.traceId === '' || !isEnded(run.status) || this.options.isOpen(run.traceId)) return false;
    const state = `${run.status} ${run.endedAt}`;
    if (this.looked.get(run.runId) === state) return false;
    this.looked.set(run.runId, state);
    return run.status === 'interrupted' || !this.options.index.trace(run.traceId);
  }

  private async restoreRun({ runId, traceId }: IndexedRun): Promise<void> {
    const { spans } = this.options;
    const imported = await spans.readSpans({ traceId });
    const found = ofTrace([...(await spans.readSpans({ runId })), ...imported], traceId);
    if (found.length === 0) return;
    this.options.index.putTrace({ endTime: lastHeardOf(found), ...summarise(found, runId) });
  }
}

function ofTrace(spans: readonly StoredSpan[], traceId: string): StoredSpan[] {
  return spans.filter((span) => span.traceId === traceId);
}

/** Nobody goes on with the trace: it ended when its last span began or ended. */
function lastHeardOf(spans: readonly StoredSpan[]): string {
  const times = spans.map(({ startTimeUnixNano, endTimeUnixNano }) => endTimeUnixNano ?? startTimeUnixNano);
  return isoFromNanos(times.reduce((a, b) => (compareNanos(a, b) > 0 ? a : b)));
}
