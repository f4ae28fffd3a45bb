// One schema per topic: what `EventPayloads` promises is checked when an event is published and when one is read back.
// Fields that a schema does not know pass: a newer version may have added them.
import * as z from 'zod/mini';
import type { EventEnvelope, EventPayloads, EventTopic } from '../../api';
import { IN_WORDS } from '../schemaWords';

const text = z.string();
const count = z.number();
const texts = z.array(z.string());

const failure = z.object({ reason: text, message: text, retryable: z.boolean() });
const position = z.object({ line: count, character: count });
const range = z.object({ start: position, end: position });
const contextItem = z.object({
  uri: z.optional(text),
  range: z.optional(range),
  text: z.optional(text),
  image: z.optional(z.object({ mimeType: text, base64: text })),
  label: z.optional(text),
});
const runUsage = z.object({
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count,
  modelCalls: count,
  costUsd: z.optional(count),
  complete: z.boolean(),
});
const callUsage = z.object({
  inputTokens: z.optional(count),
  outputTokens: z.optional(count),
  cachedInputTokens: z.optional(count),
  costUsd: z.optional(count),
});
const runEnded = z.object({ agent: z.optional(text), text, error: z.optional(failure), usage: runUsage });
const effect = z.enum(['read', 'write', 'execute']);
const fileChange = z.object({
  runId: text,
  path: text,
  from: z.optional(text),
  kind: z.enum(['create', 'modify', 'delete', 'rename']),
  status: z.enum(['proposed', 'accepted', 'rejected', 'reverted', 'conflicted']),
  added: count,
  removed: count,
  hunks: z.array(z.object({ id: text, startLine: count, status: text })),
});
const finding = z.object({
  id: text,
  path: text,
  startLine: count,
  endLine: count,
  severity: z.enum(['blocker', 'major', 'minor', 'nit']),
  category: z.enum(['bug', 'security', 'performance', 'tests', 'style', 'docs']),
  title: text,
  why: text,
  evidence: text,
  suggestion: z.optional(z.object({ oldText: text, newText: text })),
  confidence: count,
  rule: z.optional(text),
  agent: text,
  status: z.enum(['open', 'applied', 'dismissed', 'resolved']),
});
const plan = z.object({
  tasks: z.array(
    z.object({
      id: text,
      agent: text,
      title: text,
      description: text,
      dependencies: texts,
      onFailure: z.optional(z.enum(['continue', 'abort'])),
    }),
  ),
});
const handoff = z.object({ from: text, to: text, reason: text });
const agentStep = z.object({ invocationId: text });
const modelStep = z.object({ callId: text, model: text, endpoint: text });
const toolStep = z.object({ callId: text, tool: text });
const changedFiles = z.object({ files: z.array(fileChange) });
const breaker = z.object({ scope: z.enum(['endpoint', 'agent']), name: text });
const budget = z.object({ kind: z.enum(['tokens', 'cost', 'steps', 'time']), used: count, limit: count });
const because = z.object({ reason: text });
const memoryScope = z.union([z.literal('workspace'), z.object({ runId: text }), z.object({ threadId: text })]);
const empty = z.object({});

/** The schema of each topic's payload. */
export const EVENT_SCHEMAS = {
  'run.started': z.object({
    kind: z.enum(['ask', 'goal', 'review', 'reaction']),
    title: text,
    request: text,
    threadId: z.optional(text),
    agent: z.optional(text),
    agents: z.optional(texts),
    context: z.array(contextItem),
    replaces: z.optional(text),
    reaction: z.optional(z.object({ key: text, topic: text, events: count, ancestors: texts })),
    review: z.optional(
      z.object({
        focus: z.optional(text),
        changes: z.optional(
          z.object({ scope: z.enum(['working', 'staged', 'branch']), base: z.optional(text), uris: z.optional(texts) }),
        ),
      }),
    ),
  }),
  'run.completed': runEnded,
  'run.partial': runEnded,
  'run.failed': runEnded,
  'run.cancelled': runEnded,
  'run.interrupted': because,
  'run.paused': empty,
  'run.resumed': z.object({ reason: z.optional(text) }),
  'route.decided': z.object({
    agent: text,
    reason: text,
    by: z.enum(['model', 'category', 'mention', 'option', 'thread', 'policy', 'fallback']),
    durationMs: count,
  }),
  'route.fallback': z.object({ agent: text, reason: text }),
  'handoff.requested': z.extend(handoff, {
    summary: z.optional(text),
    files: z.optional(texts),
    context: z.enum(['full', 'summary', 'none']),
  }),
  'handoff.completed': handoff,
  'handoff.rejected': z.extend(handoff, { why: text }),
  'plan.created': plan,
  'plan.rejected': z.object({ faults: texts, attempt: count }),
  'plan.revised': plan,
  'task.started': z.object({ title: text, attempt: count }),
  'task.progress': z.object({
    message: text,
    callId: z.optional(text),
    received: z.optional(count),
    from: z.optional(z.literal('person')),
  }),
  'task.completed': z.object({ text, files: z.optional(texts), findings: z.optional(z.array(finding)) }),
  'task.failed': z.object({ error: failure }),
  'task.retrying': z.object({ error: failure, attempt: count, delayMs: count }),
  'task.skipped': because,
  'task.cancelled': because,
  'task.interrupted': because,
  'agent.started': z.extend(agentStep, { from: z.optional(text), tools: texts, reason: z.optional(text) }),
  'agent.completed': z.extend(agentStep, {
    text,
    turns: count,
    outcome: z.enum(['answer', 'handoff', 'cut-off']),
    note: z.optional(text),
  }),
  'agent.failed': z.extend(agentStep, { error: failure, text, turns: count }),
  'model.requested': z.extend(modelStep, {
    role: text,
    attempt: count,
    messages: count,
    estimatedTokens: count,
    content: z.optional(z.unknown()),
  }),
  'model.completed': z.extend(modelStep, {
    text,
    reasoning: z.optional(text),
    toolCalls: z.array(z.object({ id: text, name: text, arguments: z.unknown() })),
    finishReason: text,
    usage: callUsage,
    durationMs: count,
    notices: z.optional(texts),
  }),
  'model.failed': z.extend(modelStep, { error: failure, text, durationMs: count, usage: callUsage }),
  'model.retrying': z.extend(modelStep, { error: failure, attempt: count, delayMs: count }),
  'context.condensed': z.object({ dropped: count, keptTokens: count, droppedTokens: count, summary: text }),
  'guardrail.tripped': z.object({
    guardrail: text,
    stage: z.enum(['input', 'output', 'tool']),
    action: z.enum(['blocked', 'masked', 'warned']),
    reason: text,
  }),
  'tool.requested': z.extend(toolStep, { input: z.unknown() }),
  'tool.started': z.extend(toolStep, { title: text, effect }),
  'tool.completed': z.extend(toolStep, {
    text,
    durationMs: count,
    files: z.optional(texts),
    findings: z.optional(z.array(finding)),
    truncated: z.optional(z.boolean()),
  }),
  'tool.failed': z.extend(toolStep, { text, durationMs: count, reason: text }),
  'approval.requested': z.object({
    id: text,
    runId: text,
    taskId: z.optional(text),
    agent: text,
    tool: text,
    title: text,
    detail: text,
    why: z.optional(text),
    risk: z.optional(z.enum(['medium', 'high'])),
    covers: z.optional(texts),
    createdAt: text,
    expiresAt: z.optional(text),
  }),
  'approval.granted': z.object({ id: text, scope: z.enum(['once', 'run', 'workspace']) }),
  'approval.denied': z.object({ id: text, reason: z.optional(text) }),
  'approval.expired': z.object({ id: text }),
  'edit.proposed': changedFiles,
  'edit.accepted': changedFiles,
  'edit.rejected': changedFiles,
  'edit.reverted': changedFiles,
  'edit.conflicted': z.object({ path: text, reason: text }),
  'conflict.resolved': z.object({ between: texts, verdict: text, explanation: text }),
  'breaker.opened': z.extend(breaker, { failures: count, resetMs: count }),
  'breaker.half_opened': breaker,
  'breaker.closed': breaker,
  'budget.warned': budget,
  'budget.exceeded': budget,
  'memory.written': z.object({
    key: text,
    scope: memoryScope,
    version: count,
    author: text,
    deleted: z.optional(z.literal(true)),
  }),
  'review.completed': z.object({ findings: count, blockers: count, items: z.optional(z.array(finding)) }),
  'review.updated': z.object({
    id: text,
    status: z.enum(['open', 'applied', 'dismissed', 'resolved']),
    reason: z.optional(text),
  }),
  'file.saved': z.object({ path: text, uri: text, languageId: text }),
  'diagnostics.changed': z.object({ path: text, uri: text, errors: count, warnings: count }),
  'git.changed': z.object({ repository: text, head: z.optional(text) }),
  'tests.finished': z.object({ passed: count, failed: count, skipped: count }),
  'debug.ended': z.object({ name: text, type: text }),
  'subscriber.failed': z.object({
    pattern: text,
    reason: z.enum(['threw', 'timeout']),
    message: text,
    eventId: text,
  }),
  'subscriber.dropped': z.object({
    pattern: text,
    dropped: count,
    policy: z.enum(['drop-oldest', 'drop-newest']),
  }),
  'subscriber.paused': z.object({ pattern: text, atSeq: count }),
} satisfies { [T in EventTopic]: z.ZodMiniType<OrUndefined<EventPayloads[T]>> };

/** Optional fields may be present and undefined at run time; the compiler's strict reading of them ends here. */
type OrUndefined<T> = T extends (infer Item)[]
  ? OrUndefined<Item>[]
  : T extends object
    ? { [K in keyof T]: K extends OptionalKeys<T> ? OrUndefined<T[K]> | undefined : OrUndefined<T[K]> }
    : T;
type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

const envelope = z.object({
  id: text,
  seq: z.int().check(z.positive()),
  origin: text,
  time: text,
  topic: text,
  source: text,
  runId: z.optional(text),
  taskId: z.optional(text),
  agent: z.optional(text),
  promptVersion: z.optional(text),
  correlationId: text,
  causationId: z.optional(text),
  traceId: z.optional(text),
  spanId: z.optional(text),
  payload: z.unknown(),
});

/** True for a topic of the extension, whose payload has a schema. */
export function isEventTopic(topic: string): topic is EventTopic {
  return Object.hasOwn(EVENT_SCHEMAS, topic);
}

/** Says what is wrong with a payload of one of our topics, or nothing. */
export function payloadFault(topic: string, payload: unknown): string | undefined {
  if (!isEventTopic(topic)) return 'there is no such topic';
  return faultOf(EVENT_SCHEMAS[topic].safeParse(payload, IN_WORDS));
}

/** True for an envelope whose payload fits its topic; for what was stored, possibly by another version. */
export function isStoredEvent(value: unknown): value is EventEnvelope {
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return false;
  return !isEventTopic(parsed.data.topic) || payloadFault(parsed.data.topic, parsed.data.payload) === undefined;
}

function faultOf(parsed: z.core.util.SafeParseResult<unknown>): string | undefined {
  if (parsed.success) return undefined;
  return parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ');
}
