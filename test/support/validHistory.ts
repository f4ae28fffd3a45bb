// What every server demands of a history, checked on whatever our code sends.
import assert from 'node:assert/strict';
import type { ChatMessage } from '../../src/core/model/chatModel';

/** Every tool call is answered exactly once, right after its message; ids are unique; nothing else is answered. */
export function assertValidHistory(messages: readonly ChatMessage[]): void {
  const ids = new Set<string>();
  for (let at = 0; at < messages.length; at += 1) {
    const message = messages[at];
    if (message?.role === 'tool') assert.fail(`message ${at} answers a call that is not right before it`);
    if (message?.role !== 'assistant') continue;
    const open = new Set<string>();
    for (const call of message.toolCalls) {
      assert.ok(!ids.has(call.id), `the id ${call.id} is used once`);
      ids.add(call.id);
      open.add(call.id);
    }
    for (let next = messages[at + 1]; next?.role === 'tool'; next = messages[at + 1]) {
      assert.ok(open.delete(next.toolCallId), `message ${at + 1} answers an open call`);
      at += 1;
    }
    assert.deepEqual([...open], [], `the calls of message ${at} are answered`);
  }
}
