// Messages in the form of the GenAI conventions, for spans that keep content.
import type { ChatMessage } from './chatModel';
import type { AttemptResult } from './modelAttempt';

/** Longest text of one attribute, in characters; the oldest messages go first, the system prompt last. */
export const MAX_CONTENT_CHARS = 200_000;

/** `gen_ai.input.messages` as JSON text, within `MAX_CONTENT_CHARS`. */
export function inputMessages(messages: readonly ChatMessage[]): string {
  const kept: string[] = [];
  let size = 0;
  for (const message of [...messages].reverse()) {
    const text = JSON.stringify(toGenAi(message));
    size += text.length + 1;
    if (size > MAX_CONTENT_CHARS) {
      const note = `${messages.length - kept.length} earlier messages are left out here.`;
      kept.push(JSON.stringify({ role: 'system', parts: [{ type: 'text', content: note }] }));
      break;
    }
    kept.push(text);
  }
  return `[${kept.reverse().join(',')}]`;
}

/** `gen_ai.output.messages` as JSON text, within `MAX_CONTENT_CHARS`. */
export function outputMessage({ text, reasoning, toolCalls, finish }: AttemptResult): string {
  const parts = [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', content: shortened(reasoning) }]),
    ...(text === '' ? [] : [{ type: 'text', content: shortened(text) }]),
    ...toolCalls.map(({ id, name, arguments: input }) => ({ type: 'tool_call', id, name, arguments: input })),
  ];
  return JSON.stringify([{ role: 'assistant', parts, finish_reason: finish?.reason ?? 'error' }]);
}

function shortened(text: string): string {
  const limit = MAX_CONTENT_CHARS / 2;
  return text.length <= limit ? text : `${text.slice(0, limit)} … (${text.length - limit} more characters)`;
}

function toGenAi(message: ChatMessage) {
  switch (message.role) {
    case 'system':
      return { role: 'system', parts: [{ type: 'text', content: message.text }] };
    case 'user': {
      const parts = message.content.map((part) =>
        part.type === 'text' ? { type: 'text', content: part.text } : { type: 'blob', mime_type: part.mimeType },
      );
      return { role: 'user', parts };
    }
    case 'assistant': {
      const calls = message.toolCalls.map(({ id, name, arguments: input }) => ({
        type: 'tool_call',
        id,
        name,
        arguments: input,
      }));
      const text = message.text === '' ? [] : [{ type: 'text', content: message.text }];
      return { role: 'assistant', parts: [...text, ...calls] };
    }
    case 'tool':
      return { role: 'tool', parts: [{ type: 'tool_call_response', id: message.toolCallId, response: message.text }] };
  }
}
