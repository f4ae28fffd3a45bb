// How agents are named in tools and by people.

/** Other words for built-in agents; each counts only where no agent has that very name. */
export const AGENT_ALIASES: Readonly<Record<string, string>> = {
  developer: 'dev',
  coder: 'dev',
  code: 'dev',
  reviewer: 'qa',
  review: 'qa',
  tester: 'qa',
  test: 'qa',
  tech_writer: 'writer',
  docs: 'writer',
  documentation: 'writer',
  research: 'researcher',
};

/** Roles that are not chat partners; no agent may take their names. */
export const ROLE_NAMES = ['router', 'supervisor', 'arbiter', 'summarizer'] as const;

export type RoleName = (typeof ROLE_NAMES)[number];

/** An agent's name in tool names: lower case, every run of other characters than `a-z 0-9 -` as `_`. */
export function agentSlug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9-]+/g, '_');
}

export const TRANSFER_PREFIX = 'transfer_to_';

/** The tool that hands over to `agent`. */
export function transferToolName(agent: string): string {
  return TRANSFER_PREFIX + agentSlug(agent);
}
