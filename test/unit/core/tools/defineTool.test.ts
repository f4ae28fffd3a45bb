import assert from 'node:assert/strict';
import * as z from 'zod';
import { UserError } from '../../../../src/core/failure';
import { defineTool, toolFromDefinition } from '../../../../src/core/tools/defineTool';
import type { ToolContext } from '../../../../src/core/tools/tool';
import { ToolRegistry } from '../../../../src/core/tools/toolRegistry';

const context: ToolContext = { signal: new AbortController().signal, runId: 'r', agent: 'qa', callId: 'c' };

const sample = defineTool({
  name: 'sample',
  description: 'A sample.',
  input: z.object({
    path: z.string(),
    startLine: z.int().min(1).optional(),
    deep: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    scope: z.enum(['a', 'b']).optional(),
  }),
  effect: 'read',
  aliases: { file: 'path' },
  title: ({ path }) => path,
  run: (input) => Promise.resolve({ text: JSON.stringify(input) }),
});

const parsed = (input: unknown) => {
  const result = sample.parse(input);
  return result.ok ? result.value : result.problem;
};

describe('defineTool', () => {
  it('gives models a plain JSON Schema', () => {
    assert.deepEqual(sample.inputSchema, {
      type: 'object',
      properties: {
        path: { type: 'string' },
        startLine: { type: 'integer', minimum: 1 },
        deep: { type: 'boolean' },
        tags: { type: 'array', items: { type: 'string' } },
        scope: { type: 'string', enum: ['a', 'b'] },
      },
      required: ['path'],
    });
  });

  const harmless: [what: string, input: unknown, expected: unknown][] = [
    ['a numeral', { path: 'a', startLine: '12' }, { path: 'a', startLine: 12 }],
    ['null for absent', { path: 'a', startLine: null, tags: null }, { path: 'a' }],
    ['snake case', { path: 'a', start_line: 3 }, { path: 'a', startLine: 3 }],
    ['another name', { file: 'a' }, { path: 'a' }],
    ['the right name beside another one', { file: 'b', path: 'a' }, { path: 'a' }],
    ['a boolean as text', { path: 'a', deep: 'True' }, { path: 'a', deep: true }],
    ['one item for a list', { path: 'a', tags: 'x' }, { path: 'a', tags: ['x'] }],
    ['a list as JSON', { path: 'a', tags: '["x","y"]' }, { path: 'a', tags: ['x', 'y'] }],
    ['the whole input as JSON', '{"path":"a"}', { path: 'a' }],
    ['a number for text', { path: 7 }, { path: '7' }],
    ['unknown fields', { path: 'a', explanation: 'because' }, { path: 'a' }],
  ];
  for (const [what, input, expected] of harmless) {
    it(`takes ${what}`, () => assert.deepEqual(parsed(input), expected));
  }

  const wrong: [input: unknown, why: RegExp][] = [
    [
      {},
      /^Invalid input for sample: `path` is missing\. Expected \{ path: string, startLine\?: integer, .*scope\?: "a" \| "b" \}\.$/,
    ],
    [{ path: 'a', startLine: 0 }, /`startLine`: .*>=1/],
    [{ path: 'a', startLine: 'twelve' }, /`startLine`/],
    [{ path: 'a', scope: 'c' }, /`scope`/],
    [[], /Expected/],
    ['path', /Expected/],
    [{ path: { a: 1 } }, /`path`/],
  ];
  for (const [input, why] of wrong) {
    it(`says what is wrong with ${JSON.stringify(input)}`, () => assert.match(String(parsed(input)), why));
  }

  it('does not run with input that is wrong', async () => {
    const result = await sample.run({ startLine: 1 }, context);
    assert.equal(result.reason, 'tool.invalid_input');
  });

  it('has a title also for input that is wrong', () => {
    assert.equal(sample.title({ path: 'a.ts' }), 'sample a.ts');
    assert.equal(sample.title('nonsense'), 'sample');
  });
});

describe('toolFromDefinition', () => {
  const definition = {
    name: 'weather',
    description: 'Tells the weather.',
    inputSchema: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
      required: ['city'],
    },
    effect: 'read' as const,
    run: (input: unknown) => Promise.resolve(JSON.stringify(input)),
  };

  it('validates by its JSON Schema and passes on what fits', async () => {
    const tool = toolFromDefinition(definition);
    assert.deepEqual(tool.parse({ city: 'Rome', days: '2' }), { ok: true, value: { city: 'Rome', days: 2 } });
    const bad = tool.parse({ days: 0 });
    assert.match(
      bad.ok ? '' : bad.problem,
      /`city` is missing; `days`: .*Expected \{ city: string, days\?: integer \}/,
    );
    assert.deepEqual(await tool.run({ city: 'Rome' }, context), { text: '{"city":"Rome"}' });
  });

  it('makes results of errors, exceptions and nonsense', async () => {
    const runOf = (run: () => unknown) =>
      toolFromDefinition({ ...definition, run: run as typeof definition.run }).run({}, context);
    assert.equal((await runOf(() => Promise.reject(new Error('no network')))).text, 'weather failed: no network');
    assert.equal((await runOf(() => Promise.resolve({ text: 'cloudy', isError: true }))).reason, 'tool.failed');
    assert.equal((await runOf(() => Promise.resolve(undefined))).reason, 'tool.invalid_result');
    const cancelled = { ...context, signal: AbortSignal.abort() };
    const thrown = toolFromDefinition({ ...definition, run: () => Promise.reject(new Error('aborted')) });
    assert.equal((await thrown.run({}, cancelled)).reason, 'cancelled');
  });

  it('takes all of JSON Schema, checks what it can, and gives models the schema as it is', () => {
    const conditions = {
      if: { properties: { city: { const: 'Rome' } } },
      then: { required: ['days'] },
      not: { required: ['country'] },
      dependentRequired: { days: ['city'] },
      unevaluatedProperties: false,
    };
    const inputSchema = { ...definition.inputSchema, ...conditions };
    const tool = toolFromDefinition({ ...definition, inputSchema });
    assert.equal(tool.inputSchema, inputSchema);
    assert.deepEqual(tool.parse({ city: 'Rome' }), { ok: true, value: { city: 'Rome' } });
    assert.equal(tool.parse({ city: 7.5, days: 'x' }).ok, false);
  });

  it('refuses nothing because alternatives differ only by what it can not check', () => {
    const properties = {
      days: { type: 'integer' },
      city: { oneOf: [{ type: 'string', not: { const: 'here' } }, { const: 'here' }] },
      there: { oneOf: [{ $ref: 'https://example.com/schema.json' }, { type: 'string' }], anyOf: [{ type: 'string' }] },
    };
    const oneOf = [{ not: { required: ['days'] } }, { required: ['days', 'city'] }];
    const tool = toolFromDefinition({ ...definition, inputSchema: { type: 'object', properties, oneOf } });
    for (const input of [{}, { days: 1, city: 'here' }, { city: 'Rome' }, { there: 'x' }]) {
      assert.deepEqual(tool.parse(input), { ok: true, value: input });
    }
    assert.equal(tool.parse({ city: ['Rome', 7] }).ok, false);
  });

  it('follows definitions of older drafts, and takes anything where a reference leads elsewhere', () => {
    const inputSchema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      definitions: { days: { type: 'integer', not: { const: 0 } } },
      properties: {
        days: { $ref: '#/definitions/days' },
        list: { type: 'array', items: { $ref: '#/definitions/days' } },
        there: { $ref: 'https://example.com/schema.json' },
        if: { type: 'string' },
      },
      required: ['if'],
    };
    const tool = toolFromDefinition({ ...definition, inputSchema });
    assert.equal(tool.parse({ days: 1, list: [1], there: [], if: 'x' }).ok, true);
    for (const input of [{ days: true, if: 'x' }, { list: [true], if: 'x' }, { days: 1 }]) {
      assert.equal(tool.parse(input).ok, false, JSON.stringify(input));
    }
  });

  it('refuses a schema that can not be used', () => {
    assert.throws(() => toolFromDefinition({ ...definition, inputSchema: { type: 'nonsense' } }), TypeError);
  });
});

describe('ToolRegistry', () => {
  const named = (name: string) => ({ ...sample, name });

  it('asks further sources at each use, behind what is registered', () => {
    const registry = new ToolRegistry();
    const own = named('one');
    registry.add(own);
    let theirs = [named('one'), named('two')];
    const source = registry.addSource({
      get: (name) => theirs.find((tool) => tool.name === name),
      list: () => theirs,
    });
    assert.equal(registry.get('one'), own);
    assert.deepEqual(
      registry.list().map(({ name }) => name),
      ['one', 'two'],
    );
    assert.equal(registry.isRegistered('two'), false);
    theirs = [named('three')];
    assert.equal(registry.get('two'), undefined);
    assert.equal(registry.get('three'), theirs[0]);
    source.dispose();
    assert.equal(registry.get('three'), undefined);
    registry.add(named('three'));
  });

  it('lists tools in order until they are disposed, and tells of each change', () => {
    const registry = new ToolRegistry();
    let changes = 0;
    registry.onDidChange(() => (changes += 1));
    const first = registry.add(named('one'), named('two'));
    registry.add(named('three'));
    assert.deepEqual(
      registry.infos().map(({ name }) => name),
      ['one', 'two', 'three'],
    );
    first.dispose();
    first.dispose();
    assert.deepEqual(
      registry.list().map(({ name }) => name),
      ['three'],
    );
    assert.equal(changes, 3);
  });

  it('refuses names that are taken or reserved, and then adds nothing', () => {
    const registry = new ToolRegistry();
    registry.add(named('one'));
    const reasonOf = (names: string[]) => {
      try {
        registry.add(...names.map(named));
        return 'added';
      } catch (error) {
        return error instanceof UserError ? error.reason : String(error);
      }
    };
    assert.equal(reasonOf(['new', 'one']), 'tool.name_taken');
    assert.equal(reasonOf(['twice', 'twice']), 'tool.name_taken');
    assert.equal(reasonOf(['transfer_to_dev']), 'tool.name_invalid');
    assert.equal(reasonOf(['submit_plan']), 'tool.name_invalid');
    assert.equal(reasonOf(['with blank']), 'tool.name_invalid');
    assert.deepEqual(
      registry.list().map(({ name }) => name),
      ['one'],
    );
  });

  it('does not remove the tool that took over a name', () => {
    const registry = new ToolRegistry();
    const old = registry.add(named('one'));
    old.dispose();
    registry.add(named('one'));
    old.dispose();
    assert.ok(registry.get('one'));
  });

  it('tells every listener, also after one that throws', () => {
    const registry = new ToolRegistry();
    let told = false;
    registry.onDidChange(() => {
      throw new Error('broken');
    });
    registry.onDidChange(() => (told = true));
    assert.throws(() => registry.add(named('one')), AggregateError);
    assert.equal(told, true);
    assert.ok(registry.get('one'));
  });
});
