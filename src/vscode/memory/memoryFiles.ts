// Entries of shared memory as documents that can be edited and saved. A save is a compare-and-set: what changed meanwhile is not overwritten unseen.
import * as vscode from 'vscode';
import { isFailure, type Failure } from '../../core/failure';
import type { MemoryEntry } from '../../core/memory/memoryStore';
import type { MemoryWriter, SharedMemory } from '../../core/memory/sharedMemory';
import { memoryUri, parseMemoryUri, type MemoryForm, type MemoryPlace } from './memoryUris';

type Memory = Pick<SharedMemory, 'read' | 'write' | 'delete'>;

const MAX_SEEN = 500;

/** Who writes when a person does. */
export const PERSON: MemoryWriter = { author: 'person' };

/** The form in which an entry is shown. */
export function formOf({ value }: Pick<MemoryEntry, 'value'>): MemoryForm {
  return typeof value === 'string' ? 'md' : 'json';
}

export class MemoryFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  /**
   * The versions that the editor has looked at last, the least recent first. VS Code asks for the state of a file before each save, and compares;
   * a save of one that is not known any more is refused, never blind.
   */
  private readonly seen = new Map<string, number>();

  constructor(private readonly memory: Memory) {}

  /** An entry changed, whoever did it: open documents follow. */
  tellChanged(place: MemoryPlace, isDeleted: boolean): void {
    const type = isDeleted ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
    this.changed.fire([
      { type, uri: memoryUri(place, 'md') },
      { type, uri: memoryUri(place, 'json') },
    ]);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    // VS Code looks at the folders above before it writes.
    if (!parseMemoryUri(uri)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const entry = await this.entry(uri);
    const mtime = Date.parse(entry.time);
    return { type: vscode.FileType.File, ctime: mtime, mtime, size: bytesOf(entry).byteLength };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return bytesOf(await this.entry(uri));
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { create: boolean; overwrite: boolean },
  ): Promise<void> {
    const place = placeOf(uri);
    const value = valueOf(new TextDecoder().decode(content), place.form);
    const expectedVersion = this.seen.get(uri.toString()) ?? 0;
    if (expectedVersion === 0 && !options.create) throw vscode.FileSystemError.FileNotFound(uri);
    const written = await this.memory.write(place.scope, { key: place.key, value, expectedVersion }, PERSON);
    if (isFailure(written)) throw refused(written, uri);
    this.see(uri, written.entry.version);
  }

  async delete(uri: vscode.Uri): Promise<void> {
    const { scope, key } = placeOf(uri);
    const deleted = await this.memory.delete(scope, { key }, PERSON);
    if (isFailure(deleted)) throw refused(deleted, uri);
    if (!deleted) throw vscode.FileSystemError.FileNotFound(uri);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(from: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(from);
  }

  /** Every change comes by itself. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async entry(uri: vscode.Uri): Promise<MemoryEntry> {
    const { scope, key } = placeOf(uri);
    const entry = await this.memory.read(scope, key);
    if (isFailure(entry)) throw refused(entry, uri);
    if (!entry) {
      this.seen.delete(uri.toString());
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.see(uri, entry.version);
    return entry;
  }

  private see(uri: vscode.Uri, version: number): void {
    const id = uri.toString();
    this.seen.delete(id);
    this.seen.set(id, version);
    const [oldest] = this.seen.keys();
    if (this.seen.size > MAX_SEEN && oldest !== undefined) this.seen.delete(oldest);
  }
}

function placeOf(uri: vscode.Uri) {
  const place = parseMemoryUri(uri);
  if (!place) throw vscode.FileSystemError.FileNotFound(uri);
  return place;
}

function bytesOf({ value }: MemoryEntry): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`);
}

function valueOf(text: string, form: MemoryForm): unknown {
  if (form === 'md') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new vscode.FileSystemError(vscode.l10n.t('This is no valid JSON, so it was not saved: {0}', problem));
  }
}

function refused({ reason, message }: Failure, uri: vscode.Uri): vscode.FileSystemError {
  if (reason === 'memory.unavailable') return vscode.FileSystemError.Unavailable(message);
  if (reason !== 'memory.version_conflict') return new vscode.FileSystemError(message);
  const changed = vscode.l10n.t(
    'Somebody changed this entry in the meantime. Your text is kept here: save again to compare.',
  );
  return new vscode.FileSystemError(`${changed} (${uri.path})`);
}
