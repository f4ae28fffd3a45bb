// The run behind a trace, for tabs that show runs: its journal's view where the run is here, else what the spans tell.
import type { Disposable, SpanRecord, TraceSummary } from '../../api';
import type { RunStore } from '../../core/runs/runStore';
import type { RunView } from '../../core/runs/runView';
import { viewOfSpans } from '../../core/runs/viewOfSpans';

export interface RunOfTraceSource {
  traces: {
    list(): TraceSummary[];
    spans(traceId: string): Promise<SpanRecord[]>;
  };
  runs: Pick<RunStore, 'get' | 'peek' | 'onDidChange'>;
}

export class RunOfTrace {
  constructor(private readonly source: RunOfTraceSource) {}

  /**
   * What `project` makes of the run's view; undefined for an unknown trace. A view is only valid until the next event of its run,
   * so `project` must copy what it needs, at once.
   */
  async read<T>(traceId: string, project: (view: RunView) => T): Promise<T | undefined> {
    const { runs, traces } = this.source;
    const runId = this.runIdOf(traceId);
    const loaded = runId === undefined ? undefined : (runs.peek(runId) ?? (await runs.get(runId)));
    const view = runId === undefined ? undefined : (runs.peek(runId) ?? loaded);
    if (view) return project(view);
    const spans = await traces.spans(traceId);
    if (spans.length === 0) return undefined;
    return project(viewOfSpans(traceId, spans));
  }

  /** Called when the run of the trace may have changed; never for traces without a run, which are as they are. */
  follow(traceId: string, handler: () => void): Disposable {
    return this.source.runs.onDidChange((runId) => {
      if (runId === '' || runId === this.runIdOf(traceId)) handler();
    });
  }

  private runIdOf(traceId: string): string | undefined {
    return this.source.traces.list().find((trace) => trace.traceId === traceId)?.runId;
  }
}
