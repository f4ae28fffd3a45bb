import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../../../../src/adapters/openai/json';
import { SHAPES } from './toolCallShapes';
import { accumulate, calls, delta, fn, fragments } from './wireFixture';

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
});

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
