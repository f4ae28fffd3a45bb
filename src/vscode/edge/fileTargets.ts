// Opens a place that an answer or a tool names: a URI, or a path as tools write it (`src/a.ts`, `<folder>/src/a.ts` with several folders).
import * as vscode from 'vscode';
import { UserError } from '../../core/failure';
import type { FileTarget } from '../../protocol/chat/chatMessages';

/** Rejects with a `UserError` when there is no such file in the workspace. */
export async function openFileTarget(target: FileTarget): Promise<void> {
  const uri = target.uri === undefined ? await findFile(target.path ?? '') : vscode.Uri.parse(target.uri, true);
  if (!uri) {
    throw new UserError('file.not_found', vscode.l10n.t('{0} is not in this workspace.', target.path ?? ''));
  }
  const selection = selectionOf(target);
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true, ...(selection && { selection }) });
}

function selectionOf({ line, endLine }: FileTarget): vscode.Range | undefined {
  if (line === undefined || line < 1) return undefined;
  const last = Math.max(line, endLine ?? line);
  // The whole lines are shown as selected only where a range was named.
  return last > line ? new vscode.Range(line - 1, 0, last, 0) : new vscode.Range(line - 1, 0, line - 1, 0);
}

async function findFile(path: string): Promise<vscode.Uri | undefined> {
  const clean = path.replaceAll('\\', '/').replace(/^\.\//, '').replace(/^\/+/, '');
  if (!clean || clean.split('/').includes('..')) return undefined;
  for (const uri of candidates(clean)) if (await isFile(uri)) return uri;
  // Models often name a file without its folder.
  const escaped = clean.replace(/[[\]{}*?!]/g, '?');
  const [found] = await vscode.workspace.findFiles(`**/${escaped}`, undefined, 1);
  return found;
}

function candidates(path: string): vscode.Uri[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [first = '', ...rest] = path.split('/');
  const named = folders.filter((folder) => folder.name === first && rest.length > 0);
  return [
    ...named.map((folder) => vscode.Uri.joinPath(folder.uri, ...rest)),
    ...folders.map((folder) => vscode.Uri.joinPath(folder.uri, path)),
  ];
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
