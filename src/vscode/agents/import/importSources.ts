// Finds and reads files of other tools in the folders of a trusted workspace. Light: the view of agents uses it to learn whether there are any.
import * as vscode from 'vscode';
import { SOURCE_GLOBS, sourceKind } from '../../../core/agents/import/importSource';
import { labelFolders, type LabelledFolder } from '../../../core/workspace/workspacePath';

export interface FoundSource {
  folder: LabelledFolder;
  uri: vscode.Uri;
  /** Relative to the folder. */
  path: string;
  /** As people and tools write it: with the folder's label where there are several. */
  shownPath: string;
}

/** Files of one folder that are looked at. */
const MAX_SOURCES = 200;

/** In the order of the folders, by path within one; none while the workspace is not trusted. */
export async function findSources(): Promise<FoundSource[]> {
  const { isTrusted, workspaceFolders = [] } = vscode.workspace;
  if (!isTrusted) return [];
  const folders = labelFolders(workspaceFolders.map(({ name, uri }) => ({ name, uri: uri.toString() })));
  const found = await Promise.all(workspaceFolders.map((folder, index) => sourcesIn(folder, folders[index])));
  return found.flat();
}

async function sourcesIn(folder: vscode.WorkspaceFolder, labelled: LabelledFolder | undefined): Promise<FoundSource[]> {
  if (!labelled) return [];
  const pattern = new vscode.RelativePattern(folder, `{${SOURCE_GLOBS.join(',')}}`);
  const uris = await vscode.workspace.findFiles(pattern, null, MAX_SOURCES);
  return uris
    .flatMap((uri) => {
      const path = uri.path.slice(folder.uri.path.replace(/\/$/, '').length + 1);
      if (sourceKind(path) === undefined) return [];
      return { folder: labelled, uri, path, shownPath: shownPath(labelled, path) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A path of a folder as people write it. */
export function shownPath({ label }: LabelledFolder, path: string): string {
  return label === '' ? path : `${label}/${path}`;
}

/** The text of a file as it is saved; undefined where it can't be read. */
export async function readText(uri: vscode.Uri, maxBytes: number): Promise<string | undefined> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return undefined;
    // Too long whatever it holds: what judges it says so.
    if (size > maxBytes) return ' x'.repeat(maxBytes / 4);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
