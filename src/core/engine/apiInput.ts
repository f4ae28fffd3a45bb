// What other extensions pass to the API, checked once where it comes in.
import * as z from 'zod/mini';
import type { AgentDefinition, AskOptions, ToolDefinition } from '../../api';
import { reachablePattern } from '../events/reachablePattern';
import { failure, type Failure } from '../failure';
import type { ReviewTarget } from '../review/reviewTarget';
import { IN_WORDS } from '../schemaWords';

const name = z.string().check(z.minLength(1));
const words = z.string().check(z.trim(), z.minLength(1));
const positive = z.number().check(z.positive());
const position = z.object({ line: z.int().check(z.minimum(0)), character: z.int().check(z.minimum(0)) });
const contextItem = z.object({
  uri: z.optional(z.string()),
  range: z.optional(z.object({ start: position, end: position })),
  text: z.optional(z.string()),
  image: z.optional(z.object({ mimeType: z.string(), base64: z.string() })),
  label: z.optional(z.string()),
});
const askInput = z.object({
  request: z.string().check(z.trim(), z.minLength(1, 'The request is empty.')),
  options: z.optional(
    z.object({
      agent: z.optional(z.union([name, z.array(name)])),
      threadId: z.optional(name),
      context: z.optional(z.array(contextItem)),
    }),
  ),
});
const reaction = z.object({
  topic: reachablePattern,
  where: z.optional(
    z.object({
      files: z.optional(z.array(z.string())),
      severity: z.optional(z.string()),
      agent: z.optional(z.string()),
    }),
  ),
  debounceMs: z.optional(z.number().check(z.minimum(0))),
  maxPerMinute: z.optional(positive),
  prompt: words,
});
const agentDefinition = z.object({
  name: words,
  description: z.string(),
  prompt: words,
  tools: z.array(z.string()),
  model: z.optional(z.string()),
  handoffs: z.optional(z.array(z.string())),
  limits: z.optional(
    z.object({
      maxTurns: z.optional(z.int().check(z.positive())),
      maxTokens: z.optional(z.int().check(z.positive())),
      timeoutSeconds: z.optional(positive),
    }),
  ),
  on: z.optional(z.array(reaction)),
});

const toolDefinition = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
  effect: z.enum(['read', 'write', 'execute']),
  run: z.custom((value) => typeof value === 'function', 'Expected a function'),
});

const answer = z.object({
  decision: z.enum(['allow', 'deny']),
  scope: z.optional(z.enum(['once', 'run', 'workspace'])),
  reason: z.optional(z.string()),
});

/** The request without blanks around it and the options without what we don't know, or what is wrong with them. */
export function readAsk(request: unknown, options: unknown): { request: string; options: AskOptions } | Failure {
  const parsed = askInput.safeParse({ request, options }, IN_WORDS);
  if (parsed.success) return { request: parsed.data.request, options: (parsed.data.options ?? {}) as AskOptions };
  return failure('request.invalid', `The request can't be taken: ${oneLine(parsed.error)}`);
}

/** The definition as it came, once it is known to be one; throws a `TypeError` that says what is wrong. */
export function checkedDefinition(definition: AgentDefinition): AgentDefinition {
  const parsed = agentDefinition.safeParse(definition, IN_WORDS);
  if (parsed.success) return definition;
  throw new TypeError(`The agent can't be registered: ${oneLine(parsed.error)}`);
}

/** As `checkedDefinition`, for a tool. */
export function checkedTool(definition: ToolDefinition): ToolDefinition {
  const parsed = toolDefinition.safeParse(definition, IN_WORDS);
  if (parsed.success) return definition;
  throw new TypeError(`The tool can't be registered: ${oneLine(parsed.error)}`);
}

function oneLine(error: z.core.$ZodError): string {
  return z.prettifyError(error).replaceAll('\n', ' ');
}

/** An answer to an approval; what is none must not count as one, so it throws a `TypeError` that says what is wrong. */
export function checkedAnswer(decision: unknown, options: object | undefined) {
  const parsed = answer.safeParse({ ...options, decision }, IN_WORDS);
  if (!parsed.success) throw new TypeError(`The answer can't be taken: ${z.prettifyError(parsed.error)}`);
  const { scope, reason } = parsed.data;
  return {
    decision: parsed.data.decision,
    options: { ...(scope && { scope }), ...(reason !== undefined && { reason }) },
  };
}

const reviewTarget = z.union([
  z.object({ uri: name, range: z.optional(z.object({ start: position, end: position })) }),
  z.object({ changes: z.enum(['working', 'staged', 'branch']), base: z.optional(name) }),
]);

/** What is to be reviewed; a failure says what is wrong with it. */
export function readReviewTarget(value: unknown): ReviewTarget | Failure {
  const parsed = reviewTarget.safeParse(value, IN_WORDS);
  if (!parsed.success) {
    const message =
      'A review needs { uri, range? } or { changes: "working" | "staged" | "branch", base? }; ranges are zero-based.';
    return failure('request.invalid', message);
  }
  const target = parsed.data;
  if ('uri' in target) {
    const { uri, range } = target;
    return { kind: 'places', places: [{ uri, ...(range && { range }) }] };
  }
  const { changes, base } = target;
  return { kind: 'changes', scope: changes, ...(base !== undefined && { base }) };
}
