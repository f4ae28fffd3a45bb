import * as vscode from 'vscode';
import { InstalledLinters } from './installedLinters';

/** The linters of the open workspace; they run only while it is trusted. */
export function createWorkspaceLinters(): InstalledLinters {
  return new InstalledLinters({
    folders: () => (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.toString()),
    isTrusted: () => vscode.workspace.isTrusted,
  });
}
