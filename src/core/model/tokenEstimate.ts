// Estimates of tokens, for budgets and for what fits into a model. Never shown as usage: that is what endpoints report.
import { estimateTokenCount } from 'tokenx';
import type { ChatMessage, ToolSchema } from './chatModel';

/** Roles, separators and ids around one message. */
const PER_MESSAGE = 4;
/** A picture at the usual detail. */
const PER_IMAGE = 1_000;

const messageTokens = new WeakMap<ChatMessage, { size: number; tokens: number }>();
const toolTokens = new WeakMap<object, { name: string; description: string; tokens: number }>();

/** Tokens of a text, within some ten percent. */
export function estimateTextTokens(text: string): number {
  return text === '' ? 0 : estimateTokenCount(text);
}

/** Tokens of one message. Remembered by the message: histories grow by one at a time, and are asked about often. */
export function estimateMessageTokens(message: ChatMessage): number {
  const texts = textsOf(message);
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  const known = messageTokens.get(message);
  if (known?.size === size) return known.tokens;
  const images = message.role === 'user' ? message.content.filter(({ type }) => type === 'image').length : 0;
  const tokens = texts.reduce((sum, text) => sum + estimateTextTokens(text), PER_MESSAGE + images * PER_IMAGE);
  messageTokens.set(message, { size, tokens });
  return tokens;
}

/** Tokens of a whole request without its answer. */
export function estimateRequestTokens(request: {
  messages: readonly ChatMessage[];
  tools: readonly ToolSchema[];
}): number {
  const messages = request.messages.reduce((sum, message) => sum + estimateMessageTokens(message), 0);
  return request.tools.reduce((sum, tool) => sum + estimateToolTokens(tool), messages);
}

/** Remembered by the schema of its input, which lives as long as the tool: what is offered is put together anew for each invocation. */
function estimateToolTokens({ name, description, inputSchema }: ToolSchema): number {
  const known = toolTokens.get(inputSchema);
  if (known?.name === name && known.description === description) return known.tokens;
  const tokens = estimateTextTokens(JSON.stringify([name, description, inputSchema]));
  toolTokens.set(inputSchema, { name, description, tokens });
  return tokens;
}

function textsOf(message: ChatMessage): string[] {
  switch (message.role) {
    case 'system':
    case 'tool':
      return [message.text];
    case 'user':
      return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    case 'assistant':
      return [message.text, ...message.toolCalls.map((call) => call.name + JSON.stringify(call.arguments))];
  }
}
