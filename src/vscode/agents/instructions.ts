// Standing instructions of the workspace: AGENTS.md of each folder, for every agent. Restricted mode honours none of them.
import * as vscode from 'vscode';

/** Longest instructions that an agent gets, in characters; what is beyond is cut with a note. */
const MAX_LENGTH = 20_000;

/** The text of all AGENTS.md files at the folders' roots; undefined where there is none, or where the workspace is not trusted. */
export async function readInstructions(): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const texts = await Promise.all(folders.map(readFolder));
  const found = texts.filter((text) => text !== undefined);
  if (found.length === 0) return undefined;
  const joined = found.join('\n\n');
  return joined.length <= MAX_LENGTH
    ? joined
    : `${joined.slice(0, MAX_LENGTH)}\n[AGENTS.md goes on; read the file for the rest]`;
}

async function readFolder(folder: vscode.WorkspaceFolder): Promise<string | undefined> {
  const uri = vscode.Uri.joinPath(folder.uri, 'AGENTS.md');
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open ? open.getText() : await readFile(uri);
  if (text === undefined || text.trim() === '') return undefined;
  return `# Instructions of the workspace folder "${folder.name}" (AGENTS.md)\n\n${text.trim()}`;
}

async function readFile(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
