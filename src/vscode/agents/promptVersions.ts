// Keeps the texts of all prompt versions that were used, one file each, so that two can be compared later.
import * as vscode from 'vscode';
import type { PromptVersionStore, PromptVersionText } from '../../core/agents/promptVersion';

/** Files are written once and never changed: their name is the hash of what is in them. */
export function createPromptVersions(
  context: Pick<vscode.ExtensionContext, 'globalStorageUri'>,
  onBug: (error: unknown, where: string) => void,
): PromptVersionStore {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'prompts');
  const write = async (text: PromptVersionText) => {
    const uri = vscode.Uri.joinPath(folder, `${text.version}.json`);
    await vscode.workspace.fs.createDirectory(folder);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify({ schema: 1, ...text }, null, 2)));
  };
  return {
    remember: (text) => {
      void write(text).catch((error: unknown) => onBug(error, 'prompt versions'));
    },
  };
}
