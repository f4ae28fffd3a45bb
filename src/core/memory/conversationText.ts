// A conversation as plain text: for summaries, and for agents that take over without its messages.
import type { ChatMessage, ToolCall, UserMessage } from '../model/chatModel';
import { cutText } from './cutText';
import { estimateTokens } from './tokens';

/** Tokens for a tool's result and for what somebody said, from generous to tight: words matter more than results. */
const LEVELS = [
  { result: 400, spoken: 1_500 },
  { result: 100, spoken: 1_000 },
  { result: 25, spoken: 500 },
  { result: 0, spoken: 200 },
] as const;

type Level = (typeof LEVELS)[number];

/** The messages as text of about `maxTokens` at most. `brief`: a line each, without results. */
export function describeMessages(
  messages: readonly ChatMessage[],
  maxTokens: number,
  options: { brief?: boolean } = {},
): string {
  if (options.brief) return join(messages.map(describeBriefly), '\n', maxTokens);
  for (const level of LEVELS) {
    const text = messages
      .map((message) => describe(message, level))
      .filter((part) => part !== '')
      .join('\n\n');
    if (estimateTokens(text) <= maxTokens) return text;
  }
  return join(
    messages.map((message) => describe(message, LEVELS[3])),
    '\n',
    maxTokens,
  );
}

function join(parts: readonly string[], separator: string, maxTokens: number): string {
  return cutText(parts.filter((part) => part !== '').join(separator), maxTokens).text;
}

function describe(message: ChatMessage, { result, spoken }: Level): string {
  switch (message.role) {
    case 'system':
      return '';
    case 'user':
      return `Person: ${cutText(textOf(message), spoken).text}`;
    case 'assistant': {
      const said = message.text.trim() === '' ? [] : [`Agent: ${cutText(message.text, spoken).text}`];
      return [...said, ...message.toolCalls.map((call) => `Called ${describeCall(call)}`)].join('\n');
    }
    case 'tool':
      if (result === 0 && !message.isError) return '';
      return `${message.isError ? 'Failed' : 'Result'}: ${cutText(message.text, Math.max(25, result)).text}`;
  }
}

function describeBriefly(message: ChatMessage): string {
  switch (message.role) {
    case 'system':
      return '';
    case 'user':
      return `Person: ${oneLine(textOf(message))}`;
    case 'assistant': {
      const said = message.text.trim() === '' ? [] : [`Agent: ${oneLine(message.text)}`];
      return [...said, ...message.toolCalls.map((call) => `Called ${describeCall(call)}`)].join('\n');
    }
    case 'tool':
      return message.isError ? `Failed: ${oneLine(message.text)}` : '';
  }
}

function textOf(message: UserMessage): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : '[image]')).join('\n');
}

function oneLine(text: string): string {
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
