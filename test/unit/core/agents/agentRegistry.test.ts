import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { agentSlug } from '../../../../src/core/agents/agentNames';
import { AgentRegistry, specFromDefinition } from '../../../../src/core/agents/agentRegistry';
import type { AgentSpec } from '../../../../src/core/agents/agentSpec';
import {
  describePromptVersion,
  promptVersion,
  type PromptVersionText,
} from '../../../../src/core/agents/promptVersion';
import { expandToolNames, TOOL_GROUPS } from '../../../../src/core/agents/toolGrants';
import { UserError } from '../../../../src/core/failure';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';

function registryWith(settings: Partial<TeamSettings> = {}) {
  const remembered: PromptVersionText[] = [];
  const current = { ...DEFAULT_SETTINGS, ...settings };
  const registry = new AgentRegistry({
    settings: () => current,
    promptVersions: { remember: (text) => remembered.push(text) },
  });
  return { registry, remembered, current };
}

const custom = (name: string, more: Partial<AgentSpec> = {}): AgentSpec => ({
  name,
  description: 'x',
  source: 'api',
  prompt: 'p',
  tools: [],
  handoffs: [],
  ...more,
});

function reasonOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.reason;
  }
  return assert.fail('nothing was thrown');
}

describe('AgentRegistry', () => {
  it('begins with the team of the contract, its tools beyond reading, and its handoffs', () => {
    const { registry } = registryWith();
    const reading = new Set(expandToolNames(['read', 'search']));
    const team = registry.list().map((spec) => ({
      name: spec.name,
      more: expandToolNames(spec.tools).filter((tool) => !reading.has(tool)),
      handoffs: spec.handoffs,
    }));
    const edits = [...(TOOL_GROUPS['edit'] ?? [])];
    assert.deepEqual(team, [
      {
        name: 'dev',
        more: [...edits, 'run_command', 'run_tests', 'memory_write'],
        handoffs: ['qa', 'writer', 'researcher'],
      },
      { name: 'qa', more: ['run_command', 'run_tests', 'memory_write'], handoffs: ['dev', 'writer'] },
      { name: 'writer', more: [...edits, 'memory_write'], handoffs: ['dev'] },
      { name: 'researcher', more: [], handoffs: ['dev', 'qa', 'writer'] },
    ]);
  });

  it('lets every agent use every reading tool of the contract', () => {
    const reading =
      'read_file list_files search_text find_symbols document_outline go_to_definition find_references get_diagnostics get_editor_context get_git_changes static_analysis security_scan';
    for (const spec of registryWith().registry.list()) {
      const granted = new Set(expandToolNames(spec.tools));
      for (const tool of reading.split(' ')) assert.ok(granted.has(tool), `${spec.name} may use ${tool}`);
    }
  });

  it('finds agents by name, slug and alias in any case, and not the roles', () => {
    const { registry } = registryWith();
    registry.register(custom('Db Admin'));
    const aliases = {
      dev: 'developer coder code dev DEV',
      qa: 'reviewer review tester test',
      writer: 'tech_writer docs documentation',
      researcher: 'research',
      'Db Admin': 'db_admin',
    };
    for (const [name, spoken] of Object.entries(aliases)) {
      for (const alias of spoken.split(' ')) assert.equal(registry.canonicalName(alias), name, alias);
    }
    for (const role of ['router', 'supervisor', 'arbiter', 'summarizer', 'constructor', '__proto__', '']) {
      assert.equal(registry.find(role), undefined, role);
    }
  });

  it('prefers an agent of that very name to an alias', () => {
    const { registry } = registryWith();
    const registration = registry.register(custom('docs'));
    assert.equal(registry.canonicalName('docs'), 'docs');
    registration.dispose();
    assert.equal(registry.canonicalName('docs'), 'writer');
  });

  it('refuses the later of two agents with the same slug, reserved names and names without a letter', () => {
    const { registry } = registryWith();
    registry.register(custom('My Agent'));
    assert.equal(
      reasonOf(() => registry.register(custom('my_agent'))),
      'agent.name_taken',
    );
    assert.equal(
      reasonOf(() => registry.register(custom('DEV'))),
      'agent.name_taken',
    );
    assert.equal(
      reasonOf(() => registry.register(custom('Router'))),
      'agent.name_reserved',
    );
    assert.equal(
      reasonOf(() => registry.register(custom(' '))),
      'agent.invalid_name',
    );
    assert.equal(registry.list().length, 5);
  });

  it('lets a file replace a built-in agent while it is there, but not two files the same one', () => {
    const { registry } = registryWith();
    const own = registry.register(custom('qa', { source: 'file', prompt: 'Ours.' }));
    assert.equal(registry.find('qa')?.prompt, 'Ours.');
    assert.equal(registry.list().length, 4);
    assert.equal(
      reasonOf(() => registry.register(custom('qa', { source: 'file' }))),
      'agent.name_taken',
    );
    own.dispose();
    own.dispose();
    assert.match(registry.find('qa')?.prompt ?? '', /^You are qa/);
  });

  it('tells when agents come and go', () => {
    const { registry } = registryWith();
    let changes = 0;
    const watching = registry.onDidChange(() => (changes += 1));
    registry.register(custom('a')).dispose();
    assert.equal(changes, 2);
    watching.dispose();
    registry.register(custom('b'));
    assert.equal(changes, 2);
  });

  it('tells once of several changes that belong together', () => {
    const { registry } = registryWith();
    let changes = 0;
    registry.onDidChange(() => (changes += 1));
    registry.update(() => {
      const first = registry.register(custom('a'));
      registry.register(custom('b'));
      first.dispose();
    });
    assert.equal(changes, 1);
    registry.update(() => undefined);
    assert.equal(changes, 1);
  });

  it('adds to an agent what is set for its slug, wherever it is defined, and keeps it one object', () => {
    const { registry } = registryWith({ agents: { ...DEFAULT_SETTINGS.agents, disabled: ['reviewer'] } });
    const before = registry.find('qa');
    registry.setExtras(new Map([['qa', { limits: { maxTurns: 2 } }]]));
    const qa = registry.find('reviewer');
    assert.deepEqual(qa, { ...before, limits: { maxTurns: 2 } });
    assert.equal(registry.find('qa'), qa);
    assert.ok(registry.list().some((spec) => spec === qa));
    assert.equal(registry.isEnabled('qa'), false);
    const file = registry.register(custom('qa', { source: 'file' }));
    assert.deepEqual(registry.find('qa')?.limits, { maxTurns: 2 });
    assert.equal(registry.findWithout('qa', new Set())?.source, 'file');
    file.dispose();
    registry.setExtras(new Map());
    assert.equal(registry.find('qa'), before);
  });

  it('lets an agent hand over to everybody else where it names all', () => {
    const { registry } = registryWith();
    const all = custom('boss', { handoffs: ['*', 'qa'] });
    registry.register(all);
    assert.deepEqual(
      registry.handoffTargets(all).map(({ name }) => name),
      ['dev', 'qa', 'writer', 'researcher'],
    );
  });

  it('switches agents off by name or alias, at once', () => {
    const { registry, current } = registryWith();
    current.agents = { disabled: ['Reviewer', 'nobody'] };
    assert.deepEqual(
      registry.enabled().map((spec) => spec.name),
      ['dev', 'writer', 'researcher'],
    );
    assert.ok(!registry.isEnabled('qa') && !registry.isEnabled('tester') && !registry.isEnabled('nobody'));
  });

  it('offers only handoffs to known and enabled others, each once', () => {
    const { registry, current } = registryWith();
    current.agents = { disabled: ['writer'] };
    const spec = custom('lead', { handoffs: ['dev', 'coder', 'writer', 'nobody', 'lead', 'tester'] });
    registry.register(spec);
    assert.deepEqual(
      registry.handoffTargets(spec).map((target) => target.name),
      ['dev', 'qa'],
    );
  });

  it('keeps the texts of each prompt version that was used, once', () => {
    const { registry, remembered } = registryWith();
    const dev = registry.find('dev');
    assert.ok(dev);
    const version = registry.usePromptVersion(dev);
    registry.usePromptVersion(dev);
    assert.equal(registry.promptVersion(dev), version);
    assert.deepEqual(
      remembered.map((text) => [text.agent, text.version, text.prompt === dev.prompt]),
      [['dev', version, true]],
    );
  });

  it('gives a definition another prompt version when the settings change, and the same when they change back', () => {
    let current: TeamSettings = DEFAULT_SETTINGS;
    const registry = new AgentRegistry({ settings: () => current, promptVersions: { remember: () => undefined } });
    const dev = registry.find('dev');
    assert.ok(dev);
    const before = registry.promptVersion(dev);
    current = { ...DEFAULT_SETTINGS, models: { dev: { model: 'big' } } };
    const changed = registry.usePromptVersion(dev);
    assert.equal(changed, promptVersion(dev, current));
    assert.notEqual(changed, before);
    current = { ...DEFAULT_SETTINGS };
    assert.equal(registry.promptVersion(dev), before);
  });

  it('makes an agent of what another extension registers', () => {
    const definition = { name: 'sql', description: 'd', prompt: 'p', tools: ['read_file'], limits: { maxTurns: 2 } };
    assert.deepEqual(specFromDefinition(definition), { ...definition, handoffs: [], source: 'api' });
  });
});

describe('agentSlug', () => {
  it('is lower case with every run of other characters as one underscore', () => {
    const slugs: [string, string][] = [
      ['dev', 'dev'],
      ['Db  Admin!', 'db_admin_'],
      ['c++/rust', 'c_rust'],
      ['front-end', 'front-end'],
      ['Ärger', '_rger'],
    ];
    for (const [name, slug] of slugs) assert.equal(agentSlug(name), slug);
  });
});

describe('promptVersion', () => {
  const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

  it('is the first 12 hex digits of SHA-256 over prompt, sorted tools, model and options', () => {
    const spec = custom('x', { prompt: 'Grüße', tools: ['search_text', 'read_file'] });
    assert.equal(promptVersion(spec, DEFAULT_SETTINGS), hash(['Grüße', ['read_file', 'search_text'], null, null]));
    const tuned = { ...spec, model: 'gpt', modelOptions: { maxOutputTokens: 9, temperature: 0 } };
    assert.equal(
      promptVersion(tuned, DEFAULT_SETTINGS),
      hash(['Grüße', ['read_file', 'search_text'], 'gpt', { temperature: 0, maxOutputTokens: 9 }]),
    );
  });

  it('changes with the settings of this very agent, and not with what all agents share', () => {
    const spec = custom('x');
    const base = promptVersion(spec, DEFAULT_SETTINGS);
    const own = { ...DEFAULT_SETTINGS, models: { x: { model: 'small' } }, modelOptions: { x: { temperature: 1 } } };
    assert.deepEqual(describePromptVersion(spec, own).modelOptions, { temperature: 1 });
    assert.notEqual(promptVersion(spec, own), base);
    assert.equal(promptVersion(spec, { ...DEFAULT_SETTINGS, models: { default: { model: 'big' } } }), base);
    assert.equal(describePromptVersion(custom('router'), DEFAULT_SETTINGS).modelOptions?.temperature, 0);
  });
});
