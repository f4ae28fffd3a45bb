import assert from 'node:assert/strict';
import type { ImportedAgent, ImportedSection } from '../../../../../src/core/agents/import/importItem';
import { planImport, type ImportGround } from '../../../../../src/core/agents/import/importPlan';

const NOTHING: ImportGround = { agents: ['dev', 'qa'], files: new Map(), instructions: undefined };

const agent = (name: string, more: Partial<ImportedAgent> = {}): ImportedAgent => ({
  kind: 'agent',
  source: '.roomodes',
  name,
  description: 'Does things: many.',
  prompt: 'You do.',
  notes: [],
  ...more,
});
const section = (source: string, body: string, scope: string[] = []): ImportedSection => ({
  kind: 'section',
  source,
  title: 'Rules',
  body,
  scope,
  notes: [],
});

describe('The plan of an import', () => {
  it('makes a file for each agent', () => {
    const handoffs = [{ label: 'Fix: it', agent: 'dev', prompt: 'Go' }];
    const { files, present } = planImport([agent('Docs Writer', { tools: ['read', 'a/*'], handoffs })], NOTHING);
    assert.deepEqual(present, []);
    assert.deepEqual(
      files.map(({ path, before, after }) => ({ path, before, after })),
      [
        {
          path: '.github/agents/docs_writer.agent.md',
          before: undefined,
          after:
            '---\nname: "Docs Writer"\ndescription: "Does things: many."\ntools: [read, "a/*"]\nhandoffs:\n  - label: "Fix: it"\n    agent: dev\n    prompt: "Go"\n---\n\nYou do.\n',
        },
      ],
    );
  });

  it('takes another name where one is an agent, a role or a file already', () => {
    const files = new Map([['plan.agent.md', 'another plan']]);
    const plan = planImport([agent('dev'), agent('router'), agent('plan'), agent('plan'), agent('🏗️')], {
      ...NOTHING,
      files,
    });
    assert.deepEqual(
      plan.files.map(({ path, items }) => [path.slice(15), items[0]?.notes]),
      [
        ['dev-2.agent.md', [{ reason: 'name.changed', values: ['dev', 'dev-2'] }]],
        ['router-2.agent.md', [{ reason: 'name.changed', values: ['router', 'router-2'] }]],
        ['plan-2.agent.md', [{ reason: 'name.changed', values: ['plan', 'plan-2'] }]],
        ['plan-3.agent.md', [{ reason: 'name.changed', values: ['plan', 'plan-3'] }]],
        ['imported.agent.md', [{ reason: 'name.changed', values: ['🏗️', 'imported'] }]],
      ],
    );
  });

  it('adds sections to the end of AGENTS.md, below their own headings, in its line endings', () => {
    const body = '# Top\n\n```md\n# code\n```\n\n## Second\ntext';
    const { files } = planImport([section('.cursorrules', body, ['src/**'])], {
      ...NOTHING,
      instructions: 'Ours.\r\n\r\n',
    });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['AGENTS.md'],
    );
    assert.equal(
      files[0]?.after,
      [
        'Ours.',
        '',
        '## Rules',
        '',
        '<!-- imported from .cursorrules -->',
        '',
        'For files that match `src/**`:',
        '',
        '### Top',
        '',
        '```md',
        '# code',
        '```',
        '',
        '#### Second',
        'text',
        '',
      ].join('\r\n'),
    );
  });

  it('begins AGENTS.md where there is none, and says when it gets too long to be read', () => {
    const { files } = planImport([section('.cursorrules', 'x'.repeat(17_000)), section('.clinerules', 'y')], NOTHING);
    const [file] = files;
    assert.ok(file);
    assert.ok(file.after.startsWith('# Instructions for agents\n\n## Rules\n'));
    assert.deepEqual(
      file.items.map(({ notes }) => notes),
      [[], [{ reason: 'instructions.cut', values: ['16000'] }]],
    );
  });

  it('knows what an earlier import has brought', () => {
    const items = [agent('dev'), section('.cursorrules', 'Be brief.')];
    const first = planImport(items, NOTHING);
    const ground: ImportGround = {
      agents: ['dev', 'qa', 'dev-2'],
      files: new Map([['dev-2.agent.md', first.files[0]?.after.replace(/\n/g, '\r\n') ?? '']]),
      instructions: first.files[1]?.after,
    };
    assert.deepEqual(planImport(items, ground), { files: [], present: items });
  });
});
