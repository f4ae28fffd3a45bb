// One request and its answer as the chat page shows it. Made by the host from a run; details (tool input, results) are asked for.
import * as z from 'zod/mini';

export const chipSchema = z.object({
  id: z.string(),
  kind: z.enum(['selection', 'file', 'image', 'text']),
  label: z.string(),
  /** What opens on a click; absent for what can't be opened. */
  uri: z.optional(z.string()),
  /** 1-based. */
  startLine: z.optional(z.number()),
  endLine: z.optional(z.number()),
});
/** A piece of context that goes, or went, along with a request. */
export type Chip = z.infer<typeof chipSchema>;

const itemBase = {
  id: z.string(),
  agent: z.string(),
  /** The task of a goal that the item belongs to. */
  taskId: z.optional(z.string()),
};

export const itemSchema = z.discriminatedUnion('kind', [
  z.object({
    ...itemBase,
    kind: z.literal('route'),
    reason: z.string(),
    to: z.string(),
    /** The router could not decide. */
    isFallback: z.boolean(),
    ms: z.optional(z.number()),
  }),
  z.object({
    ...itemBase,
    kind: z.literal('handoff'),
    to: z.string(),
    reason: z.string(),
    status: z.enum(['requested', 'completed', 'rejected']),
    why: z.optional(z.string()),
  }),
  /** The line above what one agent does. */
  z.object({
    ...itemBase,
    kind: z.literal('agent'),
    model: z.optional(z.string()),
    status: z.enum(['running', 'completed', 'failed']),
    startedAt: z.string(),
    ms: z.optional(z.number()),
  }),
  z.object({
    ...itemBase,
    kind: z.literal('text'),
    text: z.string(),
    reasoning: z.string(),
    streaming: z.boolean(),
  }),
  z.object({
    ...itemBase,
    kind: z.literal('tool'),
    tool: z.string(),
    title: z.string(),
    /** Path as tools name it, with an optional 1-based line. */
    file: z.optional(z.object({ path: z.string(), line: z.optional(z.number()) })),
    status: z.enum(['requested', 'running', 'completed', 'failed']),
    /** What came out, in a word or two. */
    outcome: z.optional(z.string()),
    startedAt: z.string(),
    ms: z.optional(z.number()),
  }),
  /** How a goal was planned, and how far it is. */
  z.object({
    ...itemBase,
    kind: z.literal('plan'),
    model: z.optional(z.string()),
    status: z.enum(['running', 'completed', 'failed', 'cancelled', 'interrupted']),
    done: z.number(),
    all: z.number(),
    /** Times that what was open was planned anew. */
    revised: z.number(),
    /** Tasks that have no heading here: there are too many. */
    hidden: z.number(),
    ms: z.optional(z.number()),
  }),
  /** The heading of a task: what belongs to it names it as `taskId`. */
  z.object({
    ...itemBase,
    kind: z.literal('task'),
    taskId: z.string(),
    title: z.string(),
    status: z.enum([
      'pending',
      'blocked',
      'running',
      'waiting-approval',
      'retrying',
      'completed',
      'failed',
      'skipped',
      'cancelled',
      'interrupted',
    ]),
    /** What it does, waits for or failed with, in a few words. */
    note: z.string(),
    startedAt: z.optional(z.string()),
    ms: z.optional(z.number()),
    attempts: z.number(),
    tokens: z.number(),
    /** Absent: unknown, or nothing was used. */
    costUsd: z.optional(z.number()),
  }),
  /** What the person said while the agent worked. */
  z.object({ ...itemBase, kind: z.literal('message'), text: z.string() }),
  z.object({
    ...itemBase,
    kind: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
  }),
]);
/** One line or block of an answer. */
export type TurnItem = z.infer<typeof itemSchema>;

export const approvalSchema = z.object({
  id: z.string(),
  agent: z.string(),
  title: z.string(),
  detail: z.string(),
  /** The agent's words before the call. */
  why: z.optional(z.string()),
  risk: z.optional(z.enum(['medium', 'high'])),
  /** What an answer beyond this call covers. */
  covers: z.optional(z.array(z.string())),
});
export type TurnApproval = z.infer<typeof approvalSchema>;

export const changeSchema = z.object({
  path: z.string(),
  /** The old path of a renamed file. */
  from: z.optional(z.string()),
  kind: z.enum(['create', 'modify', 'delete', 'rename']),
  status: z.enum(['proposed', 'accepted', 'rejected', 'reverted', 'conflicted']),
  added: z.number(),
  removed: z.number(),
  /** 1-based start lines; of a file with very many, the first ones. */
  hunks: z.array(z.object({ id: z.string(), startLine: z.number(), status: z.string() })),
});
/** What a run proposes for one file, or did to it. */
export type TurnChange = z.infer<typeof changeSchema>;

export const errorSchema = z.object({
  reason: z.string(),
  message: z.string(),
  /** A button that does what helps: a command of ours by its short name. */
  remedy: z.optional(z.object({ label: z.string(), action: z.enum(['selectModel', 'setApiKey', 'openSettings']) })),
});

export const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  modelCalls: z.number(),
  /** Absent: unknown. */
  costUsd: z.optional(z.number()),
  /** False when an endpoint did not report its tokens. */
  complete: z.boolean(),
});
export type TurnUsage = z.infer<typeof usageSchema>;

export const turnHeadSchema = z.object({
  runId: z.string(),
  kind: z.enum(['ask', 'goal', 'review', 'reaction']),
  request: z.string(),
  context: z.array(chipSchema),
  status: z.enum([
    'running',
    'paused',
    'waiting-approval',
    'completed',
    'partial',
    'failed',
    'cancelled',
    'interrupted',
  ]),
  agent: z.optional(z.string()),
  /** Another window works on it: it can't be stopped from here. */
  isElsewhere: z.optional(z.boolean()),
  startedAt: z.string(),
  endedAt: z.optional(z.string()),
  usage: usageSchema,
  error: z.optional(errorSchema),
  approvals: z.array(approvalSchema),
  /** Absent for a run that changes nothing. */
  changes: z.optional(z.array(changeSchema)),
});
/** Everything of a turn but its items. */
export type TurnHead = z.infer<typeof turnHeadSchema>;

export const turnSchema = z.object({ head: turnHeadSchema, items: z.array(itemSchema) });
export type Turn = z.infer<typeof turnSchema>;

/** True while the run behind the turn may still change by itself. */
export function isActive(status: TurnHead['status']): boolean {
  return status === 'running' || status === 'paused' || status === 'waiting-approval';
}
