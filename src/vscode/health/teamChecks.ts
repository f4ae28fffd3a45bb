// What the health page tries out: the model with a real request, the tools on real files, the storage with a real write.
import * as vscode from 'vscode';
import { isFailure, type Failure } from '../../core/failure';
import type { ChatModel } from '../../core/model/chatModel';
import { describeSelection, type ModelSelection } from '../../core/model/modelChoice';
import type { WorkspacePorts } from '../../core/workspace/workspacePorts';
import { failureText } from '../failureText';
import { nameOfEndpoint, whyThisModel } from '../models/modelSentences';
import type { HealthCheck, HealthResult } from './health';

export interface TeamChecksOptions {
  selectModel(signal: AbortSignal): Promise<ModelSelection | Failure>;
  ports: WorkspacePorts;
  /** Where everything of the workspace is kept. */
  storage: vscode.Uri;
  /** Problems of the settings, as sentences. */
  settingsProblems(): string[];
  /** Further checks of rooms that know better, such as a broker of events. */
  others?: readonly HealthCheck[];
}

export function teamChecks(options: TeamChecksOptions): HealthCheck[] {
  return [
    { title: vscode.l10n.t('Model'), asksModel: true, run: (signal) => checkModel(options, signal) },
    { title: vscode.l10n.t('Workspace'), run: (signal) => checkWorkspace(options.ports, signal) },
    { title: vscode.l10n.t('Git'), run: (signal) => checkGit(options.ports, signal) },
    { title: vscode.l10n.t('Storage'), run: () => checkStorage(options.storage) },
    { title: vscode.l10n.t('Settings'), run: () => Promise.resolve(checkSettings(options.settingsProblems())) },
    ...(options.others ?? []),
  ];
}

const selectModel = () => `[${vscode.l10n.t('Select model')}](command:agentTeam.selectModel)`;

async function checkModel(options: TeamChecksOptions, signal: AbortSignal): Promise<HealthResult> {
  const selection = await options.selectModel(signal);
  if (isFailure(selection)) return { state: 'error', found: failureText(selection), remedy: selectModel() };
  const { model } = selection;
  const why = whyThisModel(describeSelection(selection));
  if (!model.isLanguageModel) {
    const found = vscode.l10n.t('Reviews, search and fixes that are sure work; nothing is written.');
    return { state: 'ok', found: `${why} ${found}`, remedy: selectModel() };
  }
  const startedAt = performance.now();
  const problem = await tryOut(model, signal);
  const name = `${model.id.model} (${nameOfEndpoint(model.id.endpoint)})`;
  if (problem !== undefined) return { state: 'error', found: `${name}: ${problem}`, remedy: selectModel() };
  const took = Math.round(performance.now() - startedAt);
  return { state: 'ok', found: `${vscode.l10n.t('{0} answered in {1} ms.', name, took)} ${why}` };
}

/** What went wrong with a request of one word; undefined where it was answered. */
async function tryOut(model: ChatModel, signal: AbortSignal): Promise<string | undefined> {
  const messages = [
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'Answer with the word "ready".' }] },
  ];
  for await (const part of model.stream({ role: 'default', messages, tools: [], maxOutputTokens: 16 }, signal)) {
    if (part.type === 'failed') return failureText(part.failure);
  }
  return undefined;
}

async function checkWorkspace({ workspace }: WorkspacePorts, signal: AbortSignal): Promise<HealthResult> {
  if (workspace.folders().length === 0) {
    return {
      state: 'warning',
      found: vscode.l10n.t('No folder is open: agents can read and change nothing.'),
      remedy: vscode.l10n.t('[Open a folder](command:vscode.openFolder).'),
    };
  }
  if (!workspace.isTrusted()) {
    return {
      state: 'warning',
      found: vscode.l10n.t('The workspace is in restricted mode: agents read, but edit nothing and run nothing.'),
      remedy: vscode.l10n.t('[Manage workspace trust](command:workbench.trust.manage).'),
    };
  }
  const listed = await workspace.list({ limit: 1 }, signal);
  if (isFailure(listed)) return { state: 'error', found: listed.message };
  const [file] = listed.files;
  const read = file && (await workspace.read(file, signal));
  const searched = await workspace.search({ query: 'a', isRegex: false, limit: 1, contextLines: 0 }, signal);
  if (isFailure(searched))
    return { state: 'error', found: vscode.l10n.t('Search does not work: {0}', searched.message) };
  if (read && isFailure(read) && read.reason === 'file.unreadable') return { state: 'error', found: read.message };
  return { state: 'ok', found: vscode.l10n.t('Files can be listed, read and searched.') };
}

async function checkGit({ git }: WorkspacePorts, signal: AbortSignal): Promise<HealthResult> {
  const summary = await git.summary?.(signal);
  if (!summary || isFailure(summary)) {
    const found = summary?.message ?? vscode.l10n.t('git can not be asked.');
    return { state: 'warning', found: vscode.l10n.t('{0} Reviews of changes need it; everything else works.', found) };
  }
  const { changedFiles, head = '?' } = summary;
  const found =
    changedFiles === 1
      ? vscode.l10n.t('1 changed file on {0}.', head)
      : vscode.l10n.t('{0} changed files on {1}.', changedFiles, head);
  return { state: 'ok', found };
}

async function checkStorage(folder: vscode.Uri): Promise<HealthResult> {
  const probe = vscode.Uri.joinPath(folder, `health-${Date.now()}.tmp`);
  const { fs } = vscode.workspace;
  try {
    await fs.writeFile(probe, new TextEncoder().encode('ok'));
    await fs.delete(probe);
    return { state: 'ok', found: vscode.l10n.t('Runs, events and traces can be written.') };
  } catch (error) {
    const reason = error instanceof vscode.FileSystemError ? error.code : String(error);
    return {
      state: 'error',
      found: vscode.l10n.t(
        'Nothing can be written to the storage of the extension ({0}): runs are lost when the window closes.',
        reason,
      ),
      remedy: vscode.l10n.t("Free disk space or give this user write access to the folder of VS Code's user data."),
    };
  }
}

function checkSettings(problems: readonly string[]): HealthResult {
  if (problems.length === 0) return { state: 'ok', found: vscode.l10n.t('All settings can be used.') };
  return {
    state: 'warning',
    found: problems.map((problem) => `- ${problem}`).join('\n'),
    remedy: `[${vscode.l10n.t('Open settings')}](command:workbench.action.openSettings?%22agentTeam.%22)`,
  };
}
