// What a new agent file holds, and what it is called.
import { agentSlug } from '../../core/agents/agentNames';
import { AGENT_FILE_SUFFIX } from '../../core/agents/agentFile';

/** `Security reviewer` becomes `security_reviewer.agent.md`. */
export function agentFileName(name: string): string {
  return `${agentSlug(name.trim())}${AGENT_FILE_SUFFIX}`;
}

/** A definition that works as it is and shows what can be changed. */
export function agentTemplate(name: string): string {
  return `---
name: ${JSON.stringify(name.trim())}
description: Say in one sentence what this agent is for; the router chooses agents by it.
# Groups: read, search, edit, execute, agent. Single tools go by their names.
tools: [read, search]
# Agents that this one may hand over to.
handoffs:
  - label: Change the code
    agent: dev
    prompt: Make the change that was found to be needed.
---

You are a specialist in a team of agents.

- Say what you look at and what you leave to others.
- Read before you judge: name the file and the line for everything that you claim.
- Answer briefly, the most important thing first.
`;
}
