import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAgentFile } from '../../../../src/core/agents/agentFile';
import { standInFile, withTools } from '../../../../src/core/agents/agentFileEdit';
import { isFailure } from '../../../../src/core/failure';

const body = '\nLook for weaknesses.\n';

describe('the tools of an agent file', () => {
  for (const [what, before, tools, after] of [
    [
      'a list in brackets',
      'name: a\ntools: [read] # few\nmodel: m\n',
      ['read', 'x'],
      'name: a\ntools: [read, x] # few\nmodel: m\n',
    ],
    ['a list of lines', 'tools:\n  - read\n  - search\nname: a\n', ['edit'], 'tools:\n  - edit\nname: a\n'],
    [
      'a list of lines that gets longer',
      'name: a\ntools:\n- read\n',
      ['read', 'edit'],
      'name: a\ntools:\n- read\n- edit\n',
    ],
    ['a list of lines that gets empty', 'tools:\n  - read\nname: a\n', [], 'tools:\n  []\nname: a\n'],
    ['a text', 'tools: read, search\nname: a\n', ['read'], 'tools: [read]\nname: a\n'],
    ['nothing', 'tools:\nname: a\n', ['read'], 'tools: [read]\nname: a\n'],
    ['no key', 'name: a # the name\n', ['read'], 'name: a # the name\ntools: [read]\n'],
  ] as const) {
    it(`take the place of ${what}, and nothing else changes`, () => {
      assert.equal(withTools(`---\n${before}---\n${body}`, tools), `---\n${after}---\n${body}`);
    });
  }

  it('get a header where there is none, after a byte order mark, with the line endings of the file', () => {
    assert.equal(withTools('\uFEFFLook.\r\n', ['read']), '\uFEFF---\r\ntools: [read]\r\n---\r\n\r\nLook.\r\n');
    assert.equal(withTools('---\r\nname: a\r\n---\r\nx', ['a']), '---\r\nname: a\r\ntools: [a]\r\n---\r\nx');
  });

  it('are not written into a header that can not be read', () => {
    for (const text of ['---\nname: a\n', `---\nname: [\n---\n${body}`, `---\n- a\n---\n${body}`])
      assert.ok(isFailure(withTools(text, ['read'])), text);
  });

  it('read as they were chosen, whatever they are called (property)', () => {
    const names = fc.array(
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((name) => name.trim() === name),
      {
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(names, fc.constantFrom('tools: [x]', 'tools:\n  - x\n  - y', 'tools:', 'name: b'), (tools, line) => {
        const edited = withTools(`---\ndescription: d\n${line}\n---\n${body}`, tools);
        assert.ok(!isFailure(edited));
        const { file, faults } = parseAgentFile(edited, 'a.agent.md');
        assert.ok(file);
        assert.deepEqual(
          file.tools?.map(({ text }) => text),
          tools,
        );
        assert.deepEqual([file.description, file.prompt, faults], ['d', body.trim(), []]);
      }),
    );
  });

  it('come with name, description and prompt in a file that stands in for a built-in agent', () => {
    const spec = { name: 'qa', description: 'Reviews: "all" of it.', prompt: 'Be strict.\n' };
    const { file, faults } = parseAgentFile(standInFile(spec, ['read', 'server/*']), 'qa.agent.md');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      { ...file, tools: file?.tools?.map(({ text }) => text), nameSpan: undefined },
      {
        name: 'qa',
        description: spec.description,
        prompt: 'Be strict.',
        tools: ['read', 'server/*'],
        nameSpan: undefined,
      },
    );
  });
});
