// `agentTeam.resetBreaker`: closes a breaker that has opened after failures, for whoever knows that the cause is gone.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import { UserError } from '../../core/failure';
import type { BreakerInfo, BreakerRegistry } from '../../core/resilience/breakerRegistry';
import { COMMANDS } from '../ids';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';

const breakerArguments = z.object({ agent: z.string().min(1).optional(), endpoint: z.string().min(1).optional() });

export class BreakerCommands {
  constructor(
    private readonly breakers: BreakerRegistry,
    private readonly agents: Pick<AgentRegistry, 'canonicalName'>,
  ) {}

  async reset(args: unknown[]): Promise<void> {
    const { value, fromPerson } = parseArguments(breakerArguments, args, COMMANDS.resetBreaker);
    if (value.agent !== undefined) {
      this.breakers.reset('agent', this.nameOf(value.agent));
      return;
    }
    if (value.endpoint !== undefined) {
      this.breakers.reset('endpoint', value.endpoint);
      return;
    }
    assertMayAsk(fromPerson, COMMANDS.resetBreaker, 'agent');
    const picked = await this.pick();
    if (picked) this.breakers.reset(picked.scope, picked.name);
  }

  /** The agent's own name; an agent that is gone may have left a breaker under its name. */
  private nameOf(agent: string): string {
    const name = this.agents.canonicalName(agent);
    if (name !== undefined) return name;
    if (this.breakers.list().some((breaker) => breaker.scope === 'agent' && breaker.name === agent)) return agent;
    throw new UserError('agent.unknown', vscode.l10n.t('There is no agent "{0}".', agent));
  }

  private async pick(): Promise<BreakerInfo | undefined> {
    const open = this.breakers.list().filter((breaker) => breaker.state !== 'closed');
    if (open.length === 0) {
      throw new UserError('breaker.none_open', vscode.l10n.t('No circuit breaker is open: there is nothing to reset.'));
    }
    const items = open.map((breaker) => ({
      label: breaker.name,
      description:
        breaker.scope === 'agent'
          ? vscode.l10n.t('agent, {0} failures in a row', breaker.failures)
          : vscode.l10n.t('endpoint, {0} failures in a row', breaker.failures),
      breaker,
    }));
    const placeHolder = vscode.l10n.t('Which circuit breaker do you want to close?');
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.breaker;
  }
}
