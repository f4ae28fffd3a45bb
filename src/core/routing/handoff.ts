// The handoff contract: what an agent says when it passes control on, and how the other one gets to know it.
import * as z from 'zod';
import { transferToolName } from '../agents/agentNames';
import type { Handoff } from '../agents/agentOutcome';
import type { AgentSpec } from '../agents/agentSpec';
import { describeMessages } from '../memory/conversationText';
import type { ChatMessage, ToolCall, ToolSchema, UserMessage } from '../model/chatModel';

const MAX_FILES = 100;
const MAX_SUMMARY_CHARS = 20_000;

/** Small models write `null` for what they leave out, and one path instead of a list. */
const absent = (value: unknown) => (value === null || value === '' ? undefined : value);

const handoffInput = z.object({
  reason: z.string().trim().min(1).max(2_000),
  summary: z.preprocess(absent, z.string().max(MAX_SUMMARY_CHARS).optional()),
  files: z.preprocess(
    (value) => (typeof value === 'string' && value !== '' ? [value] : absent(value)),
    z.array(z.string().min(1)).max(MAX_FILES).optional(),
  ),
  context: z.preprocess(absent, z.enum(['full', 'summary', 'none']).default('full')),
});

export type HandoffInput = Omit<Handoff, 'from' | 'to'>;

/** Checks the input of a transfer; a problem is said in words that the model can act on. */
export function parseHandoff(call: ToolCall): { ok: true; value: HandoffInput } | { ok: false; problem: string } {
  const parsed = handoffInput.safeParse(call.arguments);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
    const form =
      '{ "reason": string, "summary"?: string, "files"?: string[], "context"?: "full" | "summary" | "none" }';
    return { ok: false, problem: `${faults.join('; ')}. The input has this form: ${form}.` };
  }
  const { summary, files, ...rest } = parsed.data;
  return { ok: true, value: { ...rest, ...(summary !== undefined && { summary }), ...(files && { files }) } };
}

/** The tool by which an agent hands over to `target`. */
export function transferSchema(target: AgentSpec): ToolSchema {
  const known = schemas.get(target);
  if (known) return known;
  const schema = makeSchema(target);
  schemas.set(target, schema);
  return schema;
}

/** The same object for the same agent, so that its tokens are counted once. */
const schemas = new WeakMap<AgentSpec, ToolSchema>();

function makeSchema(target: AgentSpec): ToolSchema {
  return {
    name: transferToolName(target.name),
    description: `Hands the request over to ${target.name}, who then answers the person in your place. ${target.description}`,
    inputSchema: {
      type: 'object',
      properties: {
        reason: { type: 'string', description: 'Why, in one sentence; the person sees it.' },
        summary: { type: 'string', description: 'What is known and what is left to do, with places (path:line).' },
        files: { type: 'array', items: { type: 'string' }, description: 'Paths that matter.' },
        context: {
          type: 'string',
          enum: ['full', 'summary', 'none'],
          description:
            'What the other agent sees: everything (default), the conversation and your summary, or only the request.',
        },
      },
      required: ['reason'],
    },
  };
}

/** What a request has become by the time that it is handed over. */
export interface HandedOver {
  /** Everything that was said and done in the thread so far. */
  log: readonly ChatMessage[];
  /** The thread as it was before the request. */
  earlier: readonly ChatMessage[];
  /** The request, and what the person said meanwhile. */
  requests: readonly UserMessage[];
  /** What the agent that hands over did. */
  added: readonly ChatMessage[];
}

/** What the target gets to see: a valid history that ends with a note on who handed over and why. */
export function messagesForTarget(handoff: Handoff, over: HandedOver): { messages: ChatMessage[]; note: UserMessage } {
  const note = handoffNote(handoff, over.added);
  switch (handoff.context) {
    case 'full':
      return { messages: [...over.log, note], note };
    case 'summary':
      return { messages: [...over.earlier, ...over.requests, note], note };
    case 'none':
      return { messages: [...over.requests, note], note };
  }
}

function handoffNote(handoff: Handoff, added: readonly ChatMessage[]): UserMessage {
  const { from, to, reason, files = [], context } = handoff;
  const summary = handoff.summary ?? (context === 'summary' ? describeMessages(added, 800, { brief: true }) : '');
  const lines = [
    `[${from} handed this request over to you, ${to}. Answer it yourself.]`,
    `Reason: ${reason}`,
    ...(summary && context !== 'none' ? [`What ${from} says is known:\n${summary}`] : []),
    ...(files.length > 0 ? [`Files: ${files.join(', ')}`] : []),
  ];
  return { role: 'user', content: [{ type: 'text', text: lines.join('\n') }] };
}
