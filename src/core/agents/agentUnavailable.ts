// Why an agent of the team gets no work now.
import { failure, type Failure } from '../failure';
import type { AgentRegistry } from './agentRegistry';

/** Undefined if it may be given work; `name` is the canonical name of an agent that there is. */
export function whyUnavailable(
  registry: Pick<AgentRegistry, 'isEnabled' | 'isPaused'>,
  name: string,
): Failure | undefined {
  if (!registry.isEnabled(name)) {
    return failure('agent.disabled', `The agent '${name}' is switched off by the setting agentTeam.agents.disabled.`);
  }
  if (!registry.isPaused(name)) return undefined;
  const remedy = 'Resume it in the view of agents, or ask another agent.';
  return failure('agent.paused', `The agent '${name}' is paused. ${remedy}`);
}
