// The messages that a model call's span carries, as a conversation to read. They come from any tool that writes traces: whatever has
// another shape than the conventions have is shown as it is.
import type { ShownMessage } from '../../protocol/trace/spanMessages';

type Part = ShownMessage['parts'][number];

/** Longest text of one part, in characters. */
const MAX_TEXT = 40_000;
/** Messages shown of one call: the newest. */
const MAX_MESSAGES = 400;

/** `value` is JSON text or what JSON text would be; nothing where it holds no messages. */
export function readMessages(value: unknown): ShownMessage[] {
  const messages = typeof value === 'string' ? parsed(value) : value;
  if (!Array.isArray(messages)) return typeof value === 'string' && value !== '' ? [plainMessage(value)] : [];
  return messages.slice(-MAX_MESSAGES).map((item) => toMessage(objectOf(item)));
}

/** JSON text unfolded for reading; other text as it is; cut where it is too long. */
export function readable(value: unknown): string {
  if (typeof value !== 'string') return cut(value === undefined ? '' : JSON.stringify(value, null, 2));
  const json = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
  return cut(json === undefined ? value : JSON.stringify(json, null, 2));
}

function toMessage(message: Record<string, unknown>): ShownMessage {
  const { role, parts, content } = message;
  const list = Array.isArray(parts) ? parts : Array.isArray(content) ? content : [content ?? ''];
  return { role: typeof role === 'string' ? role : 'other', parts: list.map(toPart) };
}

function toPart(part: unknown): Part {
  if (typeof part === 'string') return { type: 'text', text: cut(part) };
  const { type, content, text, name, arguments: input, response, result } = objectOf(part);
  switch (type) {
    case 'text':
      return { type: 'text', text: readable(content ?? text) };
    case 'reasoning':
      return { type: 'reasoning', text: readable(content ?? text) };
    case 'tool_call':
      return { type: 'call', name: typeof name === 'string' ? name : '', input: readable(input) };
    case 'tool_call_response':
      return { type: 'result', text: readable(response ?? result ?? content) };
    default:
      return { type: 'other', text: readable(part) };
  }
}

function plainMessage(text: string): ShownMessage {
  return { role: 'other', parts: [{ type: 'text', text: cut(text) }] };
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)} … (+${text.length - MAX_TEXT})`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
