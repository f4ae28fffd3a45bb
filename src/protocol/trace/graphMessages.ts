// What the tab Graph and its host tell each other: the whole graph first, then the nodes that changed.
import * as z from 'zod/mini';

/** Nodes that are shown; a graph with more is cut, and says so. */
export const MAX_NODES = 2000;

const text = z.string();

export const graphNodeSchema = z.object({
  id: text,
  kind: z.enum(['request', 'agent', 'refusal', 'plan', 'task', 'synthesis']),
  /** Empty for what is named by its kind. */
  label: text,
  agent: z.optional(text),
  state: z.optional(text),
  /** Milliseconds since the epoch. */
  startedAt: z.optional(z.number()),
  durationMs: z.optional(z.number()),
  attempts: z.optional(z.number()),
  note: z.optional(text),
  /** The agents that worked on it, where it was handed over. */
  via: z.optional(z.array(text)),
  spanId: z.optional(text),
});
export type ShownNode = z.infer<typeof graphNodeSchema>;

export const graphEdgeSchema = z.object({
  from: text,
  to: text,
  kind: z.enum(['order', 'handoff', 'refused', 'dependency']),
});
export type ShownEdge = z.infer<typeof graphEdgeSchema>;

export const graphBatchSchema = z.object({
  traceId: text,
  /** False for a trace that is not kept any more. */
  isKnown: z.boolean(),
  /** New nodes, and those that changed. */
  changed: z.array(graphNodeSchema),
  /** Present when nodes or edges came or went: all of them, in their order. */
  shape: z.optional(z.object({ ids: z.array(text), edges: z.array(graphEdgeSchema) })),
  /** Nodes that are left out, because there are too many. */
  left: z.number(),
});
export type GraphBatch = z.infer<typeof graphBatchSchema>;

export const graphSinceSchema = z.object({ traceId: text });
