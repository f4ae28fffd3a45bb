import assert from 'node:assert/strict';
import { parseAgentFile } from '../../../../src/core/agents/agentFile';
import { resolveAgentFiles, type AgentFileSource } from '../../../../src/core/agents/agentFileSet';
import { meaningOf, type ToolChoices } from '../../../../src/core/agents/agentFileTools';
import { AgentRegistry } from '../../../../src/core/agents/agentRegistry';
import { parseAgentTeamFile } from '../../../../src/core/agents/agentTeamFile';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';

const TOOLS: ToolChoices = {
  isKnown: (name) => ['read_file', 'run_tests', 'list_files', 'edit_file', 'mcp_github_issues'].includes(name),
  referred: (name) => (name === 'github/*' || name === 'issues' ? ['mcp_github_issues'] : []),
};

function registry(): AgentRegistry {
  return new AgentRegistry({ settings: () => DEFAULT_SETTINGS, promptVersions: { remember: () => undefined } });
}

function resolve(files: Record<string, string>, team: Record<string, string> = {}, others = registry()) {
  const sources = Object.entries(files).map(([id, text]): AgentFileSource => ({
    id,
    parsed: parseAgentFile(text, id),
  }));
  return resolveAll(sources, team, others);
}

function resolveAll(sources: readonly AgentFileSource[], team: Record<string, string> = {}, others = registry()) {
  const teamFiles = Object.entries(team).map(([id, text]) => ({ id, parsed: parseAgentTeamFile(text) }));
  const around = { otherAgent: (name: string) => others.find(name), tools: TOOLS };
  return resolveAgentFiles(sources, teamFiles, around);
}

const file = (header: string, body = 'Prompt.') => `---\ndescription: d\n${header}\n---\n${body}`;
const reasons = (faults: readonly { reason: string; severity: string; params: { name?: string } }[] = []) =>
  faults.map(({ reason, severity, params }) => `${severity} ${reason} ${params.name ?? ''}`.trim());

describe('agent files together', () => {
  it('become agents with the tools and targets that they name', () => {
    const { agents, faults } = resolve({
      'a.agent.md': file(
        'name: audit\ntools: [read, run_tests, issues]\nhandoffs: [{ label: Fix, agent: dev }]\nagents: [helper]',
      ),
      'helper.agent.md': file('tools: []'),
    });
    assert.deepEqual(faults.get('a.agent.md'), []);
    assert.deepEqual(
      agents.map(({ spec }) => [spec.name, spec.tools, spec.handoffs, spec.handoffNotes]),
      [
        ['audit', ['read', 'run_tests', 'mcp_github_issues'], ['dev', 'helper'], { dev: 'Fix' }],
        ['helper', [], [], undefined],
      ],
    );
  });

  it('with one slug are an error of the later one, which is left out', () => {
    const { agents, faults } = resolve({
      'a.agent.md': file('name: My Helper'),
      'b.agent.md': file('name: my_helper'),
    });
    assert.deepEqual(
      agents.map(({ id }) => id),
      ['a.agent.md'],
    );
    assert.deepEqual(reasons(faults.get('b.agent.md')), ['error name.taken my_helper']);
    assert.equal(faults.get('b.agent.md')?.[0]?.params.other, 'My Helper');
  });

  it('may stand in for a built-in agent of exactly their name, with its rights where they name none', () => {
    const { agents } = resolve({ 'qa.agent.md': file('name: qa', 'Be strict.') });
    const qa = registry().find('qa');
    assert.deepEqual(agents[0]?.spec.tools, qa?.tools);
    assert.deepEqual(agents[0]?.spec.handoffs, qa?.handoffs);
    assert.equal(agents[0]?.spec.prompt, 'Be strict.');
    assert.deepEqual(reasons(resolve({ 'x.agent.md': file('name: QA') }).faults.get('x.agent.md')), [
      'error name.taken QA',
    ]);
  });

  it('do not take the name of an agent that another extension registered, and may take an alias', () => {
    const others = registry();
    others.register({ name: 'deploy', description: '', source: 'api', prompt: 'p', tools: [], handoffs: [] });
    const { agents, faults } = resolve(
      { 'a.agent.md': file('name: deploy'), 'b.agent.md': file('name: reviewer') },
      {},
      others,
    );
    assert.deepEqual(reasons(faults.get('a.agent.md')), ['error name.taken deploy']);
    assert.deepEqual(
      agents.map(({ spec }) => spec.name),
      ['reviewer'],
    );
  });

  it('get every group of ours where a new agent says nothing of tools', () => {
    const { agents } = resolve({ 'new.agent.md': file('model: m') });
    assert.deepEqual(agents[0]?.spec.tools, ['read', 'search', 'edit', 'execute', 'agent']);
    assert.equal(agents[0].spec.model, 'm');
  });

  it('name unknown tools and agents with a warning, and are used all the same', () => {
    const { agents, faults } = resolve({ 'a.agent.md': file('tools: [read, deploy_it, web]\nagents: [nobody, "*"]') });
    assert.deepEqual(reasons(faults.get('a.agent.md')), [
      'warning tool.unknown deploy_it',
      'info tool.not_offered web',
      'warning agent.unknown nobody',
    ]);
    assert.deepEqual(agents[0]?.spec.tools, ['read', 'deploy_it']);
    assert.deepEqual(agents[0].spec.handoffs, ['nobody', '*']);
  });

  it("stay what they were while their text can't be used, and show only what is wrong now", () => {
    const lastGood = parseAgentFile(file('name: helper\ntools: [nothing]'), 'a.agent.md').file;
    assert.ok(lastGood);
    const { agents, faults } = resolveAll([
      { id: 'a', parsed: parseAgentFile('---\nname: 1\n---\nx', 'a.agent.md'), lastGood },
    ]);
    assert.equal(agents[0]?.spec.name, 'helper');
    assert.deepEqual(reasons(faults.get('a')), ['error value.not_text', 'warning description.missing']);
  });

  it('get from agent-team.json what only we know, whoever defines the agent; the first entry counts', () => {
    const { extras, faults } = resolve(
      { 'a.agent.md': file('name: audit') },
      {
        one: '{"agents":{"Audit":{"limits":{"maxTurns":2}},"qa":{"modelOptions":{"temperature":1}},"ghost":{}}}',
        two: '{"agents":{"audit":{"limits":{"maxTurns":9}}}}',
      },
    );
    assert.deepEqual(extras.get('audit'), { limits: { maxTurns: 2 } });
    assert.deepEqual(extras.get('qa'), { modelOptions: { temperature: 1 } });
    assert.deepEqual(reasons(faults.get('one')), ['warning agent.unknown ghost']);
    assert.deepEqual(reasons(faults.get('two')), ['warning agent.defined_twice audit']);
  });
});

describe('a name among the tools of a file', () => {
  const cases: [name: string, meaning: readonly string[] | undefined][] = [
    ['read', ['read']],
    ['read_file', ['read_file']],
    ['search/*', ['search']],
    ['*', ['read', 'search', 'edit', 'execute', 'agent']],
    ['search/codebase', ['search_text', 'find_symbols']],
    ['codebase', ['search_text', 'find_symbols']],
    ['edit/edit_file', ['edit_file']],
    ['github/*', ['mcp_github_issues']],
    ['github/codebase', undefined],
    ['toString', undefined],
    ['read/', undefined],
    ['', undefined],
  ];
  for (const [name, meaning] of cases) {
    it(`"${name}" means ${meaning?.join(', ') ?? 'nothing known'}`, () => {
      assert.deepEqual(meaningOf(name, TOOLS), meaning);
    });
  }
});
