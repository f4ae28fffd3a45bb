// The traces to choose from, newest first: of runs by what a person asked, others by the name of their root.
import type { RunSummary, TraceSummary } from '../../api';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TRACE_LIST, type TraceList, type TraceRow } from '../../protocol/trace/traceList';
import type { TabFeed, TabPage, TraceTab } from './traceTab';

export interface TraceListSource {
  traces: {
    list(): TraceSummary[];
    onDidChangeSpan(handler: () => void): Disposable;
    onDidImport(handler: (traceIds: string[]) => void): Disposable;
  };
  runs: { list(): readonly RunSummary[]; onDidChange(handler: () => void): Disposable };
  /** True while this window records spans of the trace. */
  isLive: (traceId: string) => boolean;
  clock: Clock;
}

/** Traces that can be chosen; older ones are found through their run. */
const MAX_ROWS = 1000;
const MAX_TITLE = 200;
/** A count that runs need not run smoothly. */
const INTERVAL_MS = 500;

export function createTraceListTab(source: TraceListSource): TraceTab {
  return { id: TRACE_LIST, open: (page) => new TraceListFeed(source, page) };
}

class TraceListFeed implements TabFeed {
  private readonly owned = new DisposableStore();
  private timer: Disposable | undefined;
  private sent = '';

  constructor(
    private readonly source: TraceListSource,
    private readonly page: TabPage,
  ) {
    const soon = () => this.touchSoon();
    this.owned.add(source.traces.onDidChangeSpan(soon));
    this.owned.add(source.traces.onDidImport(() => page.touch()));
    this.owned.add(source.runs.onDidChange(soon));
  }

  collect(): TraceList | undefined {
    const list = { traces: traceRows(this.source) };
    const text = JSON.stringify(list);
    if (text === this.sent) return undefined;
    this.sent = text;
    return list;
  }

  dispose(): void {
    this.timer?.dispose();
    this.owned.dispose();
  }

  private touchSoon(): void {
    this.timer ??= this.source.clock.after(INTERVAL_MS, () => {
      this.timer = undefined;
      this.page.touch();
    });
  }
}

function traceRows({ traces, runs, isLive }: TraceListSource): TraceRow[] {
  const byId = new Map(runs.list().map((run) => [run.runId, run]));
  return traces
    .list()
    .slice(0, MAX_ROWS)
    .map(({ traceId, runId, name, startTime, endTime, spans, errors, imported }) => {
      const run = runId === undefined ? undefined : byId.get(runId);
      return {
        traceId,
        ...(runId !== undefined && { runId }),
        title: (run?.title ?? name).slice(0, MAX_TITLE),
        ...(run && { status: run.status }),
        ...(run?.agent !== undefined && { agent: run.agent }),
        ...(imported && runId === undefined && { isImported: true }),
        startTime,
        ...(endTime !== undefined && { endTime }),
        spans,
        errors,
        isLive: isLive(traceId),
      };
    });
}
