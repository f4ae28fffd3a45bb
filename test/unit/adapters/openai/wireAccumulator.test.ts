import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../../src/adapters/openai/json';
import { WireAccumulator, type WireEnd } from '../../../../src/adapters/openai/wireAccumulator';
import type { StreamPart, ToolCall } from '../../../../src/core/model/chatModel';

interface Accumulated {
  calls: ToolCall[];
  text: string;
  reasoning: string;
  finish: Extract<StreamPart, { type: 'finish' }>;
  usage: Extract<StreamPart, { type: 'usage' }>['usage'] | undefined;
}

function accumulate(
  chunks: JsonObject[],
  { end = 'done', usedIds = [] }: { end?: WireEnd; usedIds?: string[] } = {},
): Accumulated {
  let minted = 0;
  const accumulator = new WireAccumulator({
    origin: { endpoint: 'openai', model: 'm' },
    toolNames: ['read_file', 'search_text', 'search'],
    usedIds: new Set(usedIds),
    mintId: () => `minted-${(minted += 1)}`,
  });
  const parts = [...chunks.flatMap((chunk) => accumulator.push(chunk)), ...accumulator.finish(end)];
  const join = (type: 'text' | 'reasoning') => parts.map((part) => (part.type === type ? part.text : '')).join('');
  const finish = parts.at(-1);
  assert.ok(finish?.type === 'finish');
  return {
    calls: parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : [])),
    text: join('text'),
    reasoning: join('reasoning'),
    finish,
    usage: parts.find((part) => part.type === 'usage')?.usage,
  };
}

const delta = (value: JsonObject, finishReason?: string | null): JsonObject => ({
  choices: [{ index: 0, delta: value, ...(finishReason !== undefined && { finish_reason: finishReason }) }],
});
const calls = (...toolCalls: JsonObject[]): JsonObject => delta({ tool_calls: toolCalls });
const fn = (name: string | null | undefined, input?: unknown): JsonObject => ({
  ...(name !== undefined && { name }),
  ...(input !== undefined && { arguments: input }),
});

const A = ['read_file', { path: 'a.ts' }] as const;
const B = ['read_file', { path: 'b.ts' }] as const;
const S = ['search_text', { query: 'x' }] as const;

/** Shapes of tool calls: what the server streams, and the calls that it means. */
const SHAPES: { name: string; chunks: JsonObject[]; means: (readonly [string, unknown])[] }[] = [
  {
    name: 'the shape of the specification',
    chunks: [
      calls({ index: 0, id: 'c1', type: 'function', function: fn('read_file', '') }),
      calls({ index: 0, function: fn(undefined, '{"path":') }),
      calls({ index: 0, function: fn(undefined, '"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'no index, told apart by ids',
    chunks: [
      calls({ id: 'c1', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ id: 'c2', function: fn('read_file', '{"path":"b.ts"}') }),
    ],
    means: [A, B],
  },
  {
    name: 'no index and no id, fragments after the name',
    chunks: [
      calls({ function: fn('read_file', '') }),
      calls({ function: fn(undefined, '{"path":') }),
      calls({ function: fn(undefined, '"a.ts"}') }),
      calls({ function: fn('search_text', '{"query":"x"}') }),
    ],
    means: [A, S],
  },
  {
    name: 'the same index for all parallel calls',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 0, id: 'c2', function: fn('read_file', '{"path":"b.ts"}') }),
    ],
    means: [A, B],
  },
  {
    name: 'the same index, no ids, the second call begun while the first is whole',
    chunks: [
      calls({ index: 0, function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 0, function: fn('read_file', '{"path":"b.ts"}') }),
    ],
    means: [A, B],
  },
  {
    name: 'the same index, no ids, arguments run together',
    chunks: [
      calls({ index: 0, function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 0, function: fn('read_file', '') }),
      calls({ index: 0, function: fn(undefined, '{"path":"b.ts"}') }),
    ],
    means: [A, B],
  },
  {
    name: 'a sparse index that does not start at 0',
    chunks: [
      calls({ index: 3, id: 'c1', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 7, id: 'c2', function: fn('search_text', '{"query":"x"}') }),
    ],
    means: [A, S],
  },
  {
    name: 'ids that are empty, null and missing',
    chunks: [
      calls({ index: 0, id: '', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 1, id: null, function: fn('read_file', '{"path":"b.ts"}') }),
      calls({ index: 2, function: fn('search_text', '{"query":"x"}') }),
    ],
    means: [A, B, S],
  },
  {
    name: 'id and name repeated in every chunk',
    chunks: ['', '{"path":', '"a.ts"}', ''].map((text) =>
      calls({ index: 0, id: 'c1', type: 'function', function: fn('read_file', text) }),
    ),
    means: [A],
  },
  {
    name: 'a new id in every chunk',
    chunks: [
      calls({ index: 0, id: 'r1', function: fn('read_file', '{"path":') }),
      calls({ index: 0, id: 'r2', function: fn(undefined, '"a.') }),
      calls({ index: 0, id: 'r3', function: fn('read_file', 'ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'the same id for two calls',
    chunks: [
      calls({ index: 0, id: 'c', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 1, id: 'c', function: fn('read_file', '{"path":"a.ts"}') }),
    ],
    means: [A, A],
  },
  {
    name: 'the same id and index for two different calls',
    chunks: [
      calls({ index: 0, id: 'c', function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 0, id: 'c', function: fn('search_text', '{"query":"x"}') }),
    ],
    means: [A, S],
  },
  {
    name: 'a call that is sent once more at the end',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('read_file', '{"path":') }),
      calls({ index: 0, function: fn(undefined, '"a.ts"}') }),
      calls({ index: 0, id: 'c1', function: fn('read_file', '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'arguments as an object',
    chunks: [calls({ index: 0, id: 'c1', function: fn('read_file', { path: 'a.ts' }) })],
    means: [A],
  },
  {
    name: 'arguments null, missing and empty',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('search', null) }),
      calls({ index: 1, id: 'c2', function: fn('search') }),
      calls({ index: 2, id: 'c3', function: fn('search', '') }),
    ],
    means: [
      ['search', {}],
      ['search', {}],
      ['search', {}],
    ],
  },
  {
    name: 'fragments of two calls interleaved',
    chunks: [
      calls(
        { index: 0, id: 'c1', function: fn('read_file', '') },
        { index: 1, id: 'c2', function: fn('search_text', '') },
      ),
      calls({ index: 1, function: fn(undefined, '{"que') }, { index: 0, function: fn(undefined, '{"path":') }),
      calls({ index: 0, function: fn(undefined, '"a.ts"}') }, { index: 1, function: fn(undefined, 'ry":"x"}') }),
    ],
    means: [A, S],
  },
  {
    name: 'an index that comes only with the fragments',
    chunks: [
      calls({ id: 'c1', function: fn('read_file', '') }),
      calls({ index: 0, function: fn(undefined, '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'an id that comes late',
    chunks: [
      calls({ index: 0, function: fn('read_file', '') }),
      calls({ index: 0, id: 'c1', function: fn(undefined, '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'a name in fragments',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('read', '') }),
      calls({ index: 0, function: fn('_file', '') }),
      calls({ index: 0, function: fn(undefined, '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'the arguments so far in every chunk',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('read_file', '{"path":') }),
      calls({ index: 0, id: 'c1', function: fn(undefined, '{"path":"a') }),
      calls({ index: 0, id: 'c1', function: fn(undefined, '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'an empty object before the real one',
    chunks: [
      calls({ index: 0, id: 'c1', function: fn('read_file', '{}') }),
      calls({ index: 0, function: fn(undefined, '{"path":"a.ts"}') }),
    ],
    means: [A],
  },
  {
    name: 'arguments encoded twice',
    chunks: [calls({ index: 0, id: 'c1', function: fn('read_file', JSON.stringify('{"path":"a.ts"}')) })],
    means: [A],
  },
  {
    name: 'a whole message instead of a delta',
    chunks: [{ choices: [{ message: { tool_calls: [{ id: 'c1', function: fn('read_file', '{"path":"a.ts"}') }] } }] }],
    means: [A],
  },
  {
    name: 'index and id as the other kind of value, fragments interleaved',
    chunks: [
      calls({ index: '0', function: fn('read_file', '') }, { index: '1', function: fn('search_text', '') }),
      calls({ index: '1', function: fn(undefined, '{"query":') }, { index: '0', function: fn(undefined, '{"path":') }),
      calls({ index: '0', function: fn(undefined, '"a.ts"}') }, { index: '1', function: fn(undefined, '"x"}') }),
      calls({ id: 7, function: fn('read_file', '') }, { id: 8, function: fn('read_file', '') }),
      calls({ id: 7, function: fn(undefined, '{"path":') }, { id: 8, function: fn(undefined, '{"path":') }),
      calls({ id: 8, function: fn(undefined, '"b.ts"}') }, { id: 7, function: fn(undefined, '"a.ts"}') }),
    ],
    means: [A, S, A, B],
  },
  {
    name: 'the same words twice in one list without any id',
    chunks: [
      calls({ function: fn('read_file', '{"path":"a.ts"}') }, { function: fn('read_file', '{"path":"a.ts"}') }),
      calls({ index: 0, id: 'c', function: fn('search', '') }, { index: 0, id: 'c', function: fn('search', '') }),
    ],
    means: [A, A, ['search', {}], ['search', {}]],
  },
  {
    name: 'several pieces of one call in one list, its name in each',
    chunks: [
      calls(
        { index: 0, id: 'c1', function: fn('read_file', '') },
        { index: 0, function: fn('read_file', '') },
        { index: 0, function: fn('read_file', '{"path":"a.ts"}') },
        { index: 1, id: 'c2', function: fn('search_text', '{"query":') },
      ),
      calls({ index: 1, function: fn('search_text', '"x"') }, { index: 1, function: fn('search_text', '}') }),
      calls({ function: fn('read_file', '') }, { function: fn('read_file', '{"path":"b.ts"}') }),
    ],
    means: [A, S, B],
  },
  {
    name: 'the legacy function_call',
    chunks: [delta({ function_call: fn('read_file', '{"path":') }), delta({ function_call: fn(undefined, '"a.ts"}') })],
    means: [A],
  },
  {
    name: 'name and arguments outside of `function`, tool_calls as one object',
    chunks: [delta({ tool_calls: { id: 'c1', name: 'read_file', arguments: { path: 'a.ts' } } })],
    means: [A],
  },
];

describe('WireAccumulator', () => {
  describe('tool calls', () => {
    for (const { name, chunks, means } of SHAPES) {
      for (const finishReason of ['tool_calls', 'stop', '', null, undefined]) {
        it(`understands ${name}, ended by ${finishReason === undefined ? 'nothing' : JSON.stringify(finishReason)}`, () => {
          const end = finishReason === undefined ? [] : [delta({}, finishReason)];
          const { calls: got, finish } = accumulate([...chunks, ...end]);
          assert.deepEqual(
            got.map((call) => [call.name, call.arguments, call.problem]),
            means.map(([tool, input]) => [tool, input, undefined]),
          );
          assert.equal(new Set(got.map(({ id }) => id)).size, means.length, 'ids are unique');
          assert.equal(finish.reason, 'tool_calls');
        });
      }
    }

    it('gives the same calls however arguments are cut up and calls are interleaved', () => {
      const call = fc.record({
        name: fc.constantFrom('read_file', 'search_text'),
        input: fc.dictionary(
          fc.string({ minLength: 1 }),
          fc.oneof(fc.string(), fc.integer(), fc.constant({ a: '}{"' })),
          {
            noNullPrototype: true,
          },
        ),
        cuts: fc.array(fc.nat(200), { maxLength: 6 }),
      });
      const shape = fc.record({
        repeatName: fc.boolean(),
        repeatId: fc.boolean(),
        firstIndex: fc.nat(3),
        order: fc.infiniteStream(fc.nat(7)),
      });
      fc.assert(
        fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), shape, (wanted, how) => {
          const queues = wanted.map(({ name, input, cuts }, at) =>
            fragments(JSON.stringify(input), cuts).map((text, part) => ({
              index: how.firstIndex + at,
              ...((part === 0 || how.repeatId) && { id: `id-${at}` }),
              function: fn(part === 0 || how.repeatName ? name : undefined, text),
            })),
          );
          const chunks: JsonObject[] = queues.map((queue) => calls(queue.shift() ?? {}));
          for (const pick of how.order) {
            const open = queues.filter((queue) => queue.length > 0);
            const next = open[pick % Math.max(1, open.length)]?.shift();
            if (!next) break;
            chunks.push(calls(next));
          }
          const { calls: got } = accumulate(chunks);
          assert.deepEqual(
            got.map(({ id, name, arguments: input }) => ({ id, name, input })),
            wanted.map(({ name, input }, at) => ({ id: `id-${at}`, name, input })),
          );
        }),
        { numRuns: 300 },
      );
    });

    it('never throws, and gives valid calls, whatever the chunks hold', () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(junkCall(), junkChunk()), { maxLength: 8 }), (chunks) => {
          const { calls: got } = accumulate(chunks, { usedIds: ['c1'] });
          assert.equal(new Set(got.map(({ id }) => id)).size, got.length);
          for (const call of got) {
            assert.ok(call.name !== '' && call.id !== '' && call.id !== 'c1');
            assert.ok(typeof call.arguments === 'object' && !Array.isArray(call.arguments));
          }
        }),
        { numRuns: 500 },
      );
    });

    it('reads a long call whose name is repeated in every chunk in time that grows with its length only', () => {
      const spentMs = (lines: number) => {
        const text = JSON.stringify({ path: 'a.ts', content: 'const a = { b: 1 };\n'.repeat(lines) });
        const chunks = (text.match(/[\s\S]{1,8}/g) ?? []).map((piece) =>
          calls({ index: 0, id: 'c1', function: fn('read_file', piece) }),
        );
        const startMs = performance.now();
        assert.equal(accumulate(chunks).calls.length, 1);
        return performance.now() - startMs;
      };
      spentMs(200);
      // Whoever looked at all of it for each chunk would take a hundred times as long for ten times as much.
      const [short, long] = [spentMs(2_000), spentMs(20_000)];
      assert.ok(long < 30 * short + 500, `${short} ms, then ${long} ms`);
    });

    it('replaces an id that the conversation has used', () => {
      const chunk = calls({ index: 0, id: 'call_0', function: fn('search', '{}') });
      assert.equal(accumulate([chunk], { usedIds: ['call_0'] }).calls[0]?.id, 'minted-1');
      assert.equal(accumulate([chunk]).calls[0]?.id, 'call_0');
    });

    it('marks a call as cut off when the length limit ended it', () => {
      const { calls: got, finish } = accumulate([
        calls({ index: 0, id: 'c1', function: fn('search', '{}') }),
        calls({ index: 1, id: 'c2', function: fn('read_file', '{"path":"a') }),
        delta({}, 'length'),
      ]);
      assert.deepEqual(
        got.map(({ arguments: input, problem }) => [input, problem]),
        [
          [{}, undefined],
          [{}, { reason: 'cut_off', raw: '{"path":"a' }],
        ],
      );
      assert.equal(finish.reason, 'length');
    });

    it('marks a call without any arguments as cut off when the length limit or a closed connection ended it', () => {
      const begun = calls({ index: 0, id: 'c1', function: fn('read_file', '') });
      assert.equal(accumulate([begun, delta({}, 'length')]).calls[0]?.problem?.reason, 'cut_off');
      assert.equal(accumulate([begun], { end: 'closed' }).calls[0]?.problem?.reason, 'cut_off');
    });

    it('takes the last call for cut off when a limit ended the answer, although it reads as a whole', () => {
      const whole = calls({ index: 0, id: 'c1', function: fn('read_file', '{"path":"a.ts"}') });
      for (const reason of ['length', 'content_filter']) {
        assert.deepEqual(accumulate([whole, delta({}, reason)]).calls[0]?.problem, {
          reason: 'cut_off',
          raw: '{"path":"a.ts"}',
        });
      }
      // Servers that say nothing at the end are no reason to doubt.
      assert.equal(accumulate([whole], { end: 'closed' }).calls[0]?.problem, undefined);
    });

    it('marks arguments of another kind as invalid instead of leaving them out', () => {
      for (const input of [['a.ts'], 7, true]) {
        const { calls: got } = accumulate([calls({ index: 0, id: 'c', function: fn('search', input) })]);
        assert.deepEqual(got[0]?.problem, { reason: 'invalid_json', raw: JSON.stringify(input) });
      }
    });

    it('marks arguments that are no object as invalid', () => {
      for (const text of ['[1]', '"x"', '7', '{"a":1', '{"a":1} and more', 'path=a']) {
        const { calls: got } = accumulate([
          calls({ index: 0, id: 'c', function: fn('search', text) }),
          delta({}, 'stop'),
        ]);
        assert.deepEqual(got[0]?.problem, { reason: 'invalid_json', raw: text });
        assert.deepEqual(got[0].arguments, {});
      }
    });

    it('keeps unknown fields of a call for the server that sent them', () => {
      const { calls: got } = accumulate([
        calls({
          index: 0,
          id: 'c',
          function: fn('search', ''),
          extra_content: { google: { thought_signature: 'sig' } },
        }),
        calls({ index: 0, function: fn(undefined, '{}') }),
      ]);
      assert.deepEqual(got[0]?.extra, {
        endpoint: 'openai',
        model: 'm',
        fields: { extra_content: { google: { thought_signature: 'sig' } } },
      });
    });
  });

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

/** A text cut at the given places. */
function fragments(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...new Set(cuts.map((cut) => cut % (text.length + 1))), text.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

function junkCall() {
  const text = fc.constantFrom('', '{', '}', '{"a":1}', '"', 'null', '[]', '{}{}', '\\', '{"a":"}"}');
  const value = fc.oneof(text, fc.constant(null), fc.constant(undefined), fc.constant({ a: 1 }), fc.integer());
  return fc
    .record({
      index: fc.oneof(fc.nat(2), fc.constant(undefined), fc.constant(null)),
      id: fc.constantFrom('c1', 'c2', '', null, undefined),
      function: fc.oneof(
        fc.constant(null),
        fc.record({ name: fc.constantFrom('search', 'x', '', null), arguments: value }),
      ),
    })
    .map((call) => calls(call));
}

function junkChunk() {
  const junk = fc.jsonValue({ maxDepth: 3 });
  return fc.oneof(
    junk.map((value) => ({ choices: value })),
    junk.map((value) => ({ choices: [{ delta: value, finish_reason: value }], usage: value })),
    junk.map((value) => delta({ content: value, tool_calls: value, reasoning: value, refusal: value })),
  );
}
