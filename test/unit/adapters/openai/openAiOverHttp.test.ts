// The adapter against a real server: streams that are slow, broken and strange, and what an endpoint rejects.
import assert from 'node:assert/strict';
import type { ChatMessage, StreamPart, ToolCall } from '../../../../src/core/model/chatModel';
import { collect, contractRequest, textOfParts } from '../../../support/chatModelContract';
import { settle } from '../../../support/gate';
import type { Rejected, ServerReply } from '../../../support/scriptedModelServer/script';
import { startFixture, type Fixture } from './openAiFixture';

const failureOf = (parts: readonly StreamPart[]) => {
  const end = parts.at(-1);
  return end?.type === 'failed' ? end.failure : undefined;
};
const callsOf = (parts: readonly StreamPart[]) =>
  parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : []));
const noticesOf = (parts: readonly StreamPart[]) =>
  parts.flatMap((part) => (part.type === 'notice' ? [part.code] : []));
const TEXT = ['Grüße, ', '世界 ', '🎉!'];

describe('OpenAiChatModel over HTTP', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.server.close());

  describe('streams', () => {
    const harmless: [string, ServerReply][] = [
      ['CRLF line ends', { crlf: true }],
      ['comments and other fields', { noise: true }],
      ['no blank after data:', { withoutBlank: true }],
      ['no [DONE]', { withoutDone: true }],
      ['pieces of one byte', { pieceBytes: 1 }],
      ['pieces of three bytes', { pieceBytes: 3, crlf: true, noise: true }],
    ];
    for (const [name, reply] of harmless) {
      it(`reads an answer with ${name}`, async () => {
        const parts = await fixture.ask({
          ...reply,
          text: TEXT,
          toolCalls: [{ name: 'weather', arguments: { city: 'Zürich' } }],
        });
        assert.equal(textOfParts(parts), TEXT.join(''));
        assert.deepEqual(callsOf(parts)[0]?.arguments, { city: 'Zürich' });
        assert.deepEqual(parts.find((part) => part.type === 'usage')?.usage, { inputTokens: 20, outputTokens: 10 });
        assert.equal(failureOf(parts), undefined);
      });
    }

    it('says that a stream that was reset half-way broke off, after what had come', async () => {
      const parts = await fixture.ask({ text: TEXT, breakAfter: { events: 3, how: 'reset' } });
      assert.equal(textOfParts(parts), TEXT.slice(0, 2).join(''));
      assert.deepEqual([failureOf(parts)?.reason, failureOf(parts)?.retryable], ['model.broken_stream', true]);
    });

    it('keeps an answer that was finished before the connection was reset', async () => {
      const parts = await fixture.ask({ text: TEXT, usage: null, breakAfter: { events: 5, how: 'reset' } });
      assert.equal(textOfParts(parts), TEXT.join(''));
      assert.equal(parts.at(-1)?.type, 'finish');
    });

    it('takes a connection that was closed in good order without an end for an end of unknown reason', async () => {
      const parts = await fixture.ask({ text: TEXT, breakAfter: { events: 4, how: 'close' } });
      const end = parts.at(-1);
      assert.equal(end?.type === 'finish' && end.reason, 'unknown');
    });

    it('never gives a call as whole that the connection cut off', async () => {
      const parts = await fixture.ask({
        toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }],
        breakAfter: { events: 3, how: 'close' },
      });
      assert.equal(callsOf(parts)[0]?.problem?.reason, 'cut_off');
    });

    it('does not wait for a server that neither goes on nor ends after the answer is finished', async () => {
      fixture.server.script({ text: TEXT, usage: null, breakAfter: { events: 5, how: 'hang' } });
      const asked = collect(fixture.model);
      while (fixture.clock.pending().length === 0) await settle(1);
      await fixture.clock.advance(2_000);
      const parts = await asked;
      assert.equal(textOfParts(parts), TEXT.join(''));
      assert.equal(parts.at(-1)?.type, 'finish');
      await fixture.server.until((requests) => requests[0]?.closedEarly === true);
    });

    const empty: [string, ServerReply][] = [
      ['an empty stream', { chunks: [] }],
      ['a stream with nothing but [DONE]', { chunks: ['[DONE]'] }],
      ['a stream of comments', { chunks: [': hi\n\n', ': ho\n\n'] }],
      ['a stream of empty choices', { chunks: [{ choices: [] }, { choices: null }, '[DONE]'] }],
      ['an empty body', { body: '' }],
    ];
    for (const [name, reply] of empty) {
      it(`says that ${name} is empty, and that trying again may help`, async () => {
        const failure = failureOf(await fixture.ask(reply));
        assert.deepEqual([failure?.reason, failure?.retryable], ['model.empty', true]);
      });
    }

    it('says that unreadable data lost something', async () => {
      const failure = failureOf(
        await fixture.ask({ chunks: [{ choices: [{ delta: { content: 'a' } }] }, 'data: {"cho\n\n'] }),
      );
      assert.deepEqual([failure?.reason, failure?.retryable], ['model.broken_stream', true]);
    });

    const errors: [unknown, string, boolean][] = [
      [{ error: { message: 'Overloaded', type: 'server_error' } }, 'model.unavailable', true],
      [{ error: { message: 'Slow down', code: 429 } }, 'model.rate_limited', true],
      [{ error: { message: 'Rate limit reached', type: 'rate_limit_error' } }, 'model.rate_limited', true],
      [{ error: 'Invalid API key' }, 'model.unauthorized', false],
      [
        { error: { message: 'maximum context length is 10', code: 'context_length_exceeded' } },
        'model.context_too_long',
        false,
      ],
      [{ object: 'error', message: 'The model `x` does not exist', code: 404 }, 'model.not_found', false],
    ];
    for (const [error, reason, retryable] of errors) {
      it(`understands ${JSON.stringify(error)} inside a 200, as an event and as a body`, async () => {
        for (const reply of [{ chunks: [error] }, { body: error }]) {
          const failure = failureOf(await fixture.ask(reply));
          assert.deepEqual([failure?.reason, failure?.retryable], [reason, retryable], JSON.stringify(reply));
        }
      });
    }

    it('says that an error in the middle of an answer broke it off', async () => {
      const parts = await fixture.ask({
        chunks: [{ choices: [{ delta: { content: 'a' } }] }, { error: { message: 'boom' } }],
      });
      assert.equal(textOfParts(parts), 'a');
      assert.equal(failureOf(parts)?.retryable, true);
    });

    it('takes a whole body where a stream was asked for, and says so', async () => {
      const message = { role: 'assistant', content: 'Whole.' };
      const parts = await fixture.ask({ body: { choices: [{ message, finish_reason: 'stop' }] } });
      assert.equal(textOfParts(parts), 'Whole.');
      assert.deepEqual(noticesOf(parts), ['not_streamed']);
    });

    it('says that a web page is not an API', async () => {
      const failure = failureOf(await fixture.ask({ body: '<html>', headers: { 'content-type': 'text/html' } }));
      assert.equal(failure?.reason, 'model.not_found');
      assert.match(failure.message, /\/v1/);
    });
  });

  describe('failures', () => {
    const statuses: [number, unknown, string, boolean][] = [
      [400, { error: { message: 'bad' } }, 'model.bad_request', false],
      [400, { error: { message: 'x', code: 'context_length_exceeded' } }, 'model.context_too_long', false],
      [400, { error: { message: 'filtered', code: 'content_filter' } }, 'model.refused', false],
      [
        401,
        { error: { message: 'Incorrect API key provided: sk-secret-key-1234567890' } },
        'model.unauthorized',
        false,
      ],
      [402, { error: { message: 'pay' } }, 'model.quota_exceeded', false],
      [403, { error: { message: 'no' } }, 'model.unauthorized', false],
      [404, { detail: 'Not Found' }, 'model.not_found', false],
      [408, '', 'model.timeout', true],
      [409, {}, 'model.unavailable', true],
      [413, '', 'model.context_too_long', false],
      [422, { detail: [{ loc: ['body', 'x'], msg: 'bad' }] }, 'model.bad_request', false],
      [429, { error: { message: 'slow down' } }, 'model.rate_limited', true],
      [
        429,
        { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
        'model.quota_exceeded',
        false,
      ],
      [500, 'oops', 'model.unavailable', true],
      [501, {}, 'model.bad_request', false],
      [502, '<html>', 'model.unavailable', true],
      [503, {}, 'model.unavailable', true],
      [504, {}, 'model.timeout', true],
      [529, {}, 'model.unavailable', true],
    ];
    for (const [status, body, reason, retryable] of statuses) {
      it(`maps ${status} ${JSON.stringify(body)} to ${reason}, after one request`, async () => {
        const failure = failureOf(await fixture.ask({ status, body }));
        assert.deepEqual([failure?.reason, failure?.retryable, failure?.status], [reason, retryable, status]);
        assert.doesNotMatch(failure?.message ?? '', /sk-secret/, 'a key is never shown');
        assert.equal(fixture.server.requests.length, 1, 'nobody below retries');
      });
    }

    it('reads Retry-After in seconds, in milliseconds and as a date by the server’s clock', async () => {
      const date = new Date(Date.UTC(2001, 0, 1));
      const later = new Date(date.getTime() + 90_000).toUTCString();
      const headers: Record<string, string>[] = [
        { 'retry-after': '7' },
        { 'retry-after-ms': '1500' },
        { 'retry-after': later, date: date.toUTCString() },
        { 'retry-after': 'soon' },
      ];
      const waits: (number | undefined)[] = [];
      for (const each of headers)
        waits.push(failureOf(await fixture.ask({ status: 429, headers: each }))?.retryAfterMs);
      assert.deepEqual(waits, [7_000, 1_500, 90_000, undefined]);
    });

    it('says where nothing answers', async () => {
      await fixture.server.close();
      const failure = failureOf(await collect(fixture.model));
      assert.deepEqual([failure?.reason, failure?.retryable], ['model.unavailable', true]);
      assert.match(failure?.message ?? '', /127\.0\.0\.1.*ECONNREFUSED/);
    });
  });

  describe('what an endpoint rejects', () => {
    const tool: Partial<ToolCall> = { name: 'weather', arguments: { city: 'Oslo' } };
    const withCall: ChatMessage[] = [
      { role: 'system', text: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'weather', arguments: { city: 'Oslo' }, ...tool }] },
      { role: 'tool', toolCallId: 'c1', text: 'Sunny.' },
    ];
    const picture: ChatMessage[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', mimeType: 'image/png', base64: 'AAAA' },
        ],
      },
    ];
    const cases: { rejects: Rejected; first?: string; each?: string; request?: Parameters<Fixture['ask']>[1] }[] = [
      { rejects: 'stream_options', first: 'parameter_dropped' },
      { rejects: 'parallel_tool_calls' },
      { rejects: 'stream', first: 'not_streamed' },
      { rejects: 'temperature', first: 'parameter_dropped', request: { temperature: 0 } },
      { rejects: 'max_tokens', request: { maxOutputTokens: 50 } },
      { rejects: 'tool_choice', first: 'parameter_dropped', request: { toolChoice: 'required' } },
      { rejects: 'tools', first: 'tools_dropped', each: 'tools_dropped', request: { messages: withCall } },
      { rejects: 'images', first: 'images_dropped', each: 'images_dropped', request: { messages: picture } },
      { rejects: 'null_content', request: { messages: withCall } },
      { rejects: 'system' },
      {
        rejects: 'json_schema',
        first: 'parameter_dropped',
        request: { responseSchema: { name: 'plan', schema: { type: 'object' } } },
      },
      {
        rejects: 'response_format',
        first: 'parameter_dropped',
        request: { responseSchema: { name: 'plan', schema: { type: 'object' } } },
      },
    ];
    for (const { rejects, first, each, request } of cases) {
      it(`goes on without ${rejects}, says so, and does not ask for it again`, async () => {
        fixture.server.reject(rejects);
        const learning = await fixture.ask({ text: 'ok' }, request);
        assert.equal(textOfParts(learning), 'ok', failureOf(learning)?.message ?? '');
        const asked = fixture.server.requests.length;
        assert.ok(asked <= 3, `${asked} requests`);
        const later = await fixture.ask({ text: 'ok' }, request);
        assert.equal(textOfParts(later), 'ok');
        assert.equal(fixture.server.requests.length, asked + 1, 'what was learned sticks');
        assert.equal(new Set(noticesOf(learning)).has(first as 'parameter_dropped'), first !== undefined);
        assert.deepEqual(noticesOf(later), each === undefined ? [] : [each]);
      });
    }

    it('learns several things in one call', async () => {
      fixture.server.reject('stream_options', 'temperature', 'max_tokens', 'max_completion_tokens');
      const parts = await fixture.ask({ text: 'ok' }, { temperature: 0, maxOutputTokens: 9 });
      assert.equal(textOfParts(parts), 'ok');
      const { body } = fixture.server.requests.at(-1) ?? assert.fail();
      assert.deepEqual(
        ['stream_options', 'temperature', 'max_tokens', 'max_completion_tokens'].filter((name) => name in body),
        [],
      );
    });

    it('tells past calls in words where tools are rejected', async () => {
      fixture.server.reject('tools');
      await fixture.ask({ text: 'ok' }, { messages: withCall });
      const { messages } = fixture.server.requests.at(-1)?.body ?? assert.fail();
      assert.deepEqual(
        messages.map(({ role }) => role),
        ['system', 'user', 'assistant', 'user'],
      );
      assert.match(JSON.stringify(messages), /Result of the call c1:\\nSunny\./);
    });

    it('keeps the tools when only a tool’s schema or the history is refused', async () => {
      for (const message of [
        "Invalid schema for function 'weather': bad",
        'messages with role tool must follow tool_calls',
      ]) {
        const failure = failureOf(await fixture.ask({ status: 400, body: { error: { message } } }));
        assert.equal(failure?.reason, 'model.bad_request');
      }
      await fixture.ask({ text: 'ok' });
      assert.equal(fixture.server.requests.length, 3);
      assert.equal(fixture.server.requests.at(-1)?.body.tools?.length, 1);
    });

    it('forgets what did not help', async () => {
      const body = { error: { message: 'temperature is unsupported' } };
      fixture.server.script({ status: 400, body }, { status: 400, body });
      const failure = failureOf(await collect(fixture.model, { ...contractRequest(), temperature: 0 }));
      assert.equal(failure?.reason, 'model.bad_request');
      await fixture.ask({ text: 'ok' }, { temperature: 0 });
      assert.equal(fixture.server.requests.at(-1)?.body.temperature, 0);
    });
  });

  describe('what is sent', () => {
    it('echoes unknown fields to the model that sent them, and to no other', async () => {
      const parts = await fixture.ask({
        reasoning: 'Hm.',
        toolCalls: [{ name: 'weather', arguments: {}, id: 'c1', extra: { extra_content: { signature: 's' } } }],
      });
      const end = parts.at(-1);
      assert.ok(end?.type === 'finish' && end.extra);
      const history: ChatMessage[] = [
        { role: 'assistant', text: '', toolCalls: callsOf(parts), extra: end.extra },
        { role: 'tool', toolCallId: 'c1', text: 'ok' },
      ];
      await fixture.ask({ text: 'ok' }, { messages: history });
      const [assistant] = fixture.server.requests.at(-1)?.body.messages ?? [];
      assert.ok(assistant);
      assert.equal(assistant['reasoning_content'], 'Hm.');
      assert.deepEqual((assistant.tool_calls?.[0] as unknown as { extra_content: unknown }).extra_content, {
        signature: 's',
      });

      const other = await fixture.provider.open('openai', 'other-model', new AbortController().signal);
      fixture.server.script({ text: 'ok' });
      assert.ok('stream' in other);
      await collect(other, contractRequest(history));
      assert.deepEqual(Object.keys(fixture.server.requests.at(-1)?.body.messages[0] ?? {}).sort(), [
        'content',
        'role',
        'tool_calls',
      ]);
    });

    it('stops echoing where the endpoint does not know its own fields', async () => {
      fixture.server.reject('unknown_fields');
      const extra = { endpoint: 'openai', model: 'scripted-model', fields: { reasoning_content: 'Hm.' } };
      const messages: ChatMessage[] = [{ role: 'assistant', text: 'a', toolCalls: [], extra }];
      assert.equal(textOfParts(await fixture.ask({ text: 'ok' }, { messages })), 'ok');
    });

    it('sends images as data URLs and plain text as a string', async () => {
      const image = { type: 'image' as const, mimeType: 'image/png', base64: 'AAAA' };
      const text = { type: 'text' as const, text: 'What?' };
      await fixture.ask(
        { text: 'ok' },
        {
          messages: [
            { role: 'user', content: [text, image] },
            { role: 'user', content: [text, text] },
          ],
        },
      );
      const { messages } = fixture.server.requests[0]?.body ?? assert.fail();
      assert.deepEqual(messages[0]?.content, [
        text,
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ]);
      assert.equal(messages[1]?.content, 'What?\n\nWhat?');
    });

    it('asks for structured output', async () => {
      await fixture.ask({ text: '{}' }, { responseSchema: { name: 'plan', schema: { type: 'object' } } });
      const wanted = { type: 'json_schema', json_schema: { name: 'plan', schema: { type: 'object' } } };
      assert.deepEqual(fixture.server.requests[0]?.body.response_format, wanted);
    });
  });
});
