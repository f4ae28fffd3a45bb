// What the tab Compare and its host tell each other: two runs side by side.
import * as z from 'zod/mini';

const text = z.string();
const number = z.number();
const maybe = z.optional(z.number());

const side = z.object({
  traceId: text,
  title: text,
  kind: text,
  status: text,
  agent: z.optional(text),
  /** Milliseconds since the epoch. */
  startedAt: number,
  /** Absent while it goes on. */
  durationMs: maybe,
  inputTokens: number,
  outputTokens: number,
  /** Absent where it is not known. */
  costUsd: maybe,
  modelCalls: number,
  /** False when an endpoint did not report all tokens. */
  isMeasured: z.boolean(),
  /** Who was in control, in order. */
  path: z.array(text),
  toolCalls: number,
  failedToolCalls: number,
  error: z.optional(text),
});
export type ShownSide = z.infer<typeof side>;

const task = z.object({
  id: text,
  title: text,
  agent: text,
  status: text,
  dependencies: z.array(text),
  durationMs: maybe,
});
export type ShownTask = z.infer<typeof task>;

const compared = z.object({ side: z.enum(['both', 'left', 'right']), texts: z.array(text) });
export type ShownCompared = z.infer<typeof compared>;

export const comparisonSchema = z.object({
  left: side,
  right: side,
  agents: z.array(z.object({ agent: text, left: z.array(text), right: z.array(text) })),
  tasks: z.array(z.object({ left: z.optional(task), right: z.optional(task) })),
  tools: z.array(z.object({ name: text, left: number, right: number, leftFailed: number, rightFailed: number })),
  /** Absent when the runs differ too much to be laid beside each other. */
  calls: z.optional(z.array(compared)),
  answer: z.optional(z.array(compared)),
});
export type ShownComparison = z.infer<typeof comparisonSchema>;

export const compareBatchSchema = z.object({
  left: text,
  right: text,
  /** Absent when one of the two is not kept any more. */
  comparison: z.optional(comparisonSchema),
});
export type CompareBatch = z.infer<typeof compareBatchSchema>;

/** Trace ids of the two. */
export const compareSinceSchema = z.object({ left: text, right: text });

export const compareTellSchema = z.object({ type: z.literal('prompt'), version: text, before: z.optional(text) });
export type CompareTell = z.infer<typeof compareTellSchema>;
