// What the report page shows, and the messages between it and its host. Sentences are made by the host; the page only lays them out.
import * as z from 'zod/mini';

const state = z.enum([
  'pending',
  'blocked',
  'running',
  'paused',
  'waiting-approval',
  'retrying',
  'completed',
  'partial',
  'failed',
  'skipped',
  'cancelled',
  'interrupted',
]);
/** Of a run or a task. */
export type ReportState = z.infer<typeof state>;

export const REPORT_ACTIONS = ['openRun', 'showChanges', 'openTrace', 'copy', 'export', 'openAsMarkdown'] as const;
export type ReportAction = (typeof REPORT_ACTIONS)[number];

const task = z.object({
  id: z.string(),
  title: z.string(),
  agent: z.string(),
  state,
  stateLabel: z.string(),
  /** What it waits for, does, or failed with; empty where the state says all. */
  note: z.string(),
  /** Time, tokens, cost, attempts. */
  measures: z.string(),
  needs: z.array(z.object({ id: z.string(), title: z.string() })),
  error: z.optional(z.string()),
  hasText: z.boolean(),
});
export type ReportTask = z.infer<typeof task>;

const graph = z.object({
  columns: z.number(),
  rows: z.number(),
  places: z.array(z.object({ id: z.string(), column: z.number(), row: z.number() })),
  links: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type ReportGraph = z.infer<typeof graph>;

const timeline = z.object({
  totalMs: z.number(),
  bars: z.array(
    z.object({
      id: z.string(),
      /** The task that it opens; absent for other parts. */
      taskId: z.optional(z.string()),
      label: z.string(),
      agent: z.string(),
      state,
      startMs: z.number(),
      endMs: z.number(),
      /** State and time, for the tooltip and for screen readers. */
      note: z.string(),
    }),
  ),
  breaks: z.array(z.object({ atMs: z.number(), note: z.string() })),
});
export type ReportTimeline = z.infer<typeof timeline>;

export const reportSchema = z.object({
  runId: z.string(),
  title: z.string(),
  request: z.string(),
  state,
  stateLabel: z.string(),
  /** Agent, progress, time, tokens, cost. */
  facts: z.array(z.string()),
  isLive: z.boolean(),
  actions: z.array(z.enum(REPORT_ACTIONS)),
  hasAnswer: z.boolean(),
  error: z.optional(z.string()),
  graph: z.optional(graph),
  timeline: z.optional(timeline),
  tasks: z.array(task),
  changes: z.array(z.object({ path: z.string(), what: z.string(), lines: z.string() })),
  findings: z.array(
    z.object({
      id: z.string(),
      severity: z.string(),
      title: z.string(),
      why: z.string(),
      path: z.string(),
      line: z.number(),
    }),
  ),
  verdicts: z.array(z.object({ id: z.string(), between: z.string(), verdict: z.string(), explanation: z.string() })),
  notices: z.array(z.object({ id: z.string(), text: z.string() })),
  costs: z.array(
    z.object({
      agent: z.string(),
      model: z.string(),
      calls: z.string(),
      input: z.string(),
      output: z.string(),
      cost: z.string(),
    }),
  ),
});
/** The report without its long texts. */
export type ReportPage = z.infer<typeof reportSchema>;

/** From the page. */
export const reportPageMessageSchema = z.discriminatedUnion('type', [
  /** The page is up, or shown again, and knows nothing. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('act'), action: z.enum(REPORT_ACTIONS) }),
  z.object({ type: z.literal('showChange'), path: z.string() }),
  z.object({ type: z.literal('copyText'), text: z.string().check(z.maxLength(400_000)) }),
  z.object({
    type: z.literal('openFile'),
    path: z.string(),
    line: z.optional(z.number()),
    endLine: z.optional(z.number()),
  }),
  z.object({ type: z.literal('pageError'), message: z.string().check(z.maxLength(4000)) }),
]);
export type ReportPageMessage = z.infer<typeof reportPageMessageSchema>;

/** From the host. */
export const reportHostMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('report'),
    report: reportSchema,
    /** Texts that are new since the last message: results by the id of their task, the answer under `ANSWER`. */
    texts: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('strings'), strings: z.record(z.string(), z.string()), locale: z.string() }),
  /** Brings a task into sight. */
  z.object({ type: z.literal('reveal'), taskId: z.string() }),
  /** The run was deleted. */
  z.object({ type: z.literal('gone') }),
]);
export type ReportHostMessage = z.infer<typeof reportHostMessageSchema>;

/** The key of the answer among the texts: no task is called so. */
export const ANSWER = '\u0000answer';
