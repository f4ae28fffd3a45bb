// Estimates of what texts and messages weigh. Estimates only: what a call really used, its endpoint reports.
import { estimateTokenCount } from 'tokenx';
import type { ChatMessage, ToolSchema } from '../model/chatModel';

/** What a message weighs beside its text. */
const MESSAGE_OVERHEAD = 4;
const IMAGE_TOKENS = 1_000;

const messageTokens = new WeakMap<ChatMessage, number>();
const schemaTokens = new WeakMap<ToolSchema, number>();

/** About how many tokens `text` has. Texts beyond 200,000 characters are extrapolated from samples. */
export function estimateTokens(text: string): number {
  const sample = 50_000;
  if (text.length <= 4 * sample) return estimateTokenCount(text);
  const middle = Math.floor(text.length / 2);
  const samples = [text.slice(0, sample), text.slice(middle, middle + sample), text.slice(-sample)];
  const tokens = samples.reduce((sum, part) => sum + estimateTokenCount(part), 0);
  return Math.ceil((tokens * text.length) / (3 * sample));
}

/** About how many tokens a message has. Messages are immutable, so each is counted once. */
export function tokensOfMessage(message: ChatMessage): number {
  let tokens = messageTokens.get(message);
  if (tokens === undefined) {
    tokens = MESSAGE_OVERHEAD + countMessage(message);
    messageTokens.set(message, tokens);
  }
  return tokens;
}

export function tokensOfMessages(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + tokensOfMessage(message), 0);
}

export function tokensOfTools(tools: readonly ToolSchema[]): number {
  return tools.reduce((sum, tool) => {
    let tokens = schemaTokens.get(tool);
    if (tokens === undefined) {
      tokens = MESSAGE_OVERHEAD + estimateTokens(tool.name + tool.description + JSON.stringify(tool.inputSchema));
      schemaTokens.set(tool, tokens);
    }
    return sum + tokens;
  }, 0);
}

/** Characters of a message: an upper bound of its tokens that costs nothing. */
export function charsOfMessage(message: ChatMessage): number {
  switch (message.role) {
    case 'system':
    case 'tool':
      return message.text.length;
    case 'user':
      return message.content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : IMAGE_TOKENS), 0);
    case 'assistant':
      return (
        message.text.length +
        message.toolCalls.reduce((sum, call) => sum + call.name.length + JSON.stringify(call.arguments).length, 0) +
        (message.extra ? JSON.stringify(message.extra).length : 0)
      );
  }
}

function countMessage(message: ChatMessage): number {
  switch (message.role) {
    case 'system':
    case 'tool':
      return estimateTokens(message.text);
    case 'user':
      return message.content.reduce(
        (sum, part) => sum + (part.type === 'text' ? estimateTokens(part.text) : IMAGE_TOKENS),
        0,
      );
    case 'assistant': {
      const calls = message.toolCalls.map((call) => `${call.name} ${JSON.stringify(call.arguments)}`).join('\n');
      return (
        estimateTokens(message.text) +
        estimateTokens(calls) +
        (message.extra ? estimateTokens(JSON.stringify(message.extra)) : 0)
      );
    }
  }
}
