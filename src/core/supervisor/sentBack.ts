import type { AssistantMessage, ChatMessage } from '../model/chatModel';

/** What is sent back to a model whose answer can't be used, with exactly what is wrong. The history stays valid: every call is answered. */
export function sentBack(message: AssistantMessage, what: string, faults: readonly string[]): ChatMessage[] {
  const list = faults.map((fault) => `- ${fault}`).join('\n');
  const text = `The ${what} can't be used. Correct exactly this and submit it again:\n${list}`;
  if (message.toolCalls.length === 0) {
    const said: ChatMessage[] = message.text === '' ? [] : [message];
    return [...said, { role: 'user', content: [{ type: 'text', text }] }];
  }
  return [
    message,
    ...message.toolCalls.map((call): ChatMessage => ({ role: 'tool', toolCallId: call.id, text, isError: true })),
  ];
}
