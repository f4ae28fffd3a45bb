// `agentTeam.resetBreaker`: closes a breaker that has opened after failures, for whoever knows that the cause is gone.
import * as vscode from 'vscode';
import * as z from 'zod';
import { UserError } from '../../core/failure';
import type { BreakerInfo, BreakerRegistry } from '../../core/resilience/breakerRegistry';
import { parseArguments } from '../edge/parseArguments';

const breakerArguments = z.object({ agent: z.string().min(1).optional(), endpoint: z.string().min(1).optional() });

export class BreakerCommands {
  constructor(private readonly breakers: BreakerRegistry) {}

  async reset(args: unknown[]): Promise<void> {
    const { value } = parseArguments(breakerArguments, args, 'agentTeam.resetBreaker');
    if (value.agent !== undefined) {
      this.breakers.reset('agent', value.agent);
      return;
    }
    if (value.endpoint !== undefined) {
      this.breakers.reset('endpoint', value.endpoint);
      return;
    }
    const picked = await this.pick();
    if (picked) this.breakers.reset(picked.scope, picked.name);
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
