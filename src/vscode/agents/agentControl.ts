// What a person does with agents: pauses and resumes them, lets them work by themselves, opens the file that defines one.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { AgentPauses } from '../../core/agents/agentPauses';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { UserError } from '../../core/failure';
import { READY_MADE, type ReadyMadeReaction } from '../../core/reactions/readyMade';
import type { ReactionConsent } from '../../core/reactions/reactionConsent';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { COMMANDS, type CommandId } from '../ids';
import { whenText } from './reactionTexts';
import type { StoredAgentState } from './storedAgentState';

const agentArguments = z.object({ agent: z.string().min(1).optional() });
const reactionArguments = z.object({ reaction: z.string().min(1).optional() });

export interface AgentControlOptions {
  registry: AgentRegistry;
  pauses: AgentPauses;
  state: StoredAgentState;
  /** Loads what reacts. */
  consent: () => Promise<Pick<ReactionConsent, 'allow' | 'reopen'>>;
  uriOf: (spec: AgentSpec) => Promise<vscode.Uri | undefined>;
}

export class AgentControl {
  constructor(private readonly options: AgentControlOptions) {}

  /** `agentTeam.pauseAgent`: it reacts to nothing and is given nothing; what it is doing, it finishes. */
  async pause(args: unknown[]): Promise<void> {
    const { registry, pauses } = this.options;
    const spec = await this.agent(
      args,
      COMMANDS.pauseAgent,
      registry.enabled().filter(({ name }) => !registry.isPaused(name)),
    );
    if (spec) pauses.pause(spec.name);
  }

  async resume(args: unknown[]): Promise<void> {
    const { registry, pauses } = this.options;
    const spec = await this.agent(
      args,
      COMMANDS.resumeAgent,
      registry.list().filter(({ name }) => registry.isPaused(name)),
    );
    if (spec) pauses.resume(spec.name);
  }

  /** `agentTeam.enableReaction`: switches a ready-made reaction on in this workspace. */
  async enable(args: unknown[]): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t('Agents work by themselves only in a workspace that you trust.');
      throw new UserError('workspace.untrusted', message);
    }
    const ready = await this.reaction(args, false);
    if (!ready) return;
    this.options.state.setReadyMade(ready.id, true);
    (await this.options.consent()).reopen();
  }

  async disable(args: unknown[]): Promise<void> {
    const ready = await this.reaction(args, true);
    if (ready) this.options.state.setReadyMade(ready.id, false);
  }

  /** `agentTeam.allowReactions`: the person's word that agents may work by themselves here. */
  async allow(): Promise<void> {
    (await this.options.consent()).allow();
  }

  async openFile(args: unknown[]): Promise<void> {
    const { registry, uriOf } = this.options;
    const spec = await this.agent(
      args,
      COMMANDS.openAgentFile,
      registry.list().filter(({ source }) => source === 'file'),
    );
    if (!spec) return;
    const uri = await uriOf(spec);
    if (!uri) throw new UserError('agent.no_file', vscode.l10n.t('No file defines the agent "{0}".', spec.name));
    await vscode.window.showTextDocument(uri);
  }

  private async agent(
    args: unknown[],
    command: CommandId,
    choices: readonly AgentSpec[],
  ): Promise<AgentSpec | undefined> {
    const { value, fromPerson } = parseArguments(agentArguments, args, command);
    if (value.agent !== undefined) {
      const spec = this.options.registry.find(value.agent);
      if (!spec) throw new UserError('agent.unknown', vscode.l10n.t('There is no agent "{0}".', value.agent));
      return spec;
    }
    assertMayAsk(fromPerson, command, 'agent');
    const items = choices.map((spec) => ({ label: spec.name, description: spec.description, spec }));
    const placeHolder =
      items.length === 0 ? vscode.l10n.t('There is no agent to choose.') : vscode.l10n.t('Choose an agent');
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.spec;
  }

  private async reaction(args: unknown[], isOn: boolean): Promise<ReadyMadeReaction | undefined> {
    const command = isOn ? COMMANDS.disableReaction : COMMANDS.enableReaction;
    const { value, fromPerson } = parseArguments(reactionArguments, args, command);
    const on = this.options.state.readyMade();
    // The title of the view passes the row that has the focus, which may be as wanted already.
    const isDone = fromPerson && value.reaction !== undefined && on.has(value.reaction) !== isOn;
    if (value.reaction !== undefined && !isDone) {
      const ready = READY_MADE.find(({ id }) => id === value.reaction);
      if (!ready) {
        throw new UserError('reaction.unknown', vscode.l10n.t('There is no reaction "{0}".', value.reaction));
      }
      return ready;
    }
    assertMayAsk(fromPerson, command, 'reaction');
    const items = READY_MADE.filter(({ id }) => on.has(id) === isOn).map((ready) => ({
      label: vscode.l10n.t('{0}, {1}', ready.agent, whenText(ready.reaction.topic)),
      detail: ready.reaction.prompt,
      ready,
    }));
    const placeHolder = isOn
      ? vscode.l10n.t('What shall an agent no longer do by itself?')
      : vscode.l10n.t('What shall an agent do by itself?');
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.ready;
  }
}
