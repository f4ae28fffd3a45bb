import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseAgentTeamFile } from '../../../../src/core/agents/agentTeamFile';

const GOOD = {
  agents: {
    dev: {
      on: [
        {
          topic: 'file.saved',
          where: { files: ['src/**/*.ts'] },
          debounceMs: 500,
          maxPerMinute: 4,
          prompt: 'Check it.',
        },
      ],
      limits: { maxTurns: 5, maxTokens: 20_000, timeoutSeconds: 90 },
      modelOptions: { temperature: 0.2, maxOutputTokens: 800 },
    },
    'Security Reviewer': {},
  },
};

const BAD: [what: string, entry: unknown, place: string][] = [
  ['a limit that is no number', { limits: { maxTurns: 'many' } }, '"many"'],
  ['a limit of nothing', { limits: { maxTurns: 0 } }, '0'],
  ['an unknown field', { limit: {} }, '"limit"'],
  ['a reaction without a prompt', { on: [{ topic: 'file.saved' }] }, '{"topic":"file.saved"}'],
  ['a malformed topic', { on: [{ topic: 'file saved', prompt: 'x' }] }, '"file saved"'],
  ['a temperature beyond its range', { modelOptions: { temperature: 3 } }, '3'],
  ['no object', 7, '7'],
];

describe('agent-team.json', () => {
  it('gives what it says of each agent', () => {
    const { entries, faults } = parseAgentTeamFile(JSON.stringify(GOOD));
    assert.deepEqual(faults, []);
    assert.deepEqual(Object.fromEntries(entries.map(({ name, extras }) => [name, extras])), GOOD.agents);
  });

  for (const [what, entry, place] of BAD) {
    it(`with ${what} leaves out that entry only, and says where`, () => {
      const text = JSON.stringify({ agents: { bad: entry, good: { limits: { maxTurns: 3 } } } });
      const { entries, faults } = parseAgentTeamFile(text);
      assert.deepEqual(
        entries.map(({ name }) => name),
        ['good'],
      );
      assert.deepEqual(
        faults.map(({ span, severity }) => [severity, text.slice(span.start, span.end)]),
        [['error', place]],
      );
    });
  }

  it('counts for nothing with a syntax error, which stands at its place', () => {
    for (const text of ['{ "agents": { "dev": { } }', '', '{"agents":{"dev":{},}}', '// no\n{"agents":{}}']) {
      const { entries, faults } = parseAgentTeamFile(text);
      assert.deepEqual(entries, []);
      assert.ok(faults.length > 0, text);
      assert.ok(faults.every(({ reason }) => reason === 'syntax'));
    }
  });

  it('needs an object of agents, knows $schema, and takes the first of two entries of one name', () => {
    assert.equal(parseAgentTeamFile('[]').faults[0]?.reason, 'value.invalid');
    assert.equal(parseAgentTeamFile('{"agents":[]}').faults[0]?.reason, 'value.invalid');
    assert.deepEqual(parseAgentTeamFile('{"$schema":"x","agents":{}}').faults, []);
    const { entries, faults } = parseAgentTeamFile('{"agents":{"a":{"limits":{"maxTurns":1}},"a":{}}}');
    assert.deepEqual(
      entries.map(({ extras }) => extras),
      [{ limits: { maxTurns: 1 } }],
    );
    assert.deepEqual(
      faults.map(({ reason }) => reason),
      ['agent.defined_twice'],
    );
  });

  it('takes a name for a name, be it __proto__', () => {
    const { entries } = parseAgentTeamFile('{"agents":{"__proto__":{"limits":{"maxTurns":2}},"constructor":{}}}');
    assert.deepEqual(
      entries.map(({ name, extras }) => [name, extras]),
      [
        ['__proto__', { limits: { maxTurns: 2 } }],
        ['constructor', {}],
      ],
    );
  });

  it('has a schema for editors that accepts and refuses the same', () => {
    const schema = z.fromJSONSchema(
      JSON.parse(readFileSync('schemas/agent-team.schema.json', 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
    );
    assert.ok(schema.safeParse(GOOD).success);
    assert.ok(schema.safeParse({ $schema: 'x', ...GOOD }).success);
    for (const [what, entry] of BAD) {
      assert.equal(schema.safeParse({ agents: { bad: entry } }).success, false, what);
    }
  });
});
