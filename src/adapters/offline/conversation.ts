// A request's history as the rules of the offline policy see it: what is asked, what belongs to it, what the tools said.
import { unmarkUntrusted } from '../../core/agents/guardrails/untrusted';
import type { ChatMessage, ChatRequest, UserMessage } from '../../core/model/chatModel';

export interface ToolOutcome {
  name: string;
  input: Record<string, unknown>;
  text: string;
  isError: boolean;
}

export interface Conversation {
  /** What the person wants, in their words. */
  request: string;
  /** Selected code, files, problems, …, without marks. */
  material: string;
  /** Paths that an agent named when it handed the request over. */
  files: string[];
  /** Results since the request, in order; those of agents before a handoff are among them. */
  outcomes: ToolOutcome[];
  /** Turns in which this agent has called tools so far. */
  rounds: number;
  /** Tool calls in the whole history. */
  callCount: number;
}

const HANDOFF = /^\[(\S+) handed this request over to you, \S+?\. Answer it yourself\.\]/;
const MARKED = /<untrusted source="[^"\n]*">\n[\s\S]*?\n<\/untrusted>/g;

/** Reads the newest request of a history and what was found out for it. */
export function readConversation({ messages }: Pick<ChatRequest, 'messages'>): Conversation {
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const requestAt = messages.findLastIndex((message) => message.role === 'user' && !HANDOFF.test(textOf(message)));
  const asked = messages[requestAt];
  const { request, material } = asked?.role === 'user' ? readRequest(asked) : { request: '', material: '' };
  const last = messages[lastUser];
  const note = last?.role === 'user' && HANDOFF.test(textOf(last)) ? textOf(last) : '';
  const sinceLast = messages.slice(lastUser + 1);
  return {
    request,
    material: [material, note.replace(HANDOFF, '').trim()].filter(Boolean).join('\n\n'),
    files: /^Files: (.+)$/m.exec(note)?.[1]?.split(', ') ?? [],
    outcomes: outcomesIn(messages.slice(requestAt + 1)),
    rounds: sinceLast.filter((message) => message.role === 'assistant' && message.toolCalls.length > 0).length,
    callCount: messages.reduce(
      (count, message) => count + (message.role === 'assistant' ? message.toolCalls.length : 0),
      0,
    ),
  };
}

/** All text of a user message. */
export function textOf(message: UserMessage): string {
  return message.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n\n');
}

/** The person's own words end where the first mark begins; the router's form of a request begins with a headline. */
function readRequest(message: UserMessage): { request: string; material: string } {
  const text = textOf(message);
  const material = [...text.matchAll(MARKED)].map(([marked]) => unmarkUntrusted(marked));
  const request = text.replace(MARKED, '').replace(/^Request:\n/, '');
  return { request: request.trim(), material: material.join('\n\n') };
}

function outcomesIn(messages: readonly ChatMessage[]): ToolOutcome[] {
  const calls = new Map<string, { name: string; input: Record<string, unknown> }>();
  const outcomes: ToolOutcome[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const call of message.toolCalls) calls.set(call.id, { name: call.name, input: call.arguments });
    }
    const call = message.role === 'tool' ? calls.get(message.toolCallId) : undefined;
    if (message.role === 'tool' && call) {
      outcomes.push({ ...call, text: unmarkUntrusted(message.text), isError: message.isError ?? false });
    }
  }
  return outcomes;
}
