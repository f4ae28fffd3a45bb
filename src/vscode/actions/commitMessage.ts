// Writes a commit message into the input box of source control, through the git extension's API; it commits nothing.
import * as vscode from 'vscode';
import type { RunHandle } from '../../api';
import { UserError } from '../../core/failure';
import { cutDiff } from '../../core/tools/reading/getGitChanges';
import { loadGitApi, type GitRepository } from '../editorTools/gitExtension';
import { userErrorOf } from '../failureText';
import { commitMessageOf, commitMessageRequest, plainCommitMessage } from './actionRequests';

const MAX_DIFF_LENGTH = 40_000;

export interface CommitMessageOptions {
  ask(request: string, agent: string | undefined): RunHandle;
  isEnabled(agent: string): boolean;
}

/** `agentTeam.writeCommitMessage`: for the staged changes, or all where nothing is staged. Returns the message. */
export async function writeCommitMessage(args: unknown[], options: CommitMessageOptions): Promise<string | undefined> {
  const repository = await repositoryOf(args);
  const { indexChanges, workingTreeChanges } = repository.state;
  const isStaged = indexChanges.length > 0;
  const changes = isStaged ? indexChanges : workingTreeChanges;
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to describe.'));
    return undefined;
  }
  const { text: diff } = cutDiff(await repository.diff(isStaged), MAX_DIFF_LENGTH);
  const agent = options.isEnabled('writer') ? 'writer' : undefined;
  const message = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.SourceControl, title: vscode.l10n.t('Writing the commit message') },
    async (_progress, token) => {
      const handle = options.ask(commitMessageRequest(diff), agent);
      token.onCancellationRequested(() => handle.cancel());
      const result = await handle.result;
      if (result.status === 'cancelled') return undefined;
      if (result.usage.modelCalls === 0) return plainCommitMessage(changes.map(({ uri }) => uri.path));
      if (result.error) throw userErrorOf(result.error);
      return commitMessageOf(result.text);
    },
  );
  if (message !== undefined && message !== '') repository.inputBox.value = message;
  return message;
}

async function repositoryOf(args: unknown[]): Promise<GitRepository> {
  const git = await loadGitApi();
  const [first] = git?.repositories ?? [];
  const root = (args[0] as { rootUri?: vscode.Uri } | undefined)?.rootUri?.toString();
  const repository = git?.repositories.find(({ rootUri }) => rootUri.toString() === root) ?? first;
  if (repository) return repository;
  throw new UserError('git.no_repository', vscode.l10n.t('No folder of the workspace is in a git repository.'));
}
