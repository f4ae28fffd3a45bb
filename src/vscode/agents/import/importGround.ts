// What is there in a folder before an import: sources as text, agent files, AGENTS.md.
import * as vscode from 'vscode';
import { MAX_AGENT_FILE_LENGTH } from '../../../core/agents/agentFile';
import type { AgentRegistry } from '../../../core/agents/agentRegistry';
import { convertSources } from '../../../core/agents/import/convert';
import type { ImportFault, ImportItem } from '../../../core/agents/import/importItem';
import { AGENTS_FOLDER, planImport, type ImportGround, type ImportPlan } from '../../../core/agents/import/importPlan';
import { MAX_SOURCE_LENGTH } from '../../../core/agents/import/importSource';
import { INSTRUCTIONS_FILE } from '../../../core/agents/instructionFiles';
import type { LabelledFolder } from '../../../core/workspace/workspacePath';
import { documentInStep } from '../../changes/shownText';
import { readText, type FoundSource } from './importSources';

/** What the sources of one folder give. */
export interface FolderImport {
  folder: LabelledFolder;
  items: ImportItem[];
  faults: ImportFault[];
  /** What is there before. */
  ground: ImportGround;
}

export interface FolderPlan extends ImportPlan {
  folder: LabelledFolder;
}

/** Reads and converts the sources, folder by folder. */
export async function readImports(
  sources: readonly FoundSource[],
  registry: Pick<AgentRegistry, 'list'>,
): Promise<FolderImport[]> {
  const folders = [...new Set(sources.map(({ folder }) => folder))];
  return Promise.all(
    folders.map(async (folder) => {
      const own = sources.filter((source) => source.folder === folder);
      const read = await Promise.all(
        own.map(async ({ uri, path }) => ({ path, text: await readText(uri, 4 * MAX_SOURCE_LENGTH) })),
      );
      const unreadable = read.flatMap(({ path, text }): ImportFault[] =>
        text === undefined ? [{ source: path, reason: 'file.unreadable', detail: '' }] : [],
      );
      const texts = read.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
      const { items, faults } = convertSources(texts);
      return { folder, items, faults: [...unreadable, ...faults], ground: await groundOf(folder, registry) };
    }),
  );
}

/** What would be written for these of the folder's items. */
export function planOf({ folder, ground }: FolderImport, items: readonly ImportItem[]): FolderPlan {
  return { folder, ...planImport(items, ground) };
}

async function groundOf(folder: LabelledFolder, registry: Pick<AgentRegistry, 'list'>): Promise<ImportGround> {
  const root = vscode.Uri.parse(folder.uri, true);
  const directory = vscode.Uri.joinPath(root, AGENTS_FOLDER);
  const names = await listNames(directory);
  const files = await Promise.all(
    names.map(async (name) => {
      const text = await readText(vscode.Uri.joinPath(directory, name), 4 * MAX_AGENT_FILE_LENGTH);
      return [name, text ?? ''] as const;
    }),
  );
  return {
    agents: registry.list().map(({ name }) => name),
    files: new Map(files),
    instructions: await instructionsOf(root),
  };
}

async function listNames(directory: vscode.Uri): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(directory)).map(([name]) => name);
  } catch {
    return [];
  }
}

/** With what is typed and not saved yet: the sections come behind it. */
async function instructionsOf(root: vscode.Uri): Promise<string | undefined> {
  const uri = vscode.Uri.joinPath(root, INSTRUCTIONS_FILE);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return undefined;
  }
  return (await documentInStep(uri))?.getText() ?? (await readText(uri, 4 * MAX_SOURCE_LENGTH));
}
