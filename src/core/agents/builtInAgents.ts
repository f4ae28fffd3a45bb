// The team as it comes: four agents, and the roles that work behind them.
import type { RoleName } from './agentNames';
import type { AgentSpec } from './agentSpec';
import { ARBITER_PROMPT } from './prompts/arbiter';
import { DEV_PROMPT } from './prompts/dev';
import { QA_PROMPT } from './prompts/qa';
import { RESEARCHER_PROMPT } from './prompts/researcher';
import { ROUTER_PROMPT } from './prompts/router';
import { SUMMARIZER_PROMPT } from './prompts/summarizer';
import { SUPERVISOR_PROMPT } from './prompts/supervisor';
import { WRITER_PROMPT } from './prompts/writer';

export const BUILT_IN_AGENTS: readonly AgentSpec[] = [
  {
    name: 'dev',
    description: 'Writes, changes and repairs code: features, bug fixes, refactorings.',
    source: 'built-in',
    prompt: DEV_PROMPT,
    tools: ['read', 'search', 'edit', 'execute', 'memory_write'],
    handoffs: ['qa', 'writer', 'researcher'],
  },
  {
    name: 'qa',
    description: 'Reviews code and judges whether it is correct and safe; tests, static analysis, security scan.',
    source: 'built-in',
    prompt: QA_PROMPT,
    tools: ['read', 'search', 'execute', 'memory_write'],
    handoffs: ['dev', 'writer'],
  },
  {
    name: 'writer',
    description: 'Writes documentation, comments, changelogs, and explains code in words.',
    source: 'built-in',
    prompt: WRITER_PROMPT,
    tools: ['read', 'search', 'edit', 'memory_write'],
    handoffs: ['dev'],
  },
  {
    name: 'researcher',
    description: 'Explores the code and reports where things are, who uses them and how they work; changes nothing.',
    source: 'built-in',
    prompt: RESEARCHER_PROMPT,
    tools: ['read', 'search'],
    handoffs: ['dev', 'qa', 'writer'],
  },
];

export const ROLE_AGENTS: Readonly<Record<RoleName, AgentSpec>> = {
  router: role('router', 'Hands each request to the right agent.', ROUTER_PROMPT),
  supervisor: role('supervisor', 'Plans a goal as tasks for the team and joins their results.', SUPERVISOR_PROMPT),
  arbiter: role('arbiter', 'Settles contradictions between agents.', ARBITER_PROMPT),
  summarizer: role('summarizer', 'Condenses long conversations.', SUMMARIZER_PROMPT),
};

function role(name: RoleName, description: string, prompt: string): AgentSpec {
  return { name, description, source: 'built-in', prompt, tools: [], handoffs: [] };
}
