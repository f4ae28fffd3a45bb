import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AgentFault } from '../../../../src/core/agents/agentFault';
import { parseAgentFile } from '../../../../src/core/agents/agentFile';

const GOOD = `---
name: security
description: Finds weaknesses.
tools: ['read', search, "github/*"]
model: gpt-4o
handoffs:
  - label: Fix it
    agent: dev
    prompt: Repair what was found.
    send: false
agents: [qa, '*']
argument-hint: what to check
---

You look for weaknesses.
`;

/** Each fault with the text that it stands on. */
const shown = (text: string, faults: readonly AgentFault[]) =>
  faults.map(
    ({ reason, severity, span }) => `${severity} ${reason} at ${JSON.stringify(text.slice(span.start, span.end))}`,
  );

function faultsOf(header: string, body = 'Do it.'): string[] {
  const text = `---\n${header}\n---\n${body}\n`;
  return shown(text, parseAgentFile(text, 'x.agent.md').faults);
}

describe('an agent file', () => {
  it('gives name, description, tools, model, handoffs, agents and the body as prompt', () => {
    const { file, faults } = parseAgentFile(GOOD, 'other.agent.md');
    assert.deepEqual(faults, []);
    assert.ok(file);
    assert.equal(file.name, 'security');
    assert.equal(GOOD.slice(file.nameSpan.start, file.nameSpan.end), 'security');
    assert.equal(file.description, 'Finds weaknesses.');
    assert.equal(file.model, 'gpt-4o');
    assert.equal(file.prompt, 'You look for weaknesses.');
    assert.deepEqual(
      file.tools?.map(({ text, span }) => [text, GOOD.slice(span.start, span.end)]),
      [
        ['read', "'read'"],
        ['search', 'search'],
        ['github/*', '"github/*"'],
      ],
    );
    assert.deepEqual(
      file.agents?.map(({ text }) => text),
      ['qa', '*'],
    );
    assert.deepEqual(
      file.handoffs?.map(({ agent, label, prompt }) => [agent.text, label, prompt]),
      [['dev', 'Fix it', 'Repair what was found.']],
    );
  });

  it('reads the same with Windows line endings and a byte order mark, at the right places', () => {
    const text = `\uFEFF${GOOD.replaceAll('\n', '\r\n')}`;
    const { file, faults } = parseAgentFile(text, 'x.agent.md');
    assert.deepEqual(faults, []);
    assert.equal(file?.prompt, 'You look for weaknesses.');
    assert.equal(text.slice(file.nameSpan.start, file.nameSpan.end), 'security');
  });

  it('takes its name from the file where the header gives none, and needs no header at all', () => {
    const { file, faults } = parseAgentFile('Just a prompt.', 'my helper.agent.md');
    assert.equal(file?.name, 'my helper');
    assert.equal(file.prompt, 'Just a prompt.');
    assert.equal(file.tools, undefined);
    assert.deepEqual(shown('Just a prompt.', faults), ['warning description.missing at "Just a prompt."']);
  });

  it('takes tools between commas, the first of several models, and an empty list for no tools', () => {
    const parse = (header: string) => parseAgentFile(`---\ndescription: d\n${header}\n---\np`, 'a.agent.md').file;
    assert.deepEqual(
      parse('tools: read, search')?.tools?.map(({ text }) => text),
      ['read', 'search'],
    );
    assert.equal(parse('model: [first, second]')?.model, 'first');
    assert.deepEqual(parse('tools: []')?.tools, []);
    assert.deepEqual(parse('tools:')?.tools, []);
    assert.deepEqual(parse('handoffs: []')?.handoffs, []);
  });

  it('keeps dashes of the body in the body', () => {
    assert.equal(parseAgentFile('---\ndescription: d\n---\na\n---\nb\n', 'x.agent.md').file?.prompt, 'a\n---\nb');
  });

  const faulty: [what: string, header: string, expected: string[]][] = [
    ['broken YAML', 'description: d\ntools: [read', ['error syntax at "d"']],
    ['a list in place of keys', '- a\n- b', ['error front_matter.not_a_map', 'warning description.missing']],
    ['a key twice', 'description: a\ndescription: b', ['error syntax at "d']],
    ['a name that is a number', 'name: 42\ndescription: d', ['error value.not_text at "42"']],
    ['a name without a letter', 'name: "!!"\ndescription: d', ['error name.invalid at "\\"!!\\""']],
    ['the name of a role', 'name: Router\ndescription: d', ['error name.reserved at "Router"']],
    ['a name that is too long', `name: ${'a'.repeat(53)}\ndescription: d`, ['error name.too_long at "aaa']],
    ['tools as a map', 'description: d\ntools: { read: true }', ['error value.not_text_list at "{ read: true }"']],
    ['a tool that is no text', 'description: d\ntools: [read, 7]', ['error value.not_text_list at "7"']],
    ['handoffs as names', 'description: d\nhandoffs: [qa]', ['error handoff.not_an_object at "qa"']],
    ['a handoff to nobody', 'description: d\nhandoffs:\n  - label: Go', ['error value.missing at "label: Go']],
    [
      'a handoff whose send is no boolean',
      'description: d\nhandoffs: [{ label: Go, agent: qa, send: soon }]',
      ['error value.not_boolean at "soon"'],
    ],
    ['a key that nobody knows', 'description: d\ntool: [read]', ['info key.unknown at "tool"']],
  ];
  for (const [what, header, expected] of faulty) {
    it(`with ${what} says so at the place`, () => {
      const faults = faultsOf(header);
      assert.equal(faults.length, expected.length, faults.join('; '));
      for (const [index, start] of expected.entries())
        assert.ok(faults[index]?.startsWith(start.replace(/"$/, '')), faults.join('; '));
    });
  }

  it('is not used with an error, and is used with anything less', () => {
    assert.equal(parseAgentFile('---\nname: 42\n---\np', 'x.agent.md').file, undefined);
    assert.ok(parseAgentFile('---\ntool: x\n---\np', 'x.agent.md').file);
  });

  it('needs a prompt, and a header that ends', () => {
    assert.deepEqual(faultsOf('description: d', '  '), ['error prompt.empty at "---"']);
    const open = '---\nname: a\nprompt';
    assert.deepEqual(shown(open, parseAgentFile(open, 'x.agent.md').faults), ['error front_matter.unclosed at "---"']);
    assert.equal(parseAgentFile('', 'x.agent.md').file, undefined);
    assert.deepEqual(
      parseAgentFile('x'.repeat(200_001), 'x.agent.md').faults.map(({ reason }) => reason),
      ['file.too_long'],
    );
  });

  it('stands aliases that name nothing and those that name much', () => {
    assert.ok(faultsOf('description: *nothing').some((fault) => fault.startsWith('error syntax')));
    const { file } = parseAgentFile('---\nname: &n helper\ndescription: *n\n---\np', 'x.agent.md');
    assert.equal(file?.description, 'helper');
  });

  it('never throws, and every fault lies within the text', () => {
    const line = fc.constantFrom(
      '---',
      'name: a',
      'tools: [',
      'tools:',
      '  - x',
      '- {',
      'handoffs:',
      '&a *b',
      ': :',
      '"',
      '\u0000',
      'é: ü',
      '!!binary x',
      '%YAML 1.2',
      '...',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const text = `---${eol}${lines.join(eol)}${eol}---${eol}p`;
        for (const { span } of parseAgentFile(text, 'x.agent.md').faults) {
          assert.ok(
            span.start >= 0 && span.end > span.start && span.start <= text.length,
            JSON.stringify({ text, span }),
          );
        }
      }),
    );
  });
});
