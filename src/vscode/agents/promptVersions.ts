// Keeps the texts of all prompt versions that were used, one file each, so that two can be compared later.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { PromptVersionStore, PromptVersionText } from '../../core/agents/promptVersion';

/** The store with its texts to read. */
export interface PromptVersions extends PromptVersionStore {
  /** Undefined for a version that was never used, or whose file can't be read. */
  find(version: string): Promise<PromptVersionText | undefined>;
  /** The version of the same agent that was first used before this one was. */
  before(version: PromptVersionText): Promise<PromptVersionText | undefined>;
}

const VERSION = /^[0-9a-f]{12}$/;
const versionSchema = z.object({
  version: z.string(),
  agent: z.string(),
  prompt: z.string(),
  tools: z.array(z.string()),
  model: z.nullable(z.string()),
  modelOptions: z.nullable(z.object({ temperature: z.optional(z.number()), maxOutputTokens: z.optional(z.number()) })),
});

/** Files are written once and never changed: their name is the hash of what is in them. */
export function createPromptVersions(
  context: Pick<vscode.ExtensionContext, 'globalStorageUri'>,
  onBug: (error: unknown, where: string) => void,
): PromptVersions {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'prompts');
  const fileOf = (version: string) => vscode.Uri.joinPath(folder, `${version}.json`);
  const write = async (text: PromptVersionText) => {
    // When a version was first used is told by the age of its file.
    if ((await firstUse(fileOf(text.version))) !== undefined) return;
    await vscode.workspace.fs.createDirectory(folder);
    const json = JSON.stringify({ schema: 1, ...text }, null, 2);
    await vscode.workspace.fs.writeFile(fileOf(text.version), new TextEncoder().encode(json));
  };
  const find = async (version: string): Promise<PromptVersionText | undefined> => {
    if (!VERSION.test(version)) return undefined;
    try {
      const bytes = await vscode.workspace.fs.readFile(fileOf(version));
      const parsed = versionSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
      // Zod says of what may be absent that it may be undefined too.
      return parsed.success ? (parsed.data as PromptVersionText) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    remember: (text) => {
      void write(text).catch((error: unknown) => onBug(error, 'prompt versions'));
    },
    find,
    before: async ({ version, agent }) => {
      const limit = (await firstUse(fileOf(version))) ?? Infinity;
      let best: { text: PromptVersionText; at: number } | undefined;
      for (const other of await versionsIn(folder)) {
        const at = other === version ? undefined : await firstUse(fileOf(other));
        if (at === undefined || at >= limit || (best && at <= best.at)) continue;
        const text = await find(other);
        if (text?.agent === agent) best = { text, at };
      }
      return best?.text;
    },
  };
}

/** Milliseconds since the epoch; undefined for a file that is not there. */
async function firstUse(file: vscode.Uri): Promise<number | undefined> {
  try {
    return (await vscode.workspace.fs.stat(file)).mtime;
  } catch {
    return undefined;
  }
}

async function versionsIn(folder: vscode.Uri): Promise<string[]> {
  try {
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
    return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
  } catch {
    return [];
  }
}
