// The few operations on files that applying changes is made of. A port, so that tests can let the third of five fail.
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as vscode from 'vscode';

export type DiskEntry = 'file' | 'directory' | 'other' | 'nothing';

/** Every operation but `kind` and `mode` rejects when it can't be done. */
export interface Disk {
  /** Follows links; a dangling link is `other`: something is there. */
  kind(uri: vscode.Uri): Promise<DiskEntry>;
  /** Permission bits; undefined where the platform or the file system has none. */
  mode(uri: vscode.Uri): Promise<number | undefined>;
  setMode(uri: vscode.Uri, mode: number): Promise<void>;
  /** With every link resolved; the uri itself where there is nothing or no links exist. */
  real(uri: vscode.Uri): Promise<vscode.Uri>;
  read(uri: vscode.Uri): Promise<Uint8Array>;
  /** In place: links, permissions and hard links stay. */
  overwrite(uri: vscode.Uri, bytes: Uint8Array): Promise<void>;
  /** Fails where anything exists, also if it came into being a moment ago. */
  create(uri: vscode.Uri, bytes: Uint8Array): Promise<void>;
  /** Fails where `to` exists, but for another spelling of the same file. */
  rename(from: vscode.Uri, to: vscode.Uri): Promise<void>;
  delete(uri: vscode.Uri): Promise<void>;
  /** Makes one directory, whose parent exists. */
  createDirectory(uri: vscode.Uri): Promise<void>;
  /** Removes a directory if it is one, no link, and empty; false where it is left. */
  removeDirectory(uri: vscode.Uri): Promise<boolean>;
}

export class VsCodeDisk implements Disk {
  async kind(uri: vscode.Uri): Promise<DiskEntry> {
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.Directory) !== 0) return 'directory';
      return (type & vscode.FileType.File) !== 0 ? 'file' : 'other';
    } catch {
      // VS Code calls a dangling link missing; the file system would not let anything be created there.
      return (await lstat(uri)) === undefined ? 'nothing' : 'other';
    }
  }

  async mode(uri: vscode.Uri): Promise<number | undefined> {
    // VS Code's own stat knows nothing of permission bits.
    if (uri.scheme !== 'file' || process.platform === 'win32') return undefined;
    const stat = await fs.stat(uri.fsPath).catch(() => undefined);
    return stat && stat.mode & 0o777;
  }

  async setMode(uri: vscode.Uri, mode: number): Promise<void> {
    if (uri.scheme === 'file' && process.platform !== 'win32') await fs.chmod(uri.fsPath, mode);
  }

  async real(uri: vscode.Uri): Promise<vscode.Uri> {
    if (uri.scheme !== 'file') return uri;
    const path = await fs.realpath(uri.fsPath).catch(() => undefined);
    return path === undefined ? uri : vscode.Uri.file(path);
  }

  async read(uri: vscode.Uri): Promise<Uint8Array> {
    return vscode.workspace.fs.readFile(uri);
  }

  async overwrite(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
    await vscode.workspace.fs.writeFile(uri, bytes);
  }

  async create(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
    if (uri.scheme !== 'file') return this.overwrite(uri, bytes);
    // VS Code's writeFile would write over a file that another program has just made.
    const file = await fs.open(uri.fsPath, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  }

  async rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.rename(from, to, { overwrite: false });
  }

  async delete(uri: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.delete(uri, { recursive: false, useTrash: false });
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    await vscode.workspace.fs.createDirectory(uri);
  }

  async removeDirectory(uri: vscode.Uri): Promise<boolean> {
    if (uri.scheme === 'file') {
      // One step of the file system: whatever is put there at the same moment stays.
      try {
        await fs.rmdir(uri.fsPath);
        return true;
      } catch (error) {
        if (isLeft(error)) return false;
        throw error;
      }
    }
    if ((await this.kind(uri)) !== 'directory') return false;
    if ((await vscode.workspace.fs.readDirectory(uri)).length > 0) return false;
    await vscode.workspace.fs.delete(uri, { recursive: false, useTrash: false });
    return true;
  }
}

/** Not empty, gone, something else by now, or in use. */
function isLeft(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY', 'EPERM', 'EACCES'].includes(code);
}

async function lstat(uri: vscode.Uri) {
  return uri.scheme === 'file' ? fs.lstat(uri.fsPath).catch(() => undefined) : undefined;
}
