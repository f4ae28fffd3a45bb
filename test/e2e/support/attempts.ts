// A test that fails is tried once more: what its first try left behind must not decide how the second one ends.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Settings } from '../../../scripts/vscode/profile';
import { inTime } from '../../support/until';
import type { Editor } from './editor';
import type { Window } from './window';

/** Longer than any step takes in a window that is sound; all of them take less than a hook may. */
const stepMs = 20_000;

/** What a test may change and its next try wants as it was. */
interface Remembered {
  readonly settings: Settings;
  /** The texts of the workspace by their paths in it. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Keeps how things were before a test, and brings the editor back there after a try that failed. */
export class Attempts {
  private before: Remembered | undefined;

  constructor(private readonly editor: Editor) {}

  /** Called before the first try of a test. */
  async remember(): Promise<void> {
    this.before = undefined;
    const [window] = this.editor.windows;
    const settings = window ? await inTime(window.host.productSettings(), 'settings are read', stepMs) : {};
    this.before = { settings, files: await filesOf(this.editor.workspace) };
  }

  /**
   * Called after a try that failed: one window, in which nothing asks, nothing runs and nothing is set otherwise than before.
   * Never rejects: a step that fails or hangs keeps none of the others from being taken.
   */
  async recover(): Promise<void> {
    const [window, ...further] = this.editor.windows;
    await this.step('close further windows', async () => {
      for (const other of further) await other.close();
    });
    if (window) {
      await this.step('let go', () => window.letGo());
      await this.step('calm down', () => window.host.calmDown());
    }
    const { before } = this;
    if (!before) return;
    if (window) await this.step('restore settings', () => restoreSettings(window, before.settings));
    await this.step('restore files', () => restoreFiles(this.editor.workspace, before.files));
  }

  private async step(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await inTime(act(), what, stepMs);
    } catch (error) {
      console.error(error);
    }
  }
}

async function restoreSettings(window: Window, before: Settings): Promise<void> {
  const now = await window.host.productSettings();
  const changed = Object.entries(before).filter(([key, value]) => JSON.stringify(now[key]) !== JSON.stringify(value));
  await window.host.configure(Object.fromEntries(changed));
}

async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isFile() && !name.startsWith(`.git${path.sep}`)) files.set(name, await readFile(file));
  }
  return files;
}

async function restoreFiles(folder: string, before: ReadonlyMap<string, Buffer>): Promise<void> {
  const now = await filesOf(folder);
  for (const name of now.keys()) if (!before.has(name)) await rm(path.join(folder, name));
  for (const [name, bytes] of before) {
    if (now.get(name)?.equals(bytes)) continue;
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
}
