// The path that events give a file: relative to its folder, with the folder's name before it when there are several.
import * as vscode from 'vscode';
import { segmentsBelow } from '../../core/workspace/uri';
import { labelFolders } from '../../core/workspace/workspacePath';

/** Undefined outside the workspace, for git's own files, and for documents that are no files: ours among them. */
export function workspacePath(uri: vscode.Uri): string | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return undefined;
  const all = (vscode.workspace.workspaceFolders ?? []).map((each) => ({ name: each.name, uri: each.uri.toString() }));
  const label = labelFolders(all).find((each) => each.uri === folder.uri.toString())?.label ?? '';
  const segments = segmentsBelow(folder.uri.toString(), uri.toString());
  if (!segments || segments.length === 0 || segments.includes('.git')) return undefined;
  return [...(label === '' ? [] : [label]), ...segments].join('/');
}
