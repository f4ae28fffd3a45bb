import assert from 'node:assert/strict';
import {
  chosenEntries,
  toolPicks,
  type PickableTool,
  type ToolPickOptions,
} from '../../../../src/vscode/agents/toolPickItems';

const tool = (name: string, source: PickableTool['source'], effect = 'read'): PickableTool => ({
  name,
  source,
  effect,
  description: `Does ${name}.  And\nmore.`,
});
const options: ToolPickOptions = {
  tools: [
    tool('read_file', 'built-in'),
    tool('deploy', 'api', 'execute'),
    tool('mcp_db_query', 'vscode'),
    tool('weather', 'vscode'),
  ],
  choices: {
    isKnown: (name) => ['read_file', 'deploy', 'mcp_db_query', 'weather'].includes(name),
    referred: (name) => {
      if (name === 'sky.ext/weather') return ['weather'];
      return name === 'db/*' ? ['mcp_db_query', 'mcp_db_list'] : [];
    },
  },
  origin: (name) => (name === 'weather' ? { reference: 'sky.ext/weather', extension: 'sky.ext' } : { reference: name }),
  words: {
    foreign: 'foreign',
    groups: 'groups',
    single: 'single',
    unknown: 'unknown',
    mcpServer: 'MCP',
    effect: (effect) => effect,
    stands: (count) => `${count} tools`,
    notThere: 'gone',
  },
};
const sectionsOf = (...entries: string[]) =>
  toolPicks(entries, options).map(({ title, picks }) => [
    title,
    ...picks
      .filter(({ picked }) => picked)
      .map(({ label, entry }) => (label === entry ? label : `${label} as ${entry}`)),
  ]);

describe('choosing tools', () => {
  it('shows tools of others with where they come from, then groups, then single tools', () => {
    const sections = toolPicks([], options);
    assert.deepEqual(
      sections.map(({ title, picks }) => [title, picks.map(({ label }) => label)]),
      [
        ['foreign', ['mcp_db_query', 'weather']],
        ['groups', ['read', 'search', 'edit', 'execute', 'agent']],
        ['single', ['read_file', 'deploy']],
      ],
    );
    assert.deepEqual(
      sections[0]?.picks.map(({ entry, description, detail }) => [entry, description, detail]),
      [
        ['mcp_db_query', 'MCP · read', 'Does mcp_db_query.'],
        ['sky.ext/weather', 'sky.ext · read', 'Does weather.'],
      ],
    );
    assert.match(sections[1]?.picks[0]?.detail ?? '', /^read_file, list_files/);
  });

  it('marks what the agent has, by whatever name its file calls it, and keeps that name', () => {
    assert.deepEqual(sectionsOf('weather', 'read', 'readFile'), [
      ['foreign', 'weather'],
      ['groups', 'read'],
      ['single', 'read_file as readFile'],
    ]);
    assert.deepEqual(sectionsOf('sky.ext/weather')[0], ['foreign', 'weather as sky.ext/weather']);
  });

  it('shows names that stand for several tools, or for none now, so that they are not lost', () => {
    const [section] = toolPicks(['db/*', 'later'], options).slice(-1);
    assert.deepEqual(
      section?.picks.map(({ label, description, detail, picked }) => [label, description, detail, picked]),
      [
        ['db/*', '2 tools', 'mcp_db_query, mcp_db_list', true],
        ['later', 'gone', '', true],
      ],
    );
  });

  it('keeps the order of what stays, and puts what is new behind it', () => {
    const before = ['later', 'read', 'weather'];
    const picks = toolPicks(before, options).flatMap((section) => section.picks);
    const chosen = picks.filter(({ picked, label }) => (picked && label !== 'read') || label === 'deploy');
    assert.deepEqual(chosenEntries(before, chosen), ['later', 'weather', 'deploy']);
  });
});
