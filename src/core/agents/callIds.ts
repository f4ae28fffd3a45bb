// Ids of tool calls are unique over a whole conversation and a whole run, though servers reuse them from one response to the next.
import type { AssistantMessage, ChatMessage } from '../model/chatModel';
import { freshId } from '../model/history';

export class CallIds {
  private readonly taken: Set<string>;

  /** `inRun` is shared by all agents of a run, and grows. */
  constructor(
    messages: readonly ChatMessage[],
    private readonly inRun: Set<string>,
    alsoTaken: ReadonlySet<string> = new Set(),
  ) {
    this.taken = new Set([...alsoTaken, ...callIdsIn(messages)]);
  }

  /** The message with fresh ids where its own are taken already; its ids count as taken from now on. */
  unique(message: AssistantMessage): AssistantMessage {
    const toolCalls = message.toolCalls.map((call) => {
      const id = freshId(call.id, { has: (known) => this.taken.has(known) || this.inRun.has(known) });
      this.taken.add(id);
      this.inRun.add(id);
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
