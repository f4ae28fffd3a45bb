// Ids of tool calls are unique over a whole conversation, though servers reuse them from one response to the next.
import type { AssistantMessage, ChatMessage } from '../model/chatModel';
import { freshId } from '../model/history';

export class CallIds {
  private readonly taken: Set<string>;

  constructor(messages: readonly ChatMessage[], alsoTaken: ReadonlySet<string> = new Set()) {
    this.taken = new Set([...alsoTaken, ...callIdsIn(messages)]);
  }

  /** The message with fresh ids where its own are taken already; its ids count as taken from now on. */
  unique(message: AssistantMessage): AssistantMessage {
    const toolCalls = message.toolCalls.map((call) => {
      const id = freshId(call.id, this.taken);
      this.taken.add(id);
      return id === call.id ? call : { ...call, id };
    });
    const isUnchanged = toolCalls.every((call, index) => call === message.toolCalls[index]);
    return isUnchanged ? message : { ...message, toolCalls };
  }
}

/** The ids of all tool calls in a history. */
export function callIdsIn(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls.map((call) => call.id) : []));
}
