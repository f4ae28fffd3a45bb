// Where standing instructions come from in VS Code. Restricted mode honours none of them.
import * as vscode from 'vscode';
import { collectInstructions } from '../../core/agents/instructionFiles';

/** Longest file that is read, in bytes. */
const MAX_BYTES = 1_000_000;

/** What AGENTS.md files say for a request about `places` (URIs or workspace paths); undefined without any, or where the workspace is not trusted. */
export async function readInstructions(places: readonly string[] = []): Promise<string | undefined> {
  const { workspace } = vscode;
  if (!workspace.isTrusted) return undefined;
  const folders = (workspace.workspaceFolders ?? []).map(({ uri, name }) => ({ uri: uri.toString(), name }));
  return collectInstructions({ folders: () => folders, read }, places);
}

/** What an open editor shows counts, saved or not. */
async function read(id: string): Promise<string | undefined> {
  const uri = vscode.Uri.parse(id, true);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES || (type & vscode.FileType.File) === 0) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    // Below a place that is a file there is no AGENTS.md, and some file systems say so in their own way.
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}
