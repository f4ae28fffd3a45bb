// Reads the agent files of all places: what stands on disk, since agents follow what is saved.
import * as vscode from 'vscode';
import { AGENT_FILE_SUFFIX, MAX_AGENT_FILE_LENGTH } from '../../core/agents/agentFile';
import type { AgentPlace } from './agentPlaces';

export interface FoundFile {
  uri: vscode.Uri;
  text: string;
}

export interface FoundFiles {
  agents: FoundFile[];
  teams: FoundFile[];
}

/** Files of one directory that are read, by name. */
const MAX_FILES = 200;
/** UTF-8 takes up to four bytes for a character; longer files are too long whatever they hold. */
const MAX_BYTES = 4 * MAX_AGENT_FILE_LENGTH;

/** In the order of the places, by name within one; what can't be read is reported and left out. */
export async function readAgentFiles(
  places: readonly AgentPlace[],
  onProblem: (error: unknown, uri: vscode.Uri) => void,
): Promise<FoundFiles> {
  const read = async (uri: vscode.Uri): Promise<FoundFile[]> => {
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MAX_BYTES) return [{ uri, text: ' '.repeat(MAX_AGENT_FILE_LENGTH + 1) }];
      return [{ uri, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) }];
    } catch (error) {
      if (!isMissing(error)) onProblem(error, uri);
      return [];
    }
  };
  const list = async (directory: vscode.Uri): Promise<vscode.Uri[]> => {
    try {
      const entries = await vscode.workspace.fs.readDirectory(directory);
      const names = entries.flatMap(([name, type]) => (isReadable(name, type) ? name : [])).sort();
      return names.slice(0, MAX_FILES).map((name) => vscode.Uri.joinPath(directory, name));
    } catch (error) {
      if (!isMissing(error)) onProblem(error, directory);
      return [];
    }
  };
  const directories = await Promise.all(places.flatMap((place) => place.directories).map(list));
  const agents = await Promise.all(unique(directories.flat()).map(read));
  const teams = await Promise.all(unique(places.flatMap((place) => place.teamFiles)).map(read));
  return { agents: agents.flat(), teams: teams.flat() };
}

function isReadable(name: string, type: vscode.FileType): boolean {
  return name.endsWith(AGENT_FILE_SUFFIX) && (type & vscode.FileType.File) !== 0;
}

/** One folder may be the user's and the workspace's at once. */
function unique(uris: readonly vscode.Uri[]): vscode.Uri[] {
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError && (error.code === 'FileNotFound' || error.code === 'FileNotADirectory')
  );
}
