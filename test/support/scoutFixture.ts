// One agent, `scout`, who runs over scripted models and tools.
import type { AgentOutcome } from '../../src/core/agents/agentOutcome';
import type { AgentSpec } from '../../src/core/agents/agentSpec';
import type { AgentInvocation } from '../../src/core/agents/agentInvocation';
import { runAgent } from '../../src/core/agents/runAgent';
import { TeamFixture, user, type TeamFixtureOptions } from './teamFixture';
import { assertValidHistory } from './validHistory';

/** One scripted tool call. */
export const CALL = (name: string, input: Record<string, unknown> = {}) => ({ name, arguments: input });

/** The agent `scout`, who may use the tools. */
export function agent(tools: string[], more: Partial<AgentSpec> = {}): AgentSpec {
  return { name: 'scout', description: 'Looks.', source: 'api', prompt: 'You look.', handoffs: [], ...more, tools };
}

/** Runs the agent on the request `look`; the test ends the run and checks what is left. */
export function start(
  fixture: TeamFixture,
  spec: AgentSpec,
  more: Partial<AgentInvocation> = {},
): Promise<AgentOutcome> {
  return runAgent(fixture.services, { spec, messages: [user('look')], ...more }, fixture.recorded.context);
}

/** Runs `scout` on the steps, and checks what must hold after any run. */
export async function runScout(
  options: TeamFixtureOptions,
  more: Partial<AgentInvocation> & { spec?: AgentSpec } = {},
): Promise<{ fixture: TeamFixture; outcome: AgentOutcome }> {
  const fixture = new TeamFixture(options);
  const spec = more.spec ?? agent((options.tools ?? []).map((tool) => tool.name));
  const outcome = await start(fixture, spec, more);
  fixture.assertClean();
  assertValidHistory(outcome.messages);
  return { fixture, outcome };
}
