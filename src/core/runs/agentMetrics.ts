// What the page of metrics shows: the figures of each agent and prompt version within a time, and how they went over that time.
import { percentile, sumOf, type AgentFigure, type RunAgentRecord } from './agentFigures';

export interface MetricsQuery {
  /** Milliseconds since the epoch; absent: from the first record, to now. */
  fromMs?: number;
  toMs: number;
  /** Parts of equal length into which the time is cut. */
  buckets: number;
}

export interface AgentMetrics {
  /** By agent, its newest version first. */
  versions: MetricsRow[];
  /** By agent, all its versions together. */
  agents: MetricsRow[];
  /** Everybody together; absent where there is nothing. */
  total?: MetricsRow;
  fromMs: number;
  bucketMs: number;
}

export interface MetricsRow {
  figure: AgentFigure;
  /** One entry for each part of the time, empty parts included. */
  series: MetricsPoint[];
}

/** What is unknown is absent; what did not happen is 0. */
export interface MetricsPoint {
  runs: number;
  succeeded: number;
  failed: number;
  p95Ms?: number;
  tokens: number;
  costUsd?: number;
}

const EMPTY_POINT: MetricsPoint = { runs: 0, succeeded: 0, failed: 0, tokens: 0 };

/** A record counts for the time at which its agent began in the run. */
export function agentMetrics(records: readonly RunAgentRecord[], query: MetricsQuery): AgentMetrics {
  const { toMs, buckets } = query;
  const inTime = records.filter(
    ({ startedAtMs }) => startedAtMs <= toMs && (query.fromMs === undefined || startedAtMs >= query.fromMs),
  );
  const first = inTime.reduce((least, { startedAtMs }) => Math.min(least, startedAtMs), toMs);
  const fromMs = query.fromMs ?? first;
  const bucketMs = Math.max(1, (toMs - fromMs) / buckets);
  const rowOf = (group: readonly RunAgentRecord[]): MetricsRow => ({
    figure: sumOf(group),
    series: seriesOf(group, { fromMs, bucketMs, buckets }),
  });
  const byAgent = groupBy(inTime, ({ agent }) => agent);
  const byVersion = groupBy(inTime, ({ agent, promptVersion }) => `${agent}\n${promptVersion}`);
  return {
    versions: [...byVersion.values()]
      .map(rowOf)
      .sort((a, b) => order(a.figure.agent, b.figure.agent) || b.figure.lastAtMs - a.figure.lastAtMs),
    agents: [...byAgent.values()].map(rowOf).sort((a, b) => order(a.figure.agent, b.figure.agent)),
    ...(inTime.length > 0 && { total: rowOf(inTime) }),
    fromMs,
    bucketMs,
  };
}

function seriesOf(
  records: readonly RunAgentRecord[],
  time: { fromMs: number; bucketMs: number; buckets: number },
): MetricsPoint[] {
  const parts = Array.from({ length: time.buckets }, (): RunAgentRecord[] => []);
  // A run counts once: when the first of these records began.
  const began = new Map<string, number>();
  for (const { runId, startedAtMs } of records) {
    began.set(runId, Math.min(startedAtMs, began.get(runId) ?? Infinity));
  }
  for (const record of records) {
    const index = Math.floor(((began.get(record.runId) ?? 0) - time.fromMs) / time.bucketMs);
    parts[Math.min(time.buckets - 1, Math.max(0, index))]?.push(record);
  }
  return parts.map((part) => (part.length === 0 ? EMPTY_POINT : pointOf(part)));
}

/** What a chart needs of a part: less than a whole figure, since there are many of them. */
function pointOf(records: readonly RunAgentRecord[]): MetricsPoint {
  const point: MetricsPoint = { ...EMPTY_POINT };
  const runs = new Set<string>();
  const durations: number[] = [];
  for (const { runId, succeeded, failed, inputTokens, outputTokens, costUsd, durationsMs } of records) {
    runs.add(runId);
    point.succeeded += succeeded;
    point.failed += failed;
    point.tokens += inputTokens + outputTokens;
    if (costUsd !== undefined) point.costUsd = (point.costUsd ?? 0) + costUsd;
    for (const duration of durationsMs) durations.push(duration);
  }
  point.runs = runs.size;
  const p95Ms = percentile(Float64Array.from(durations).sort(), 0.95);
  if (p95Ms !== undefined) point.p95Ms = p95Ms;
  return point;
}

function groupBy(
  records: readonly RunAgentRecord[],
  keyOf: (record: RunAgentRecord) => string,
): Map<string, RunAgentRecord[]> {
  const groups = new Map<string, RunAgentRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
