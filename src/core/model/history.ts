// The one place that knows when a history may be sent: every tool call answered exactly once, right after, under an id that is
// unique over the conversation, with an object as arguments. `validateHistory` finds bugs; `repairHistory` mends what was cut off.
import type { AssistantMessage, ChatMessage, ToolCall, ToolMessage } from './chatModel';

/** What is wrong with a history, in the order of its messages; empty if it may be sent. */
export function validateHistory(messages: readonly ChatMessage[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const at = `message ${index}`;
    if (message.role === 'tool') {
      if (open.delete(message.toolCallId)) continue;
      const known = seen.has(message.toolCallId) ? 'answers a call that was answered before' : 'answers no call';
      problems.push(`${at} ${known}: ${message.toolCallId}`);
      continue;
    }
    for (const id of open) problems.push(`${at} stands before the answer to ${id}`);
    open = new Set();
    if (message.role !== 'assistant') continue;
    for (const call of message.toolCalls) {
      problems.push(...problemsOf(call, seen).map((problem) => `${at} ${problem}`));
      seen.add(call.id);
      open.add(call.id);
    }
  }
  for (const id of open) problems.push(`the history ends before the answer to ${id}`);
  return problems;
}

function problemsOf(call: ToolCall, seen: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (call.id === '') problems.push('has a call without an id');
  if (call.name === '') problems.push(`has a call without a name: ${call.id}`);
  if (seen.has(call.id)) problems.push(`repeats the call id ${call.id}`);
  if (!isPlainObject(call.arguments)) problems.push(`has a call whose arguments are no object: ${call.id}`);
  return problems;
}

/** The result of a call that nobody executed. */
export const NOT_EXECUTED =
  'This call was not executed: the run ended before it. Call the tool again if it is still needed.';

/**
 * Makes a history that was stored or cut off valid, changing as little as possible: missing answers become error results, answers
 * without a call and second answers go, answers that came late move to their call, and ids that repeat are renamed with their answers.
 */
export function repairHistory(messages: readonly ChatMessage[]): ChatMessage[] {
  const repaired: ChatMessage[] = [];
  const used = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') continue;
    if (message.role !== 'assistant' || message.toolCalls.length === 0) {
      repaired.push(message);
      continue;
    }
    const answers = answersAfter(messages, index, message);
    const calls = message.toolCalls.map((call) => withValidCall(call, used));
    const isUnchanged = calls.every((call, at) => call === message.toolCalls[at]);
    repaired.push(isUnchanged ? message : { ...message, toolCalls: calls });
    for (const [at, { id }] of calls.entries()) {
      const answer = answers[at];
      repaired.push(answer ? (answer.toolCallId === id ? answer : { ...answer, toolCallId: id }) : notExecuted(id));
    }
  }
  return repaired;
}

/** The first answer to each call of `message`, up to the next message that uses the same id for a call of its own. */
function answersAfter(
  messages: readonly ChatMessage[],
  index: number,
  message: AssistantMessage,
): (ToolMessage | undefined)[] {
  const taken = new Set<ToolMessage>();
  return message.toolCalls.map(({ id }) => {
    for (const later of messages.slice(index + 1)) {
      if (later.role === 'assistant' && later.toolCalls.some((call) => call.id === id)) return undefined;
      if (later.role !== 'tool' || later.toolCallId !== id || taken.has(later)) continue;
      taken.add(later);
      return later;
    }
    return undefined;
  });
}

function withValidCall(call: ToolCall, used: Set<string>): ToolCall {
  const id = freshId(call.id, used);
  used.add(id);
  const hasObject = isPlainObject(call.arguments);
  if (id === call.id && hasObject && call.name !== '') return call;
  return { ...call, id, name: call.name || 'unknown_tool', arguments: hasObject ? call.arguments : {} };
}

/** The id itself if it is new, else the id with the first number that makes it new. */
export function freshId(id: string, used: Pick<ReadonlySet<string>, 'has'>): string {
  const base = id || 'call';
  let fresh = base;
  for (let number = 2; used.has(fresh); number += 1) fresh = `${base}_${number}`;
  return fresh;
}

/** New calls with ids that are unique over the conversation, whatever the model made of them. */
export function withFreshIds(calls: readonly ToolCall[], messages: readonly ChatMessage[]): ToolCall[] {
  const used = new Set<string>();
  for (const message of messages) {
    if (message.role === 'assistant') for (const call of message.toolCalls) used.add(call.id);
  }
  return calls.map((call) => {
    const id = freshId(call.id, used);
    used.add(id);
    return id === call.id ? call : { ...call, id };
  });
}

function notExecuted(toolCallId: string): ToolMessage {
  return { role: 'tool', toolCallId, text: NOT_EXECUTED, isError: true };
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
