// The host's side of the tab Metrics: the figures of a time, kept up to date while they are looked at.
import type { Clock } from '../../core/clock';
import { DisposableStore } from '../../core/disposable';
import { Pacer } from '../../core/pacer';
import { measuring, type MetricsRow } from '../../core/runs/agentMetrics';
import type { AgentFigures } from '../../core/runs/agentFigures';
import type { BreakerState } from '../../core/resilience/circuitBreaker';
import {
  BUCKETS,
  metricsRangeSchema,
  metricsTellSchema,
  type MetricsBatch,
  type MetricsRange,
  type ShownRow,
} from '../../protocol/trace/metricsMessages';
import { METRICS_STRINGS } from '../../protocol/trace/metricsStrings';
import { ProjectionFeed } from './projectionFeed';
import { parseMessage, type TraceTab } from './traceTab';

export interface MetricsTabOptions {
  /** Made when the tab is first shown: it reads journals. */
  source: () => { figures: AgentFigures; readonly left: number };
  breakers: {
    state(scope: 'agent', name: string): BreakerState;
    reset(scope: 'agent', name: string): void;
    onDidChange(handler: () => void): { dispose(): void };
  };
  /** Shows a prompt, or what changed in it since an earlier version. */
  showPrompt: (version: string, before?: string) => Promise<void>;
  clock: Clock;
  showError: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
const INTERVAL_MS = 500;

export function createMetricsTab(options: MetricsTabOptions): TraceTab {
  const { clock, breakers } = options;
  return {
    id: 'metrics',
    strings: METRICS_STRINGS,
    open: (page, since) => {
      const range = metricsRangeSchema.safeParse(since);
      const source = options.source();
      let sent = '';
      return new ProjectionFeed<MetricsBatch>({
        clock,
        page,
        intervalMs: INTERVAL_MS,
        onError: options.showError,
        follow: (changed) => {
          const owned = new DisposableStore();
          owned.add(source.figures.onDidChange(changed));
          owned.add(breakers.onDidChange(changed));
          return owned;
        },
        compute: async () => {
          const shown = range.success ? range.data : ({ kind: 'all' } as const);
          const batch = await metricsOf(source, shown, { clock, breakers });
          // The clock alone is no news.
          const text = JSON.stringify({ ...batch, fromMs: 0, toMs: 0, bucketMs: 0 });
          if (text === sent) return undefined;
          sent = text;
          return batch;
        },
        receive: async (message) => {
          const told = parseMessage(metricsTellSchema, message);
          if (told.type === 'prompt') await options.showPrompt(told.version, told.before);
          else breakers.reset('agent', told.agent);
        },
      });
    },
  };
}

/** The figures of a range as the page shows them. */
export async function metricsOf(
  source: { figures: AgentFigures; readonly left: number },
  range: MetricsRange,
  { clock, breakers }: { clock: Clock; breakers: Pick<MetricsTabOptions['breakers'], 'state'> },
): Promise<MetricsBatch> {
  const now = clock.now();
  const toMs = range.kind === 'between' ? range.toMs : now;
  const fromMs =
    range.kind === 'between' ? range.fromMs : range.kind === 'last' ? now - range.hours * HOUR_MS : undefined;
  const query = { toMs, buckets: BUCKETS, ...(fromMs !== undefined && { fromMs }) };
  const metrics = await new Pacer(clock).finish(measuring(source.figures.records(), query));
  const withBreaker = (row: ShownRow, isNewest: boolean): ShownRow =>
    isNewest ? { ...row, breaker: breakers.state('agent', row.agent) } : row;
  return {
    versions: metrics.versions.map((row, index) =>
      withBreaker(
        { ...shown(row), version: row.figure.promptVersion },
        row.figure.agent !== metrics.versions[index - 1]?.figure.agent,
      ),
    ),
    agents: metrics.agents.map((row) => withBreaker(shown(row), true)),
    ...(metrics.total && { total: { ...shown(metrics.total), agent: '' } }),
    fromMs: metrics.fromMs,
    toMs,
    bucketMs: metrics.bucketMs,
    left: source.left,
  };
}

function shown({ figure, series }: MetricsRow): ShownRow {
  const { latencyP50Ms, latencyP95Ms, costUsd } = figure;
  return {
    agent: figure.agent,
    runs: figure.runs,
    running: figure.running,
    invocations: figure.invocations,
    succeeded: figure.succeeded,
    failed: figure.failed,
    stopped: figure.stopped,
    inputTokens: figure.inputTokens,
    outputTokens: figure.outputTokens,
    cachedInputTokens: figure.cachedInputTokens,
    modelCalls: figure.modelCalls,
    retries: figure.retries,
    unpricedCalls: figure.unpricedCalls,
    unmeasuredCalls: figure.unmeasuredCalls,
    lastAtMs: figure.lastAtMs,
    ...(latencyP50Ms !== undefined && { p50Ms: latencyP50Ms }),
    ...(latencyP95Ms !== undefined && { p95Ms: latencyP95Ms }),
    ...(costUsd !== undefined && { costUsd }),
    series,
  };
}
