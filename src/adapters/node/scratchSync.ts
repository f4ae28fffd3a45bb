// Brings one scratch copy to the state that a run proposes, touching only what differs from the last time.
import { constants, type Stats } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure, isFailure, type Failure } from '../../core/failure';
import { editNotebookFile, isNotebookPath, seenFileText } from '../../core/workspace/notebookFile';
import { encodeLike } from './encodeLike';
import { copyLink, type LinkPlace } from './scratchLinks';

export interface ScratchLimits {
  files: number;
  bytes: number;
}

/** A file of the copy: as the workspace has it, or with the text that the run wants. */
export type WantedFile =
  | { kind: 'copy' }
  | {
      kind: 'text';
      text: string;
      version: string;
      /** Where the workspace has the file that is renamed. */ from?: string;
    };

interface Written {
  /** What it was made from. */
  origin: string;
  /** How it was left; anything else means that a command has changed it since. */
  left: string;
}

/** Files that are read or written at the same time. */
const CONCURRENCY = 32;

const stamp = (stats: Stats | undefined) =>
  stats === undefined ? 'none' : `${stats.mtimeMs}:${stats.size}:${stats.mode}:${stats.ino}`;

const statOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined);

export class ScratchSync {
  private readonly written = new Map<string, Written>();

  constructor(
    private readonly place: LinkPlace,
    private readonly limits: ScratchLimits,
  ) {}

  /** Throws what the file system throws; after a failure or an abort the next call does the rest. */
  async bring(wanted: ReadonlyMap<string, WantedFile>, signal: AbortSignal): Promise<Failure | undefined> {
    if (wanted.size > this.limits.files) return tooLarge(`over ${this.limits.files.toLocaleString('en-US')} files`);
    const sources = new Map<string, Stats>();
    let bytes = 0;
    await each([...wanted.keys()], signal, async (path) => {
      const stats = await statOf(join(this.place.source, path));
      if (stats === undefined) return;
      sources.set(path, stats);
      bytes += stats.size;
    });
    if (bytes > this.limits.bytes) return tooLarge(`over ${Math.round(this.limits.bytes / 1_000_000)} MB`);
    if (await this.hasForeignFolder([...wanted.keys(), ...this.written.keys()], signal)) await this.startOver();
    await each(
      [...this.written.keys()].filter((path) => !wanted.has(path)),
      signal,
      (path) => this.remove(path),
    );
    await each([...wanted], signal, ([path, file]) => this.write(path, file, sources.get(path)));
    return undefined;
  }

  /** True when a command has put a link where a folder was: what is written or removed below it would be elsewhere. */
  private async hasForeignFolder(paths: readonly string[], signal: AbortSignal): Promise<boolean> {
    const folders = new Set(paths.flatMap(foldersAbove));
    let isForeign = false;
    await each([...folders], signal, async (folder) => {
      isForeign ||= (await statOf(join(this.place.target, folder)))?.isSymbolicLink() ?? false;
    });
    return isForeign;
  }

  private async startOver(): Promise<void> {
    await rm(this.place.target, { recursive: true, force: true });
    await mkdir(this.place.target, { recursive: true });
    this.written.clear();
  }

  private async remove(path: string): Promise<void> {
    await rm(join(this.place.target, path), { recursive: true, force: true });
    this.written.delete(path);
  }

  private async write(path: string, file: WantedFile, source: Stats | undefined): Promise<void> {
    // Deleted on disk since it was listed, or listed by git although it is gone.
    if (file.kind === 'copy' && (source === undefined || source.isDirectory())) return;
    const origin = file.kind === 'text' ? `text:${file.version}` : stamp(source);
    const to = join(this.place.target, path);
    const known = this.written.get(path);
    if (known?.origin === origin && known.left === stamp(await statOf(to))) return;
    await rm(to, { recursive: true, force: true });
    await mkdir(dirname(to), { recursive: true });
    if (file.kind === 'text') await this.writeText(path, file.from ?? path, file.text);
    else if (source?.isSymbolicLink()) await copyLink(this.place, path);
    else if (source !== undefined) await this.copy(path, source);
    this.written.set(path, { origin, left: stamp(await statOf(to)) });
  }

  private async copy(path: string, source: Stats): Promise<void> {
    const to = join(this.place.target, path);
    await copyFile(join(this.place.source, path), to, constants.COPYFILE_FICLONE);
    // Builds compare times: a copy that looks new would be built again.
    await utimes(to, source.atime, source.mtime);
  }

  /** Encoding and mode are those of the file that the text is an edit of. */
  private async writeText(path: string, from: string, text: string): Promise<void> {
    const to = join(this.place.target, path);
    const source = await statOf(join(this.place.source, from));
    const original = source?.isFile() ? await readFile(join(this.place.source, from)) : undefined;
    await writeFile(to, encodeLike(original, original && isNotebookPath(path) ? notebookText(original, text) : text));
    if (source?.isFile()) await chmod(to, source.mode & 0o777);
  }
}

/** The text of a notebook's file once its cells are as the run has them; a file that is no notebook is taken as it is. */
function notebookText(original: Uint8Array, text: string): string {
  const json = new TextDecoder().decode(original);
  const edited = editNotebookFile(json, text);
  if (!isFailure(edited)) return edited;
  if (seenFileText('.ipynb', json) === json) return text;
  throw new Error(edited.message);
}

function foldersAbove(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function tooLarge(what: string): Failure {
  return failure(
    'scratch.too_large',
    `There are pending edits, so commands would run in a scratch copy of the workspace, but it is too large to copy (${what}, without ignored ones). Once the edits are accepted or rejected, commands run in the workspace itself.`,
  );
}

/** Works through `items`, some at a time; stops at the first error or when `signal` aborts. */
async function each<T>(items: readonly T[], signal: AbortSignal, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next; index < items.length; index = next) {
      signal.throwIfAborted();
      next = index + 1;
      const item = items[index];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
}
