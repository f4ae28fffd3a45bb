// Which agents there are: built in, from files, registered by others. The router, the planner and mentions read it at each use.
import type { AgentDefinition } from '../../api';
import { toDisposable, type Disposable } from '../disposable';
import { UserError } from '../failure';
import type { SettingsSource, TeamSettings } from '../settings';
import type { AgentPauses } from './agentPauses';
import { AGENT_ALIASES, agentSlug, ROLE_NAMES, type RoleName } from './agentNames';
import type { AgentExtras } from './agentExtras';
import type { AgentSpec } from './agentSpec';
import { BUILT_IN_AGENTS, ROLE_AGENTS } from './builtInAgents';
import { describePromptVersion, type PromptVersionStore, type PromptVersionText } from './promptVersion';

export interface AgentRegistryOptions {
  settings: SettingsSource;
  promptVersions: PromptVersionStore;
  /** Agents that a person has paused; absent: nobody is. */
  pauses?: Pick<AgentPauses, 'has'>;
}

export class AgentRegistry {
  /** By slug; the last one counts, so that a file may stand before a built-in agent. */
  private readonly bySlug = new Map<string, AgentSpec[]>();
  private readonly handlers = new Set<() => void>();
  private extras: ReadonlyMap<string, AgentExtras> = new Map();
  /** Definitions with their extras, so that an agent is one object as long as nothing changes. */
  private merged = new WeakMap<AgentSpec, AgentSpec>();
  private isUpdating = false;
  private hasChanged = false;
  private readonly remembered = new Set<string>();
  /** The last version of each definition; a change of the settings makes another object of them, and so another version. */
  private readonly versions = new WeakMap<AgentSpec, { settings: TeamSettings; text: PromptVersionText }>();

  constructor(private readonly options: AgentRegistryOptions) {
    for (const spec of BUILT_IN_AGENTS) this.bySlug.set(agentSlug(spec.name), [spec]);
  }

  /** All agents that can be asked, disabled ones included; built-in ones first, then in order of registration. */
  list(): AgentSpec[] {
    return [...this.bySlug.keys()].flatMap((slug) => this.current(slug) ?? []);
  }

  /** The agents that the settings don't switch off. */
  enabled(): AgentSpec[] {
    return this.list().filter((spec) => this.isEnabled(spec.name));
  }

  /** The agents that may be given work now: switched on and not paused. */
  available(): AgentSpec[] {
    return this.list().filter((spec) => this.isAvailable(spec.name));
  }

  /** The agent of this name, slug or alias, in any case; roles are not among them. */
  find(nameOrAlias: string): AgentSpec | undefined {
    const slug = agentSlug(nameOrAlias.trim());
    const found = this.current(slug);
    if (found) return found;
    const alias = Object.hasOwn(AGENT_ALIASES, slug) ? AGENT_ALIASES[slug] : undefined;
    return alias === undefined ? undefined : this.current(alias);
  }

  /** The one spelling of a name or alias that events, results and traces use. */
  canonicalName(nameOrAlias: string): string | undefined {
    return this.find(nameOrAlias)?.name;
  }

  /** False for unknown agents and for those that the settings switch off, by name or alias. */
  isEnabled(nameOrAlias: string): boolean {
    const spec = this.find(nameOrAlias);
    if (!spec) return false;
    return !this.options.settings().agents.disabled.some((name) => this.find(name) === spec);
  }

  /** True for an agent, by name or alias, that a person has paused. */
  isPaused(nameOrAlias: string): boolean {
    const spec = this.find(nameOrAlias);
    return spec !== undefined && this.options.pauses?.has(spec.name) === true;
  }

  /** True for an agent, by name or alias, that may be given work now. */
  isAvailable(nameOrAlias: string): boolean {
    return this.isEnabled(nameOrAlias) && !this.isPaused(nameOrAlias);
  }

  /** The definition of a role that is not a chat partner. */
  role(name: RoleName): AgentSpec {
    return ROLE_AGENTS[name];
  }

  /** The agents that `spec` may hand over to now: known, switched on, not paused, not itself. */
  handoffTargets(spec: AgentSpec): AgentSpec[] {
    const targets = spec.handoffs.flatMap((name) => (name === '*' ? this.list() : (this.find(name) ?? [])));
    return [...new Set(targets)].filter(({ name }) => name !== spec.name && this.isAvailable(name));
  }

  /** The prompt version of `spec` under the settings as they are now. */
  promptVersion(spec: AgentSpec): string {
    return this.versionOf(spec).version;
  }

  /** The scope of what an agent, by name or alias, is the cause of; nothing but the name where there is no such agent. */
  scopeOf(nameOrAlias: string): { agent: string; promptVersion?: string } {
    const spec = this.find(nameOrAlias);
    return { agent: spec?.name ?? nameOrAlias, ...(spec && { promptVersion: this.promptVersion(spec) }) };
  }

  /** Like `promptVersion`, and keeps the texts behind it: call it when the agent really runs. */
  usePromptVersion(spec: AgentSpec): string {
    const text = this.versionOf(spec);
    const key = `${spec.name} ${text.version}`;
    if (!this.remembered.has(key)) {
      this.remembered.add(key);
      this.options.promptVersions.remember(text);
    }
    return text.version;
  }

  /** Adds an agent until it is disposed. Throws a `UserError` if the name is empty, reserved or taken; a file may replace a built-in agent. */
  register(spec: AgentSpec): Disposable {
    const slug = agentSlug(spec.name);
    if (!/[a-z0-9]/.test(slug)) {
      throw new UserError('agent.invalid_name', `An agent's name needs a letter or a digit; '${spec.name}' has none.`);
    }
    if (ROLE_NAMES.some((role) => role === slug)) {
      throw new UserError('agent.name_reserved', `'${spec.name}' is a role of the team; choose another name.`);
    }
    const specs = this.bySlug.get(slug) ?? [];
    const current = specs.at(-1);
    const replaces = spec.source === 'file' && current?.source === 'built-in' && current.name === spec.name;
    if (current && !replaces) {
      throw new UserError(
        'agent.name_taken',
        `There is already an agent '${current.name}'; '${spec.name}' has the same name in tool names. Choose another name.`,
      );
    }
    this.bySlug.set(slug, [...specs, spec]);
    this.changed();
    return toDisposable(() => this.remove(slug, spec));
  }

  /** What is added to the agents of these slugs, wherever they are defined; replaces what was set before. */
  setExtras(extras: ReadonlyMap<string, AgentExtras>): void {
    this.extras = extras;
    this.merged = new WeakMap();
    this.changed();
  }

  /** The agent of this name, slug or alias as it would be without those of `without`. */
  findWithout(nameOrAlias: string, without: ReadonlySet<AgentSpec>): AgentSpec | undefined {
    const slug = agentSlug(nameOrAlias.trim());
    const defined = (key: string) => this.bySlug.get(key)?.findLast((spec) => !without.has(spec));
    const alias = Object.hasOwn(AGENT_ALIASES, slug) ? AGENT_ALIASES[slug] : undefined;
    return defined(slug) ?? (alias === undefined ? undefined : defined(alias));
  }

  /** Several changes as one: handlers are called once, at the end, if anything changed. */
  update(change: () => void): void {
    this.isUpdating = true;
    try {
      change();
    } finally {
      this.isUpdating = false;
      if (this.hasChanged) this.changed();
    }
  }

  /** Called after agents came or went; settings that switch agents off are watched by whoever owns the settings. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private versionOf(spec: AgentSpec): PromptVersionText {
    const settings = this.options.settings();
    const known = this.versions.get(spec);
    if (known?.settings === settings) return known.text;
    const text = describePromptVersion(spec, settings);
    this.versions.set(spec, { settings, text });
    return text;
  }

  private remove(slug: string, spec: AgentSpec): void {
    const left = (this.bySlug.get(slug) ?? []).filter((other) => other !== spec);
    if (left.length > 0) this.bySlug.set(slug, left);
    else this.bySlug.delete(slug);
    this.changed();
  }

  private current(slug: string): AgentSpec | undefined {
    const spec = this.bySlug.get(slug)?.at(-1);
    const extras = spec && this.extras.get(slug);
    if (!spec || !extras) return spec;
    const known = this.merged.get(spec);
    if (known) return known;
    const merged = { ...spec, ...extras };
    this.merged.set(spec, merged);
    return merged;
  }

  private changed(): void {
    this.hasChanged = this.isUpdating;
    if (this.isUpdating) return;
    for (const handler of [...this.handlers]) handler();
  }
}

/** The agent that another extension registers. */
export function specFromDefinition(definition: AgentDefinition): AgentSpec {
  const { name, description, prompt, tools, handoffs = [], ...rest } = definition;
  return { name, description, prompt, tools: [...tools], handoffs: [...handoffs], source: 'api', ...rest };
}
