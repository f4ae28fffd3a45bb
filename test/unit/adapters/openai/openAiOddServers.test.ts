// The adapter against servers whose answers are odd as a whole: under another name, without tools, with fields of their own.
import assert from 'node:assert/strict';
import type { ChatMessage, StreamPart } from '../../../../src/core/model/chatModel';
import { textOfParts } from '../../../support/chatModelContract';
import { startFixture, type Fixture } from './openAiFixture';

const failureOf = (parts: readonly StreamPart[]) => {
  const end = parts.at(-1);
  return end?.type === 'failed' ? end.failure : undefined;
};
const callsOf = (parts: readonly StreamPart[]) =>
  parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : []));
const noticesOf = (parts: readonly StreamPart[]) =>
  parts.flatMap((part) => (part.type === 'notice' ? [part.code] : []));

describe('OpenAiChatModel and odd servers', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.server.close());

  it('takes a stream that calls itself a whole, and one that nobody asked for', async () => {
    const chunks = [
      { choices: [{ delta: { content: 'One ' } }] },
      { choices: [{ delta: { content: 'two.' }, finish_reason: 'stop' }] },
      '[DONE]',
    ];
    const headers = { 'content-type': 'application/json' };
    assert.equal(textOfParts(await fixture.ask({ chunks, headers })), 'One two.');
    const lines = chunks.slice(0, 2).map((chunk) => JSON.stringify(chunk));
    assert.equal(textOfParts(await fixture.ask({ body: lines.join('\n'), headers })), 'One two.');
    const broken = await fixture.ask({ chunks: [chunks[0], { error: { message: 'boom' } }], headers });
    assert.deepEqual([textOfParts(broken), failureOf(broken)?.retryable], ['One ', true]);
    const refused = failureOf(await fixture.ask({ chunks: [{ error: { message: 'No.', code: 401 } }], headers }));
    assert.equal(refused?.reason, 'model.unauthorized');
    const whole = await startFixture({ isStreaming: () => false });
    for (const type of ['text/event-stream', 'application/json']) {
      const parts = await whole.ask({ chunks, headers: { 'content-type': type } });
      assert.equal(textOfParts(parts), 'One two.', type);
    }
    await whole.server.close();
  });

  it('knows that tools are not taken in the words of servers that were started without them', async () => {
    for (const message of [
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      'registry.ollama.ai/library/gemma:latest does not support tools',
      'tools param requires --jinja flag',
      '`tool calling` is not supported with this model',
    ]) {
      const other = await startFixture();
      other.server.script({ status: 400, body: { error: { message } } });
      assert.deepEqual(noticesOf(await other.ask({ text: 'ok' }, {})), ['tools_dropped'], message);
      await other.server.close();
    }
  });

  it('echoes what stood beside name and arguments of a call where it stood', async () => {
    const called = { name: 'weather', arguments: '{"city":"Ulm"}', thought_signature: 's' };
    const parts = await fixture.ask({
      chunks: [{ choices: [{ delta: { tool_calls: [{ index: 0, id: 'c1', function: called }] } }] }],
    });
    const messages: ChatMessage[] = [
      { role: 'assistant', text: '', toolCalls: callsOf(parts) },
      { role: 'tool', toolCallId: 'c1', text: 'ok' },
    ];
    await fixture.ask({ text: 'ok' }, { messages });
    const [assistant] = fixture.server.requests.at(-1)?.body.messages ?? [];
    assert.deepEqual(assistant?.tool_calls?.[0]?.function, called);
  });
});
