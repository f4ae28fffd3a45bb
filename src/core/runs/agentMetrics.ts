// What the page of metrics shows: the figures of each agent and prompt version within a time, and how they went over that time.
import { each, finishNow } from '../steps';
import { percentile, summing, type AgentFigure, type RunAgentRecord } from './agentFigures';

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
  return finishNow(measuring(records, query));
}

/** As `agentMetrics`, for many records. */
export function* measuring(records: readonly RunAgentRecord[], query: MetricsQuery): Generator<void, AgentMetrics> {
  const { toMs, buckets, fromMs: wanted = -Infinity } = query;
  const inTime: RunAgentRecord[] = [];
  const byAgent = new Map<string, RunAgentRecord[]>();
  const byVersion = new Map<string, RunAgentRecord[]>();
  let first = toMs;
  yield* each(records, (record) => {
    const { agent, promptVersion, startedAtMs } = record;
    if (startedAtMs > toMs || startedAtMs < wanted) return;
    inTime.push(record);
    first = Math.min(first, startedAtMs);
    put(byAgent, agent, record);
    put(byVersion, `${agent}\n${promptVersion}`, record);
  });
  const fromMs = query.fromMs ?? first;
  const bucketMs = Math.max(1, (toMs - fromMs) / buckets);
  const time = { fromMs, bucketMs, buckets };
  const versions = yield* rowsOf(byVersion.values(), time);
  const agents = yield* rowsOf(byAgent.values(), time);
  const [total] = yield* rowsOf(inTime.length > 0 ? [inTime] : [], time);
  return {
    versions: versions.sort((a, b) => order(a.figure.agent, b.figure.agent) || b.figure.lastAtMs - a.figure.lastAtMs),
    agents: agents.sort((a, b) => order(a.figure.agent, b.figure.agent)),
    ...(total && { total }),
    fromMs,
    bucketMs,
  };
}

interface Parts {
  fromMs: number;
  bucketMs: number;
  buckets: number;
}

function* rowsOf(groups: Iterable<readonly RunAgentRecord[]>, time: Parts): Generator<void, MetricsRow[]> {
  const rows: MetricsRow[] = [];
  for (const group of groups) {
    const figure = yield* summing(group);
    rows.push({ figure, series: yield* seriesOf(group, time) });
  }
  return rows;
}

function* seriesOf(records: readonly RunAgentRecord[], time: Parts): Generator<void, MetricsPoint[]> {
  const parts = Array.from({ length: time.buckets }, (): RunAgentRecord[] => []);
  // A run counts once: when the first of these records began.
  const began = new Map<string, number>();
  yield* each(records, ({ runId, startedAtMs }) => {
    began.set(runId, Math.min(startedAtMs, began.get(runId) ?? Infinity));
  });
  yield* each(records, (record) => {
    const index = Math.floor(((began.get(record.runId) ?? 0) - time.fromMs) / time.bucketMs);
    parts[Math.min(time.buckets - 1, Math.max(0, index))]?.push(record);
  });
  const points: MetricsPoint[] = [];
  for (const part of parts) {
    points.push(part.length === 0 ? EMPTY_POINT : yield* pointOf(part));
    yield;
  }
  return points;
}

/** What a chart needs of a part: less than a whole figure, since there are many of them. */
function* pointOf(records: readonly RunAgentRecord[]): Generator<void, MetricsPoint> {
  const point: MetricsPoint = { ...EMPTY_POINT };
  const runs = new Set<string>();
  const durations: number[] = [];
  yield* each(records, ({ runId, succeeded, failed, inputTokens, outputTokens, costUsd, durationsMs }) => {
    runs.add(runId);
    point.succeeded += succeeded;
    point.failed += failed;
    point.tokens += inputTokens + outputTokens;
    if (costUsd !== undefined) point.costUsd = (point.costUsd ?? 0) + costUsd;
    for (const duration of durationsMs) durations.push(duration);
  });
  point.runs = runs.size;
  const p95Ms = percentile(new Float64Array(durations).sort(), 0.95);
  if (p95Ms !== undefined) point.p95Ms = p95Ms;
  return point;
}

function put(groups: Map<string, RunAgentRecord[]>, key: string, record: RunAgentRecord): void {
  const group = groups.get(key);
  if (group) group.push(record);
  else groups.set(key, [record]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
