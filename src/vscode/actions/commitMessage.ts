// Writes a commit message into the input box of source control, through the git extension's API; it commits nothing.
import * as vscode from 'vscode';
import type { RunHandle } from '../../api';
import { UserError } from '../../core/failure';
import { newFileDiff } from '../../core/workspace/diffText';
import { cutDiff } from '../../core/tools/reading/getGitChanges';
import { segmentsBelow } from '../../core/workspace/uri';
import { loadGitApi, STATUS, type GitChange, type GitRepository } from '../editorTools/gitExtension';
import { userErrorOf } from '../failureText';
import { commitMessageOf, commitMessageRequest, plainCommitMessage } from './actionRequests';

const MAX_DIFF_LENGTH = 40_000;
const MAX_NEW_FILES = 20;
const MAX_NEW_FILE_BYTES = 100_000;
const MAX_NEW_FILE_LINES = 200;

export interface CommitMessageOptions {
  ask(request: string, agent: string | undefined): RunHandle;
  isEnabled(agent: string): boolean;
}

/** `agentTeam.writeCommitMessage`: for the staged changes, or all where nothing is staged. Returns the message. */
export async function writeCommitMessage(args: unknown[], options: CommitMessageOptions): Promise<string | undefined> {
  const repository = await repositoryOf(args);
  await repository.status();
  const { indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  const isStaged = indexChanges.length > 0;
  const changes = isStaged ? indexChanges : [...workingTreeChanges, ...untrackedChanges];
  if (changes.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to describe.'));
    return undefined;
  }
  const added = isStaged ? '' : await newFilesOf(repository, changes);
  const { text: diff } = cutDiff(`${await repository.diff(isStaged)}${added}`, MAX_DIFF_LENGTH);
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

/** Files that git does not track yet, which no diff of its shows. */
async function newFilesOf({ rootUri }: GitRepository, changes: readonly GitChange[]): Promise<string> {
  const untracked = changes.filter(({ status }) => status === STATUS.untracked).slice(0, MAX_NEW_FILES);
  const diffs = untracked.map(async ({ uri }) => {
    const path = (segmentsBelow(rootUri.toString(), uri.toString()) ?? [uri.path]).join('/');
    const { size } = await vscode.workspace.fs.stat(uri);
    const bytes = size > MAX_NEW_FILE_BYTES ? undefined : await vscode.workspace.fs.readFile(uri);
    const isText = bytes !== undefined && !bytes.includes(0);
    return newFileDiff(path, isText ? new TextDecoder().decode(bytes) : '', MAX_NEW_FILE_LINES);
  });
  // One that went meanwhile is no matter of the message.
  return (await Promise.all(diffs.map((diff) => diff.catch(() => '')))).join('');
}

async function repositoryOf(args: unknown[]): Promise<GitRepository> {
  const git = await loadGitApi();
  const [first] = git?.repositories ?? [];
  const root = (args[0] as { rootUri?: vscode.Uri } | undefined)?.rootUri?.toString();
  const repository = git?.repositories.find(({ rootUri }) => rootUri.toString() === root) ?? first;
  if (repository) return repository;
  throw new UserError('git.no_repository', vscode.l10n.t('No folder of the workspace is in a git repository.'));
}
