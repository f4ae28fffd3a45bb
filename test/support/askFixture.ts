// Requests to a whole team, for tests of routing and handoffs.
import { askTeam, type TeamOutcome, type TeamRequest } from '../../src/core/routing/askTeam';
import { DEFAULT_SETTINGS } from '../../src/core/settings';
import type { CallerStep } from './scriptedModelCaller';
import { TeamFixture, type TeamFixtureOptions } from './teamFixture';
import { assertValidHistory } from './validHistory';

/** A call that passes control on to the agent. */
export const transfer = (agent: string, input: Record<string, unknown> = {}) => ({
  name: `transfer_to_${agent}`,
  arguments: { reason: `${agent} knows better`, ...input },
});

/** A turn of the model that passes control on to the agent. */
export const hand = (agent: string, input: Record<string, unknown> = {}): CallerStep => ({
  toolCalls: [transfer(agent, input)],
});

/** The request begins with dev. */
export const DEV = { agent: 'dev', by: 'option' as const };

/** Settings with other limits. */
export const limits = (change: Partial<typeof DEFAULT_SETTINGS.limits>) => ({
  limits: { ...DEFAULT_SETTINGS.limits, ...change },
});

/** Asks a team over scripted models, and checks what must hold after any request. */
export async function ask(
  options: TeamFixtureOptions,
  request: Partial<TeamRequest> = {},
  prepare: (fixture: TeamFixture) => void = () => {},
): Promise<{ fixture: TeamFixture; outcome: TeamOutcome }> {
  const fixture = new TeamFixture(options);
  prepare(fixture);
  const outcome = await askTeam(fixture.services, { text: 'is this safe?', ...request }, fixture.recorded.context);
  fixture.assertClean();
  assertValidHistory(outcome.messages);
  return { fixture, outcome };
}

/** Why the request failed; nothing if it did not. */
export function reasonOf({ result }: TeamOutcome): string | undefined {
  return result.kind === 'failed' ? result.failure.reason : undefined;
}
