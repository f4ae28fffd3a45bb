// The team as tools for other agents in VS Code: ask, review, goal, findings. VS Code asks the person before each use that costs.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Finding, RunHandle, RunResult } from '../../api';
import type { ReviewTarget } from '../../core/review/reviewTarget';
import { formatFinding } from '../../core/analysis/findingText';
import type { TeamToolName } from '../ids';

export interface TeamToolsOptions {
  ask(request: string, agent: string | undefined): RunHandle;
  goal(goal: string): RunHandle;
  review(target: ReviewTarget): RunHandle;
  /** The open findings of the newest reviews, the worst first. */
  findings(): Promise<Finding[]>;
  uriOf(path: string): Promise<vscode.Uri | undefined>;
}

const askInput = z.object({ request: z.string().trim().min(1), agent: z.string().min(1).optional() });
const goalInput = z.object({ goal: z.string().trim().min(1) });
const reviewInput = z.object({
  path: z.string().min(1).optional(),
  changes: z.enum(['working', 'staged', 'branch']).optional(),
  base: z.string().min(1).optional(),
});
const findingsInput = z.object({ path: z.string().optional() });

export class TeamTools {
  constructor(private readonly options: TeamToolsOptions) {}

  /** Never rejects for bad input: the model reads what is wrong with it. */
  async invoke(
    name: TeamToolName,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const text = await this.run(name, input, token);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
  }

  /** What VS Code shows while a tool runs, and what it asks before. */
  prepare(name: TeamToolName, input: unknown): vscode.PreparedToolInvocation {
    const { request, goal, agent, path } = (input ?? {}) as Record<string, string | undefined>;
    switch (name) {
      case 'agentTeam_ask':
        return asks(
          vscode.l10n.t('Ask the team'),
          vscode.l10n.t(
            '{0} of Agent Team gets this request: {1}',
            agent ?? vscode.l10n.t('The right agent'),
            request ?? '',
          ),
        );
      case 'agentTeam_goal':
        return asks(
          vscode.l10n.t('Run a goal'),
          vscode.l10n.t('The team plans and works on: {0}. It may propose edits and ask to run commands.', goal ?? ''),
        );
      case 'agentTeam_review':
        return asks(
          vscode.l10n.t('Review code'),
          vscode.l10n.t('qa of Agent Team reviews {0}.', path ?? vscode.l10n.t('the changes')),
        );
      case 'agentTeam_findings':
        return { invocationMessage: vscode.l10n.t('Reading the findings of reviews') };
    }
  }

  private async run(name: TeamToolName, input: unknown, token: vscode.CancellationToken): Promise<string> {
    switch (name) {
      case 'agentTeam_ask': {
        const parsed = askInput.safeParse(input);
        return parsed.success
          ? this.wait(this.options.ask(parsed.data.request, parsed.data.agent), token)
          : faultOf(parsed.error);
      }
      case 'agentTeam_goal': {
        const parsed = goalInput.safeParse(input);
        return parsed.success ? this.wait(this.options.goal(parsed.data.goal), token) : faultOf(parsed.error);
      }
      case 'agentTeam_review':
        return this.review(input, token);
      case 'agentTeam_findings': {
        const parsed = findingsInput.safeParse(input);
        if (!parsed.success) return faultOf(parsed.error);
        const { path } = parsed.data;
        const findings = (await this.options.findings()).filter(
          (finding) => path === undefined || finding.path === plainPath(path),
        );
        return findings.length === 0 ? 'There are no open findings.' : findings.map(formatFinding).join('\n\n');
      }
    }
  }

  private async review(input: unknown, token: vscode.CancellationToken): Promise<string> {
    const parsed = reviewInput.safeParse(input);
    if (!parsed.success) return faultOf(parsed.error);
    const { path, changes = 'working', base } = parsed.data;
    if (path === undefined) {
      return this.wait(
        this.options.review({ kind: 'changes', scope: changes, ...(base !== undefined && { base }) }),
        token,
      );
    }
    const uri = await this.options.uriOf(path);
    if (!uri) return `There is no file ${path} in the workspace.`;
    return this.wait(this.options.review({ kind: 'places', places: [{ uri: uri.toString() }] }), token);
  }

  private async wait(handle: RunHandle, token: vscode.CancellationToken): Promise<string> {
    const listener = token.onCancellationRequested(() => handle.cancel());
    try {
      return textOf(await handle.result);
    } finally {
      listener.dispose();
    }
  }
}

/** As findings have it, however a model writes it. */
function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
}

function asks(title: string, message: string): vscode.PreparedToolInvocation {
  return { invocationMessage: title, confirmationMessages: { title, message } };
}

function textOf({ status, text, error, changes, findings }: RunResult): string {
  const proposed = changes
    .filter((change) => change.status === 'proposed')
    .map(({ path, added, removed }) => `- ${path} +${added} -${removed}`);
  return [
    text,
    ...(findings.length > 0 ? [`Findings:\n${findings.map(formatFinding).join('\n\n')}`] : []),
    ...(proposed.length > 0 ? [`Edits that wait for the person's review:\n${proposed.join('\n')}`] : []),
    ...(status === 'completed' ? [] : [`The run ended as ${status}${error ? `: ${error.message}` : ''}.`]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function faultOf(error: z.ZodError): string {
  return `The input can't be used: ${z.prettifyError(error).replaceAll('\n', ' ')}`;
}
