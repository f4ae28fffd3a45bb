// Agent files in the workspace of the window.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

const [folder] = vscode.workspace.workspaceFolders ?? [];
/** A place in the first folder of the window. */
export const at = (path: string) => vscode.Uri.joinPath(folder?.uri ?? assert.fail(), path);
export const agentUri = (name: string) => at(`.github/agents/${name}.agent.md`);
export const write = (uri: vscode.Uri, text: string) =>
  vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
export const agentText = (header: string, body = 'You look for weaknesses.') => `---\n${header}\n---\n\n${body}\n`;

/** Looks again whenever something in the editor may have changed, for half a minute; `nudge` is done every five seconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
  nudge?: () => Promise<unknown>,
): Promise<T> {
  const deadline = Date.now() + 30_000;
  let nudgeAt = Date.now() + 5_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) return assert.fail(`waited in vain for ${what}`);
    if (Date.now() > nudgeAt) {
      nudgeAt = Date.now() + 5_000;
      await nudge?.();
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Saves every agent file once more: VS Code's watcher may miss one in a folder that was deleted and made anew. */
export async function saveAgain(): Promise<void> {
  const { fs } = vscode.workspace;
  const entries = await fs.readDirectory(at('.github/agents')).then(undefined, () => []);
  for (const [name] of entries) {
    const uri = at(`.github/agents/${name}`);
    await fs.writeFile(uri, await fs.readFile(uri));
  }
}
