// The commands on reports. A row of the runs tree or `{ runId, taskId? }` names the run; called with arguments they never ask.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Clock } from '../../core/clock';
import { UserError } from '../../core/failure';
import { reportMarkdown } from '../../core/runs/reportMarkdown';
import { reportOf } from '../../core/runs/runReport';
import type { RunStore } from '../../core/runs/runStore';
import { fileUri, parseArguments, uriArgument } from '../edge/commandArguments';
import { COMMANDS } from '../ids';
import type { ReportPageWords } from './reportPage';
import type { ReportPanels } from './reportPanels';

export interface ReportCommandsOptions {
  store: RunStore;
  panels: ReportPanels;
  clock: Clock;
  words: ReportPageWords;
}

const openArguments = z.object({ runId: z.string().min(1), taskId: z.string().min(1).optional() });
const exportArguments = z.object({ runId: z.string().min(1), uri: uriArgument.optional() });

export class ReportCommands {
  constructor(private readonly options: ReportCommandsOptions) {}

  /** `agentTeam.openRunReport` of a run that is known. */
  async open(args: unknown[]): Promise<void> {
    const { runId, taskId } = parseArguments(openArguments, args, COMMANDS.openRunReport).value;
    if (!(await this.options.store.get(runId))) throw unknownRun(runId);
    this.options.panels.show(runId, taskId);
  }

  /** `agentTeam.exportRunReport`: writes the file that is named, asks a person for one, and returns the text to a program. */
  async export(args: unknown[], isPerson: boolean): Promise<string> {
    const { runId, uri } = parseArguments(exportArguments, args, COMMANDS.exportRunReport).value;
    const text = await this.markdown(runId);
    const target = uri === undefined ? (isPerson ? await this.askForFile(runId) : undefined) : fileUri(uri);
    if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return text;
  }

  async openAsMarkdown(runId: string): Promise<void> {
    const content = await this.markdown(runId);
    const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
    await vscode.window.showTextDocument(document, { preview: false });
  }

  async markdown(runId: string): Promise<string> {
    const { store, clock, words } = this.options;
    const view = await store.get(runId);
    if (!view) throw unknownRun(runId);
    return reportMarkdown(reportOf(view, clock.now()), words, clock.now());
  }

  private async askForFile(runId: string): Promise<vscode.Uri | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const title = this.options.store.peek(runId)?.title ?? '';
    const name = `${
      title
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 60) || 'report'
    }.md`;
    return vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [vscode.l10n.t('Markdown')]: ['md'] },
      title: vscode.l10n.t('Export report'),
    });
  }
}

function unknownRun(runId: string): UserError {
  return new UserError('run.unknown', vscode.l10n.t('There is no run {0}. It may have been deleted.', runId));
}
