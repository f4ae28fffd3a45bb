// lowdb's place on disk, made safe: a temporary name of its own for each write, fsync, rename, and the last good version as `.bak`.
// A file that can't be read is set aside and never overwritten.
import { readFileSync, renameSync, type Stats } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Adapter } from 'lowdb';

export interface DurableJsonOptions<T> {
  path: string;
  /** Checks what was read; undefined if it is not such a document. */
  parse: (value: unknown) => T | undefined;
  /** Told of a file that was set aside. */
  onSetAside: (path: string, movedTo: string) => void;
}

/** Reads synchronously, writes asynchronously; the owner does not let writes overlap. */
export class DurableJson<T> implements Adapter<T> {
  /** Why a document that can neither be read nor moved away must not be written. */
  private blocked: unknown;
  private lastWritten = '';

  constructor(private readonly options: DurableJsonOptions<T>) {}

  /** Tells the file of the last write from all others; empty before the first. */
  get written(): string {
    return this.lastWritten;
  }

  /** The same as long as the file is the same; empty where there is none. */
  async mark(): Promise<string> {
    const found = await stat(this.options.path).catch(() => undefined);
    return found ? markOf(found) : '';
  }

  /** The document, that of the backup if it can't be read, null if there is neither. */
  readSync(): T | null {
    const { path } = this.options;
    for (const candidate of [path, `${path}.bak`]) {
      const text = readText(candidate);
      if (text === undefined) continue;
      const value = this.parseText(text);
      if (value !== undefined) return value;
      this.setAside(candidate);
    }
    return null;
  }

  /** As `readSync`, for a document that another window may be writing: one that can't be read is taken for none. */
  async read(): Promise<T | null> {
    const text = await readFile(this.options.path, 'utf8').catch(() => undefined);
    return (text === undefined ? undefined : this.parseText(text)) ?? null;
  }

  async write(data: T): Promise<void> {
    const { path } = this.options;
    if (this.blocked !== undefined) throw new Error(`${path} can not be read.`, { cause: this.blocked });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    await mkdir(dirname(path), { recursive: true });
    let ours: Stats;
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(`${JSON.stringify(data)}\n`);
        await handle.sync();
        ours = await handle.stat();
      } finally {
        await handle.close();
      }
      await copyFile(path, `${path}.bak`).catch(ignoreMissing);
      await rename(temporary, path);
      const found = await stat(path).catch(() => undefined);
      // Another window may have put its own there by now.
      this.lastWritten = markOf(found?.ino === ours.ino ? found : ours);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  private parseText(text: string): T | undefined {
    try {
      return this.options.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  private setAside(path: string): void {
    const movedTo = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
    try {
      renameSync(path, movedTo);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      // It must not be overwritten either.
      this.blocked = error;
      return;
    }
    this.options.onSetAside(path, movedTo);
  }
}

/** Each write makes a file of its own, so times need not be exact. */
function markOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs}:${size}:${ino}`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // What is there and can't be read is as good as unreadable text.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : '';
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
