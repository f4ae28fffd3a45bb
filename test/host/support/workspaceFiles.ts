// Files and editors of the window that host tests look at: bytes on disk, buffers, dirty flags, tabs.
import * as assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { until, untilPasses } from '../../support/until';

/** A folder below the first workspace folder, for one suite; `dispose` removes it. */
export class WorkspaceFiles {
  readonly root: string;

  constructor(readonly folder: string) {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first, 'no folder is open');
    this.root = first.uri.fsPath;
  }

  /** The path that tools and people see. */
  pathOf(name: string): string {
    return `${this.folder}/${name}`;
  }

  fsPath(name: string): string {
    return path.join(this.root, this.folder, name);
  }

  uri(name: string): vscode.Uri {
    return vscode.Uri.file(this.fsPath(name));
  }

  location(name: string): { uri: string; path: string } {
    return { uri: this.uri(name).toString(), path: this.pathOf(name) };
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(path.dirname(this.fsPath(name)), { recursive: true });
    await writeFile(this.fsPath(name), content);
  }

  /** The bytes, or undefined where there is no file. */
  async bytes(name: string): Promise<Buffer | undefined> {
    return readFile(this.fsPath(name)).catch(() => undefined);
  }

  async text(name: string): Promise<string | undefined> {
    return (await this.bytes(name))?.toString('utf8');
  }

  /** Shows the file in a tab of its own. */
  async open(name: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(this.uri(name), { preview: false });
  }

  /** Shows the file and types at its beginning, without saving. */
  async openAndType(name: string, text: string): Promise<vscode.TextEditor> {
    const editor = await this.open(name);
    assert.ok(await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text)));
    return editor;
  }

  document(name: string): vscode.TextDocument | undefined {
    const wanted = this.uri(name).toString();
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
  }

  async dispose(): Promise<void> {
    await rm(path.join(this.root, this.folder), { recursive: true, force: true });
  }
}

/** The labels of all tabs; `*` marks unsaved ones, `!` the active one of each group. */
export function tabs(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.map((tab) => `${tab.label}${tab.isDirty ? '*' : ''}${tab.isActive ? '!' : ''}`),
  );
}

/** Throws away every unsaved change and closes all tabs. */
export async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits until `isTrue` holds after one of VS Code's events, thirty seconds at most. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  await until(isTrue, what, 30_000);
}

/** Waits until these are the tabs: VS Code tells of them a moment after it has opened or marked one. */
export async function untilTabs(expected: readonly string[]): Promise<void> {
  await untilPasses(() => assert.deepEqual(tabs(), expected));
}

/** The active editor once it is one that fits: VS Code tells of it a moment after it has been shown. */
export async function activeEditor(fits: (editor: vscode.TextEditor) => boolean): Promise<vscode.TextEditor> {
  const found = () => vscode.window.activeTextEditor;
  await eventually(() => {
    const editor = found();
    return editor !== undefined && fits(editor);
  }, 'the editor is active');
  return found() ?? assert.fail('it was active a moment ago');
}
