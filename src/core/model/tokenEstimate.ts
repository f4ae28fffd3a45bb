// Estimates of tokens, for budgets and for what fits into a model. Never shown as usage: that is what endpoints report.
import { estimateTokenCount } from 'tokenx';
import type { ChatMessage, ToolSchema } from './chatModel';

/** Roles, separators and ids around one message. */
const PER_MESSAGE = 4;
/** A picture at the usual detail. */
const PER_IMAGE = 1_000;

const messageTokens = new WeakMap<ChatMessage, { size: number; tokens: number }>();
const toolTokens = new WeakMap<ToolSchema, number>();
/** Texts that come with every request: an agent's instructions, and tools that are made anew for each task or handoff; newest last. */
const textTokens = new Map<string, number>();
const MAX_TEXTS = 64;
const WORTH_REMEMBERING = { from: 400, to: 20_000 };

/** Tokens of a text, within some ten percent. */
export function estimateTextTokens(text: string): number {
  if (text === '') return 0;
  if (text.length < WORTH_REMEMBERING.from || text.length > WORTH_REMEMBERING.to) return estimateTokenCount(text);
  return rememberedTokens(text);
}

function rememberedTokens(text: string): number {
  const tokens = textTokens.get(text) ?? estimateTokenCount(text);
  textTokens.delete(text);
  textTokens.set(text, tokens);
  for (const [oldest] of textTokens) {
    if (textTokens.size <= MAX_TEXTS) break;
    textTokens.delete(oldest);
  }
  return tokens;
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

function estimateToolTokens(tool: ToolSchema): number {
  const known = toolTokens.get(tool);
  if (known !== undefined) return known;
  const text = JSON.stringify([tool.name, tool.description, tool.inputSchema]);
  const tokens = text.length > WORTH_REMEMBERING.to ? estimateTokenCount(text) : rememberedTokens(text);
  toolTokens.set(tool, tokens);
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
