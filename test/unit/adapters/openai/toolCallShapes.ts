import type { JsonObject } from '../../../../src/adapters/openai/json';
import { calls, delta, fn } from './wireFixture';

const A = ['read_file', { path: 'a.ts' }] as const;
const B = ['read_file', { path: 'b.ts' }] as const;
const S = ['search_text', { query: 'x' }] as const;

/** Shapes of tool calls: what the server streams, and the calls that it means. */
export const SHAPES: { name: string; chunks: JsonObject[]; means: (readonly [string, unknown])[] }[] = [
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
