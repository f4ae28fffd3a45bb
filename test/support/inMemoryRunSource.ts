// Runs and traces as the tabs of the trace page read them, in memory; a test changes a run by putting its next view.
import type { RunSummary, SpanRecord, TraceSummary } from '../../src/api';
import { toRunSummary } from '../../src/core/runs/reduceRun';
import type { RunChangeHandler } from '../../src/core/runs/runStore';
import type { RunView } from '../../src/core/runs/runView';
import type { RunOfTraceSource } from '../../src/vscode/trace/runOfTrace';

export class InMemoryRunSource implements RunOfTraceSource {
  private readonly views = new Map<string, RunView>();
  private readonly imported = new Map<string, SpanRecord[]>();
  private readonly handlers = new Set<RunChangeHandler>();

  readonly traces = {
    list: (): TraceSummary[] => [
      ...[...this.views.values()].map(({ traceId, runId, title, startedAt }) => ({
        ...{ traceId, runId, name: title, startTime: startedAt, spans: 1, errors: 0 },
      })),
      ...[...this.imported].map(([traceId, spans]) => ({
        ...{
          traceId,
          name: spans[0]?.name ?? '',
          startTime: spans[0]?.startTime ?? '',
          spans: spans.length,
          errors: 0,
        },
        imported: true as const,
      })),
    ],
    spans: (traceId: string): Promise<SpanRecord[]> => Promise.resolve(this.imported.get(traceId) ?? []),
  };

  readonly runs = {
    get: (runId: string): Promise<RunView | undefined> => Promise.resolve(this.views.get(runId)),
    peek: (runId: string): RunView | undefined => this.views.get(runId),
    list: (): RunSummary[] => [...this.views.values()].map(toRunSummary),
    onDidChange: (handler: RunChangeHandler) => {
      this.handlers.add(handler);
      return { dispose: () => void this.handlers.delete(handler) };
    },
  };

  put(view: RunView): void {
    this.views.set(view.runId, view);
    for (const handler of [...this.handlers]) handler(view.runId);
  }

  import(traceId: string, spans: SpanRecord[]): void {
    this.imported.set(traceId, spans);
  }

  /** How many follow the runs. */
  get followers(): number {
    return this.handlers.size;
  }
}
