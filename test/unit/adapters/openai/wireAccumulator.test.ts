import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accumulate, delta, fragments } from './wireFixture';

describe('WireAccumulator', () => {
  describe('text, reasoning and ends', () => {
    it('ignores empty choices, null deltas, null choices and unknown chunks', () => {
      const { text, usage, finish } = accumulate([
        { choices: [], prompt_filter_results: [{}] },
        { choices: null },
        { choices: [null] },
        { choices: [{ index: 0, delta: null }] },
        delta({ role: 'assistant', content: null }),
        delta({ content: 'Hi' }),
        delta({}, 'stop'),
        { choices: [], usage: null },
      ]);
      assert.deepEqual([text, usage, finish.reason], ['Hi', undefined, 'stop']);
    });

    it('reads token counts that stand in the choice, and content that is one part', () => {
      const usage = { prompt_tokens: 5, completion_tokens: 1 };
      const { text, usage: told } = accumulate([
        delta({ content: { type: 'text', text: 'x' } }),
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] },
      ]);
      assert.deepEqual([text, told], ['x', { inputTokens: 5, outputTokens: 1 }]);
    });

    it('leaves unknown token counts unknown', () => {
      assert.deepEqual(accumulate([{ usage: { prompt_tokens: 3, completion_tokens: null } }]).usage, {
        inputTokens: 3,
      });
      assert.equal(accumulate([{ usage: { prompt_tokens: null, total_tokens: 9 } }]).usage, undefined);
      assert.deepEqual(
        accumulate([{ usage: { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } } }])
          .usage,
        { inputTokens: 9, outputTokens: 1, cachedInputTokens: 4 },
      );
    });

    for (const field of ['reasoning_content', 'reasoning']) {
      it(`takes ${field} as reasoning and keeps it for the server`, () => {
        const got = accumulate([
          delta({ [field]: 'I ' }),
          delta({ [field]: 'I think' }),
          delta({ content: 'Yes' }, 'stop'),
        ]);
        assert.deepEqual([got.reasoning, got.text], ['I I think', 'Yes']);
        assert.deepEqual(got.finish.extra, { endpoint: 'openai', model: 'm', fields: { [field]: 'I I think' } });
      });
    }

    it('takes reasoning that comes in both spellings once', () => {
      assert.equal(accumulate([delta({ reasoning: 'a', reasoning_content: 'a' })]).reasoning, 'a');
    });

    it('takes lists of content parts, reasoning among them', () => {
      const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
      const got = accumulate([delta({ content: [thinking, { type: 'text', text: 'Yes' }] })]);
      assert.deepEqual([got.reasoning, got.text], ['hm', 'Yes']);
    });

    it('separates <think> at the start of the text, however it is cut up', () => {
      const cuts = fc.array(fc.nat(60), { maxLength: 8 });
      const whole = fc.constantFrom(
        ['<think>a < b </thin k></think>\n\nYes <think>no</think>', 'a < b </thin k>', 'Yes <think>no</think>'],
        ['\n<thinking>why</thinking>So', 'why', 'So'],
        ['<thimble> is a word', '', '<thimble> is a word'],
        ['<think>never closed', 'never closed', ''],
        ['<', '', '<'],
      );
      fc.assert(
        fc.property(whole, cuts, ([source = '', reasoning, text], at) => {
          const got = accumulate(fragments(source, at).map((piece) => delta({ content: piece })));
          assert.deepEqual([got.reasoning, got.text], [reasoning, text]);
        }),
      );
    });

    it('tells how the answer ended', () => {
      const ended = (reason: string | null) => accumulate([delta({ content: 'x' }, reason)]).finish.reason;
      assert.deepEqual(
        ['stop', 'STOP', 'end_turn', 'length', 'max_tokens', 'content_filter', 'tool_calls', 'odd', null].map(ended),
        ['stop', 'stop', 'stop', 'length', 'length', 'content_filter', 'stop', 'unknown', 'stop'],
      );
      assert.equal(accumulate([delta({ content: 'x' })], { end: 'closed' }).finish.reason, 'unknown');
    });

    it('streams a refusal as text that ended by the content filter', () => {
      const got = accumulate([delta({ refusal: 'I ' }), delta({ refusal: "can't." })]);
      assert.deepEqual([got.text, got.finish.reason], ["I can't.", 'content_filter']);
    });
  });
});
