// What the tab Metrics and its host tell each other: the figures of a time, and how they went over it.
import * as z from 'zod/mini';

const number = z.number();
const maybe = z.optional(z.number());

/** What is unknown is absent; what did not happen is 0. */
const point = z.object({
  runs: number,
  succeeded: number,
  failed: number,
  p95Ms: maybe,
  tokens: number,
  costUsd: maybe,
});
export type ShownPoint = z.infer<typeof point>;

export const metricsRowSchema = z.object({
  agent: z.string(),
  /** Absent for all versions of an agent together. */
  version: z.optional(z.string()),
  runs: number,
  running: number,
  invocations: number,
  succeeded: number,
  failed: number,
  stopped: number,
  p50Ms: maybe,
  p95Ms: maybe,
  inputTokens: number,
  outputTokens: number,
  cachedInputTokens: number,
  modelCalls: number,
  retries: number,
  costUsd: maybe,
  unpricedCalls: number,
  unmeasuredCalls: number,
  /** Milliseconds since the epoch. */
  lastAtMs: number,
  /** The state of the agent's breaker now, on the row of its newest version. */
  breaker: z.optional(z.enum(['closed', 'open', 'half-open'])),
  series: z.array(point),
});
export type ShownRow = z.infer<typeof metricsRowSchema>;

export const metricsBatchSchema = z.object({
  versions: z.array(metricsRowSchema),
  agents: z.array(metricsRowSchema),
  total: z.optional(metricsRowSchema),
  fromMs: number,
  toMs: number,
  bucketMs: number,
  /** Runs that are still being read. */
  left: number,
});
export type MetricsBatch = z.infer<typeof metricsBatchSchema>;

/** The time that is shown: up to now, or between two days. */
export const metricsRangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('last'), hours: z.number().check(z.positive()) }),
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('between'), fromMs: number, toMs: number }),
]);
export type MetricsRange = z.infer<typeof metricsRangeSchema>;

/** Parts of the time in a series. */
export const BUCKETS = 24;

export const metricsTellSchema = z.discriminatedUnion('type', [
  /** Shows the text of a prompt version; with `before`, what changed since that one. */
  z.object({ type: z.literal('prompt'), agent: z.string(), version: z.string(), before: z.optional(z.string()) }),
  z.object({ type: z.literal('resetBreaker'), agent: z.string() }),
]);
export type MetricsTell = z.infer<typeof metricsTellSchema>;
