// A conversation as plain text: for summaries, and for agents that take over without its messages.
import type { ChatMessage, ToolCall } from '../model/chatModel';
import { cutText } from './cutText';

const RESULT_TOKENS = 400;
const SPOKEN_TOKENS = 1_500;

/** The messages as text of about `maxTokens` at most; tool results are shortened first. `brief`: a line each. */
export function describeMessages(
  messages: readonly ChatMessage[],
  maxTokens: number,
  options: { brief?: boolean } = {},
): string {
  const brief = options.brief ?? false;
  const described = messages.map((message) => describe(message, brief)).filter((text) => text !== '');
  return cutText(described.join(brief ? '\n' : '\n\n'), maxTokens).text;
}

function describe(message: ChatMessage, brief: boolean): string {
  switch (message.role) {
    case 'system':
      return '';
    case 'user': {
      const text = message.content.map((part) => (part.type === 'text' ? part.text : '[image]')).join('\n');
      return `Person: ${shorten(text, brief, SPOKEN_TOKENS)}`;
    }
    case 'assistant': {
      const spoken = message.text.trim() === '' ? [] : [`Agent: ${shorten(message.text, brief, SPOKEN_TOKENS)}`];
      return [...spoken, ...message.toolCalls.map((call) => `Called ${describeCall(call)}`)].join('\n');
    }
    case 'tool':
      return brief && !message.isError
        ? ''
        : `${message.isError ? 'Failed' : 'Result'}: ${shorten(message.text, brief, RESULT_TOKENS)}`;
  }
}

function shorten(text: string, brief: boolean, maxTokens: number): string {
  if (!brief) return cutText(text, maxTokens).text;
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function describeCall(call: ToolCall): string {
  const input = JSON.stringify(call.arguments);
  return `${call.name} ${input.length > 300 ? `${input.slice(0, 299)}…` : input}`;
}

/** Workspace paths that tool calls named, each once, in order of last mention. */
export function pathsIn(messages: readonly ChatMessage[]): string[] {
  const paths = new Set<string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const path of message.toolCalls.flatMap(pathsOfCall)) {
      paths.delete(path);
      paths.add(path);
    }
  }
  return [...paths];
}

function pathsOfCall({ arguments: input }: ToolCall): string[] {
  const files: unknown[] = Array.isArray(input['files']) ? input['files'] : [];
  return [input['path'], input['from'], input['to'], ...files].filter(isPath);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length < 300;
}
