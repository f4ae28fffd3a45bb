// The commands that put a question to the team; each returns its run's result. Called with arguments they never prompt, but for `ask`
// without a request.
import * as z from 'zod';
import * as vscode from 'vscode';
import type { ContextItem, RunHandle, RunResult } from '../../api';
import { UserError } from '../../core/failure';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { COMMANDS } from '../ids';
import { selectionContext } from '../edge/selectionContext';

export interface AskCommandsOptions {
  ask(request: string, options: { agent?: string; context: ContextItem[] }): RunHandle;
  goal(goal: string, context: ContextItem[]): RunHandle;
  /** Brings the chat to the front with this run. */
  showRun(runId: string): Promise<void>;
  /** False for agents that are switched off or unknown. */
  isEnabled(agent: string): boolean;
}

const askArguments = z.object({ request: z.string().trim().min(1).optional(), agent: z.string().min(1).optional() });
const goalArguments = z.object({ goal: z.string().trim().min(1).optional() });
const selectionArguments = z.object({ request: z.string().trim().min(1).optional() });

export class AskCommands {
  constructor(private readonly options: AskCommandsOptions) {}

  /** `agentTeam.ask` */
  async ask(args: unknown[]): Promise<RunResult | undefined> {
    const { value, fromPerson } = parseArguments(askArguments, args, COMMANDS.ask);
    const request = value.request ?? (await this.promptFor(vscode.l10n.t('Ask the team'), []));
    if (request === undefined) return undefined;
    return this.start(request, {
      context: selectionContext({ orWholeFile: false }),
      show: fromPerson,
      ...(value.agent !== undefined && { agent: value.agent }),
    });
  }

  /** `agentTeam.routeSelection` */
  async routeSelection(args: unknown[]): Promise<RunResult | undefined> {
    const { value, fromPerson } = parseArguments(selectionArguments, args, COMMANDS.routeSelection);
    if (value.request === undefined) assertMayAsk(fromPerson, COMMANDS.routeSelection, 'request');
    const context = contextOrThrow();
    const request = value.request ?? (await this.promptFor(vscode.l10n.t('Ask about the selection'), context));
    if (request === undefined) return undefined;
    return this.start(request, { context, show: fromPerson });
  }

  /** `agentTeam.runGoal` */
  async runGoal(args: unknown[]): Promise<RunResult | undefined> {
    const { value, fromPerson } = parseArguments(goalArguments, args, COMMANDS.runGoal);
    if (value.goal === undefined) assertMayAsk(fromPerson, COMMANDS.runGoal, 'goal');
    const goal =
      value.goal ??
      (await this.promptFor(vscode.l10n.t('Run a goal'), [], {
        placeHolder: vscode.l10n.t('Add input validation to the API, with tests and docs'),
        prompt: vscode.l10n.t('The supervisor plans it as tasks for the team and runs them.'),
      }));
    if (goal === undefined) return undefined;
    const handle = this.options.goal(goal, selectionContext({ orWholeFile: false }));
    if (fromPerson) await this.options.showRun(handle.runId);
    return handle.result;
  }

  /** `agentTeam.explainSelection`: explanations are writer's work; where writer is off, the router decides. */
  async explainSelection(): Promise<RunResult> {
    const context = contextOrThrow();
    const agent = this.options.isEnabled('writer') ? { agent: 'writer' } : {};
    return this.start(vscode.l10n.t('Explain this code.'), { context, show: true, ...agent });
  }

  private async start(
    request: string,
    options: { agent?: string; context: ContextItem[]; show: boolean },
  ): Promise<RunResult> {
    const { show, ...rest } = options;
    const handle = this.options.ask(request, rest);
    if (show) await this.options.showRun(handle.runId);
    return handle.result;
  }

  private async promptFor(
    title: string,
    context: ContextItem[],
    texts: { placeHolder: string; prompt: string } = {
      placeHolder: vscode.l10n.t('Is this safe?'),
      prompt: vscode.l10n.t('The router picks the right agent. Name one with @ to decide yourself.'),
    },
  ): Promise<string | undefined> {
    const labels = context.map((item) => item.label).join(', ');
    const answer = await vscode.window.showInputBox({
      title: labels === '' ? title : `${title}: ${labels}`,
      ...texts,
      ignoreFocusOut: true,
    });
    const request = answer?.trim();
    return request === '' ? undefined : request;
  }
}

function contextOrThrow(): ContextItem[] {
  const context = selectionContext({ orWholeFile: true });
  if (context.length > 0) return context;
  throw new UserError(
    'command.no_editor',
    vscode.l10n.t('There is no open editor to ask about. Open a file, select some code and try again.'),
  );
}
