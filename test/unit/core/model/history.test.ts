import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatMessage, ToolCall } from '../../../../src/core/model/chatModel';
import { costOf, priceOf } from '../../../../src/core/cost';
import { NOT_EXECUTED, repairHistory, validateHistory, withFreshIds } from '../../../../src/core/model/history';
import { estimateMessageTokens, estimateRequestTokens } from '../../../../src/core/model/tokenEstimate';

const user = (text: string): ChatMessage => ({ role: 'user', content: [{ type: 'text', text }] });
const call = (id: string, name = 'search'): ToolCall => ({ id, name, arguments: {} });
const asks = (...ids: string[]): ChatMessage => ({ role: 'assistant', text: '', toolCalls: ids.map((id) => call(id)) });
const answer = (toolCallId: string, text = 'ok'): ChatMessage => ({ role: 'tool', toolCallId, text });

const INVALID: [string, ChatMessage[], RegExp][] = [
  ['a call without an answer', [user('x'), asks('a')], /ends before the answer to a/],
  ['one of several calls without an answer', [asks('a', 'b'), answer('a'), user('x')], /before the answer to b/],
  ['an answer without a call', [user('x'), answer('a')], /answers no call: a/],
  ['a second answer', [asks('a'), answer('a'), answer('a')], /answered before: a/],
  ['an answer that comes late', [asks('a'), user('x'), answer('a')], /before the answer to a/],
  [
    'an id that repeats over the conversation',
    [asks('a'), answer('a'), asks('a'), answer('a')],
    /repeats the call id a/,
  ],
  ['an id that repeats within a message', [asks('a', 'a'), answer('a')], /repeats the call id a/],
  ['an empty id', [asks(''), answer('')], /without an id/],
  [
    'arguments that are no object',
    [{ role: 'assistant', text: '', toolCalls: [{ ...call('a'), arguments: [] as never }] }, answer('a')],
    /no object: a/,
  ],
];

describe('validateHistory', () => {
  it('accepts calls that are answered right after, in any order', () => {
    assert.deepEqual(validateHistory([user('x'), asks('a', 'b'), answer('b'), answer('a'), asks(), user('y')]), []);
  });

  for (const [name, messages, problem] of INVALID) {
    it(`finds ${name}`, () => {
      assert.match(validateHistory(messages).join('; '), problem);
    });

    it(`has ${name} repaired`, () => {
      assert.deepEqual(validateHistory(repairHistory(messages)), []);
    });
  }
});

describe('repairHistory', () => {
  it('answers a cut-off call with an error result that says it was not executed', () => {
    assert.deepEqual(repairHistory([asks('a', 'b'), answer('b')]), [
      asks('a', 'b'),
      { role: 'tool', toolCallId: 'a', text: NOT_EXECUTED, isError: true },
      answer('b'),
    ]);
  });

  it('renames a repeated id together with its own answer', () => {
    const repaired = repairHistory([asks('a'), answer('a', 'first'), asks('a'), answer('a', 'second')]);
    assert.deepEqual(repaired, [asks('a'), answer('a', 'first'), asks('a_2'), answer('a_2', 'second')]);
  });

  it('makes every history valid, leaves valid ones alone, and loses no text of people and models', () => {
    const id = fc.constantFrom('a', 'b', 'c', '');
    const message: fc.Arbitrary<ChatMessage> = fc.oneof(
      fc.string().map(user),
      fc.array(id, { maxLength: 3 }).map((ids) => asks(...ids)),
      fc.record({ id, text: fc.string() }).map((value) => answer(value.id, value.text)),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 10 }), (messages) => {
        const repaired = repairHistory(messages);
        assert.deepEqual(validateHistory(repaired), []);
        assert.deepEqual(repairHistory(repaired), repaired);
        const said = (list: ChatMessage[]) => list.filter(({ role }) => role === 'user');
        assert.deepEqual(said(repaired), said(messages));
        if (validateHistory(messages).length === 0) assert.deepEqual(new Set(repaired), new Set(messages));
      }),
      { numRuns: 500 },
    );
  });
});

describe('withFreshIds', () => {
  it('keeps ids that are new and renames those that the conversation or the answer has used', () => {
    const fresh = withFreshIds([call('a'), call('b'), call('b')], [asks('a'), answer('a')]);
    assert.deepEqual(
      fresh.map(({ id }) => id),
      ['a_2', 'b', 'b_2'],
    );
  });
});

describe('cost and estimates', () => {
  it('pays cached tokens once, at their price or at that of input', () => {
    const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 };
    assert.equal(costOf(usage, { input: 10, cachedInput: 1, output: 30 }), 6 + 0.4 + 3);
    assert.equal(costOf(usage, { input: 10, output: 30 }), 13);
    assert.equal(costOf({ ...usage, cachedInputTokens: 9e9 }, { input: 10, cachedInput: 0, output: 30 }), 3);
  });

  it('leaves a cost unknown where tokens or prices are', () => {
    assert.equal(costOf({ inputTokens: 5 }, { input: 1, output: 1 }), undefined);
    assert.equal(priceOf('m', {}), undefined);
    assert.equal(priceOf('toString', {}), undefined);
    assert.deepEqual(priceOf('openai/m', { m: { input: 1, output: 2 } }), { input: 1, output: 2 });
  });

  it('estimates tokens within a fifth for English and code, and remembers messages', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(100);
    const tokens = estimateMessageTokens(user(text));
    assert.ok(tokens > 800 && tokens < 1_200, String(tokens));
    const message = user('short');
    const before = estimateMessageTokens(message);
    assert.equal(estimateMessageTokens(message), before);
    const withTool = { messages: [message], tools: [{ name: 'a', description: 'b', inputSchema: {} }] };
    assert.ok(estimateRequestTokens(withTool) > before);
  });
});
