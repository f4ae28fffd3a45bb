import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAgentFile } from '../../../../../src/core/agents/agentFile';
import { convertSources } from '../../../../../src/core/agents/import/convert';
import type { ImportedAgent, ImportedSection, ImportItem } from '../../../../../src/core/agents/import/importItem';
import { planImport } from '../../../../../src/core/agents/import/importPlan';

function only(path: string, text: string): ImportItem {
  const { items, faults } = convertSources([{ path, text }]);
  assert.deepEqual(faults, []);
  assert.equal(items.length, 1);
  return items[0] as ImportItem;
}

const agentIn = (path: string, text: string) => only(path, text) as ImportedAgent;
const sectionIn = (path: string, text: string) => only(path, text) as ImportedSection;
const faultsIn = (path: string, text: string) =>
  convertSources([{ path, text }]).faults.map(({ reason, detail }) => (detail === '' ? reason : `${reason} ${detail}`));

const ROO = `customModes:
  - slug: docs-writer
    name: "📝 Docs writer"
    roleDefinition: >-
      You write documentation. You are brief.
    whenToUse: For documentation only.
    customInstructions: |-
      Keep headings short.
    groups:
      - read
      - - edit
        - fileRegex: \\.mdx?$
          description: Markdown only
      - command
      - browser
      - mcp
  - slug: architect
    name: Architect
    roleDefinition: You plan.
    groups: [read]
`;

describe('Import of modes of Roo', () => {
  it('makes an agent of each, with our groups, and tells what is left out', () => {
    const { items, faults } = convertSources([{ path: '.roomodes', text: ROO }]);
    assert.deepEqual(faults, []);
    assert.deepEqual(items, [
      {
        kind: 'agent',
        source: '.roomodes',
        name: 'docs-writer',
        description: 'For documentation only.',
        prompt:
          'You write documentation. You are brief.\n\nKeep headings short.\n\nEdit only files whose path matches the regular expression `\\.mdx?$` (Markdown only).',
        tools: ['read', 'search', 'edit', 'execute'],
        notes: [
          { reason: 'files.as_text', values: ['\\.mdx?$'] },
          { reason: 'tools.left_out', values: ['browser'] },
          { reason: 'mcp.left_out', values: [] },
        ],
      },
      {
        kind: 'agent',
        source: '.roomodes',
        name: 'architect',
        description: 'You plan.',
        prompt: 'You plan.',
        tools: ['read', 'search'],
        notes: [],
      },
    ]);
  });

  it('reads JSON too', () => {
    const text = JSON.stringify({ customModes: [{ slug: 'a', name: 'A', roleDefinition: 'You do.', groups: [] }] });
    const { name, tools } = agentIn('.roomodes', text);
    assert.deepEqual([name, tools], ['a', []]);
  });

  it('says what is wrong, and keeps the modes that are right', () => {
    assert.match(faultsIn('.roomodes', 'customModes: [').join(), /^syntax /);
    assert.deepEqual(faultsIn('.roomodes', 'other: 1'), ['modes.none']);
    assert.deepEqual(faultsIn('.roomodes', 'customModes: 3'), ['modes.none']);
    const text = 'customModes:\n  - name: x\n  - slug: right\n    roleDefinition: You do.\n  - slug: empty\n  - 7\n';
    const { items, faults } = convertSources([{ path: '.roomodes', text }]);
    assert.deepEqual(
      items.map((item) => item.kind === 'agent' && item.name),
      ['right'],
    );
    assert.deepEqual(
      faults.map(({ reason, detail }) => `${reason} ${detail}`),
      ['mode.invalid 1: slug', 'mode.invalid 3', 'mode.invalid 4: '],
    );
  });

  it('does not follow YAML that grows without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [now, before] of ['ba', 'cb', 'dc', 'ed'].map((pair) => pair.split('') as [string, string])) {
      bomb.push(`${now}: &${now} [${Array<string>(10).fill(`*${before}`).join(', ')}]`);
    }
    assert.match(faultsIn('.roomodes', `${bomb.join('\n')}\ncustomModes: *e`).join(), /^syntax /);
  });
});

describe('Import of rules and instructions', () => {
  it('takes Cursor rules by when they count', () => {
    const always = sectionIn('.cursor/rules/code-style.mdc', '---\nalwaysApply: true\n---\nUse tabs.');
    assert.deepEqual([always.title, always.body, always.scope, always.notes], ['Code style', 'Use tabs.', [], []]);
    // This header is no YAML, and what Cursor writes.
    const scoped = sectionIn(
      '.cursor/rules/api.mdc',
      '---\ndescription: \nglobs: *.ts,src/**/*.{js,jsx}\nalwaysApply: false\n---\nSee [the guide](mdc:docs/guide.md).',
    );
    assert.deepEqual(scoped.scope, ['*.ts', 'src/**/*.{js,jsx}']);
    assert.equal(scoped.body, 'See [the guide](docs/guide.md).');
    assert.deepEqual(scoped.notes, [{ reason: 'scope.as_text', values: scoped.scope }]);
    const asked = sectionIn(
      '.cursor/rules/sql.mdc',
      '---\ndescription: Migrations\nalwaysApply: false\n---\nNever drop.',
    );
    assert.equal(asked.body, 'When it is about this: Migrations\n\nNever drop.');
    const manual = sectionIn('.cursor/rules/odd.mdc', '---\nalwaysApply: false\n---\nOnly when named.');
    assert.deepEqual(manual.notes, [{ reason: 'applied.by_hand', values: [] }]);
  });

  it('takes rules of Cline, of Cursor and of Copilot as they are', () => {
    assert.equal(sectionIn('.clinerules', 'Be brief.').title, 'Rules');
    assert.equal(sectionIn('.clinerules/01-coding.md', '# Coding\nBe brief.').title, '01 coding');
    assert.equal(sectionIn('.cursorrules', 'Be brief.').title, 'Rules');
    assert.equal(sectionIn('.github/copilot-instructions.md', 'Be brief.').title, 'Instructions');
    const scoped = sectionIn(
      '.github/instructions/ts.instructions.md',
      "---\napplyTo: '**/*.ts,**/*.tsx'\n---\nNo any.",
    );
    assert.deepEqual(scoped.scope, ['**/*.ts', '**/*.tsx']);
    const all = sectionIn('.github/instructions/all.instructions.md', "---\napplyTo: '**'\n---\nNo any.");
    assert.deepEqual([all.scope, all.notes], [[], []]);
    assert.deepEqual(sectionIn('.clinerules/web.md', '---\npaths:\n  - web/**\n---\nNo jQuery.').scope, ['web/**']);
  });

  it('tells what gives nothing', () => {
    assert.deepEqual(faultsIn('.cursorrules', ' \n'), ['file.empty']);
    assert.deepEqual(faultsIn('.cursor/rules/a.mdc', '---\nglobs: a\n---\n'), ['file.empty']);
    assert.deepEqual(faultsIn('src/a.ts', 'x'), ['file.unknown']);
    assert.deepEqual(faultsIn('.cursorrules', 'x'.repeat(200_001)), ['file.too_long']);
  });
});

describe('Import of prompts and chat modes', () => {
  it('makes agents of them, with tools by our groups, and keeps those of servers', () => {
    const text = `---
description: Plans work
tools: ['codebase', 'editFiles', 'fetch', 'runCommands', 'github/*', 'search/usages', 'read', 'my_tool']
model: ['Claude Sonnet 4', 'GPT-5']
handoffs:
  - label: Start
    agent: dev
    prompt: Do it.
    send: true
---
Plan first. Then \${input:what} in \${file}.`;
    assert.deepEqual(agentIn('.github/chatmodes/Planner.chatmode.md', text), {
      kind: 'agent',
      source: '.github/chatmodes/Planner.chatmode.md',
      name: 'Planner',
      description: 'Plans work',
      prompt: 'Plan first. Then ${input:what} in ${file}.',
      tools: ['search', 'edit', 'execute', 'read', 'github/*', 'my_tool'],
      handoffs: [{ label: 'Start', agent: 'dev', prompt: 'Do it.' }],
      notes: [
        { reason: 'tools.left_out', values: ['fetch'] },
        { reason: 'tools.kept', values: ['github/*', 'my_tool'] },
        { reason: 'model.left_out', values: ['Claude Sonnet 4', 'GPT-5'] },
        { reason: 'variables.as_text', values: ['${input:what}', '${file}'] },
      ],
    });
  });

  it('gives a prompt what its mode allows', () => {
    const toolsOf = (header: string) =>
      agentIn('.github/prompts/a.prompt.md', `---\n${header}\n---\nDo it now. Then stop.`).tools;
    assert.deepEqual(toolsOf('mode: ask'), ['read', 'search']);
    assert.deepEqual(toolsOf("agent: 'edit'"), ['read', 'search', 'edit']);
    assert.equal(toolsOf('mode: agent'), undefined);
    assert.deepEqual(toolsOf('mode: ask\ntools: [edit]'), ['edit']);
    assert.equal(agentIn('.github/prompts/a.prompt.md', '# Do it now.\nThen stop.').description, 'Do it now.');
    assert.equal(agentIn('.clinerules/workflows/release.md', 'Release it.').name, 'release');
  });
});

describe('Import of any text', () => {
  const paths = [
    '.roomodes',
    '.clinerules',
    '.cursor/rules/a.mdc',
    '.github/instructions/a.instructions.md',
    '.github/prompts/a.prompt.md',
    '.github/chatmodes/a.chatmode.md',
  ];
  const pieces = [
    '---\n',
    '\n',
    '\r\n',
    'customModes:',
    '- slug: a\n',
    '  ',
    'groups: [read, [edit, {fileRegex: x}]]\n',
    'tools: ',
    '[',
    ']',
    '{',
    '}',
    '&a',
    '*a',
    ': ',
    '"',
    "'",
    '# ',
    '```\n',
    'description: x\n',
    'handoffs:\n  - label: a\n    agent: b\n',
    'globs: *.ts\n',
    'name: router\n',
    '\uFEFF',
    '\u0000',
    '\ud800',
    '😀',
    'text',
    '<!-- ',
    ' -->',
    '|',
    '>',
    '!!js/x',
    '%YAML',
  ];
  const anything = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));

  it('never throws, and what would be written is read back as it was meant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, fc.option(anything), (path, text, instructions) => {
        const { items } = convertSources([{ path, text }]);
        const ground = {
          agents: ['dev', 'a'],
          files: new Map<string, string>(),
          instructions: instructions ?? undefined,
        };
        const { files } = planImport(items, ground);
        for (const { path: target, before, after, items: planned } of files) {
          if (target === 'AGENTS.md') {
            assert.ok(after.startsWith((before ?? '').trimEnd()));
            continue;
          }
          const { file } = parseAgentFile(after, 'x.agent.md');
          const [{ item, name } = { item: undefined, name: '' }] = planned;
          assert.ok(file && item?.kind === 'agent');
          assert.equal(file.name, name);
          assert.equal(file.prompt, item.prompt.trim());
          assert.deepEqual(
            file.tools?.map((tool) => tool.text),
            item.tools,
          );
        }
        const again = planImport(items, {
          agents: ground.agents,
          files: new Map(
            files.flatMap(({ path: target, after }) =>
              target === 'AGENTS.md' ? [] : [[target.slice(target.lastIndexOf('/') + 1), after] as const],
            ),
          ),
          instructions: files.find(({ path: target }) => target === 'AGENTS.md')?.after ?? ground.instructions,
        });
        assert.deepEqual(again.files, [], 'a second import brings nothing');
      }),
      { numRuns: 500 },
    );
  });
});
