// The list of traces that the page's tabs choose from: a feed of its own, open as long as the page is seen.
import * as z from 'zod/mini';

export const TRACE_LIST = 'traces';

export const traceRowSchema = z.object({
  traceId: z.string(),
  runId: z.optional(z.string()),
  /** What a person asked, or the name of an imported trace's root. */
  title: z.string(),
  /** State of the run; absent for a trace that belongs to no run. */
  status: z.optional(z.string()),
  agent: z.optional(z.string()),
  /** Came from a file, and belongs to no run of this workspace. */
  isImported: z.optional(z.boolean()),
  startTime: z.string(),
  endTime: z.optional(z.string()),
  spans: z.number(),
  errors: z.number(),
  /** Spans are still being recorded, by this window. */
  isLive: z.boolean(),
});
export type TraceRow = z.infer<typeof traceRowSchema>;

/** Newest first. */
export const traceListSchema = z.object({ traces: z.array(traceRowSchema) });
export type TraceList = z.infer<typeof traceListSchema>;
