import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { referenceNames, toolName } from '../../../../src/vscode/foreignTools/toolNames';

const free = () => false;

describe('the name of a foreign tool', () => {
  it('is its own where models take it and nobody has it', () => {
    assert.equal(toolName('weather_get', free), 'weather_get');
    assert.equal(toolName('mcp_git.hub_issues', free), 'mcp_git_hub_issues');
    assert.equal(toolName('x'.repeat(80), free), 'x'.repeat(64));
  });

  it('gets a prefix where it is taken, reserved or no name, and there is none where that is taken too', () => {
    assert.equal(
      toolName('read_file', (name) => name === 'read_file'),
      'vscode_read_file',
    );
    assert.equal(toolName('submit_plan', free), 'vscode_submit_plan');
    assert.equal(toolName('transfer_to_dev', free), 'vscode_transfer_to_dev');
    assert.equal(toolName('1password', free), 'vscode_1password');
    assert.equal(
      toolName('read_file', () => true),
      undefined,
    );
  });

  it('is always one that model APIs take', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const made = toolName(name, free);
        if (made !== undefined) assert.match(made, /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/);
      }),
    );
  });
});

describe('what an agent file may call a foreign tool', () => {
  const weather = {
    id: 'Acme.Weather',
    packageJSON: {
      contributes: { languageModelTools: [{ name: 'weather_get', toolReferenceName: 'weather' }, null, 7] },
    },
  };
  const extensions = [
    weather,
    { id: 'a.b', packageJSON: undefined },
    { id: 'a.c', packageJSON: { contributes: { languageModelTools: 'no' } } },
  ];

  const cases: [tool: string, reference: string, matches: boolean][] = [
    ['weather_get', 'weather_get', true],
    ['weather_get', 'weather', true],
    ['weather_get', 'acme.weather/weather', true],
    ['weather_get', 'Acme.Weather/weather', true],
    ['weather_get', 'Acme.Weather/weather_get', true],
    ['weather_get', 'other.weather/weather', false],
    ['weather_get', 'Weather', false],
    ['mcp_github_list_issues', 'github/*', true],
    ['mcp_github_list_issues', 'github/list_issues', true],
    ['mcp_github_list_issues', 'github/list', false],
    ['mcp_github_list_issues', 'git/*', false],
    ['mcp_github-mcp-se_list', 'github/github-mcp-server/*', true],
    ['mcp_my_server_run', 'My Server/run', true],
    ['weather_get', 'weather_get/*', false],
    ['mcp_github_x', '/*', false],
    ['mcp_github_x', '*', false],
  ];
  for (const [tool, reference, matches] of cases) {
    it(`"${reference}" is ${matches ? '' : 'not '}${tool}`, () => {
      assert.equal(referenceNames(tool, extensions).matches(reference), matches);
    });
  }
});
