// The folder of one scope of shared memory. Each version of an entry is a file of its own that never changes: <hash of the key>.<version>.json.
// Creating the next version is the compare-and-set: `link` lets exactly one of several windows have the name, so there is no lock that
// a window which dies could leave behind. The newest usable version counts; a few older ones stay as backups.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemoryEntry } from '../../core/memory/memoryStore';
import { listFolder } from './listFolder';
import { readMemoryFile, writeNewFile, type MemoryFile } from './memoryFile';
import type { OnStorageProblem } from './storageProblem';

interface Version {
  name: string;
  hash: string;
  version: number;
  /** False for one that was set aside: its number is taken all the same. */
  isUsable: boolean;
}

export interface Newest {
  versions: Version[];
  /** By the hash of the key; deletions too. */
  files: Map<string, MemoryFile>;
  /** Changes whenever a key has a newer version. */
  revision: string;
}

export interface Present {
  /** Of all versions of the key, usable or not; 0 for none. */
  highest: number;
  /** The newest usable one; a deletion too. */
  file?: MemoryFile;
  /** Set unless that is a deletion. */
  entry?: MemoryEntry;
}

const FILE = /^([0-9a-f]{32})\.(\d{1,15})\.json(\.corrupt-.*)?$/;
/** Versions of one key that stay, the present one included. */
const KEPT_VERSIONS = 4;
/** Deletions that are remembered in one scope; of more the oldest keys begin again at version 1. */
const MAX_DELETIONS = 500;
/** More turns than this nobody loses against other windows; then something is wrong with the folder. */
const MAX_TURNS = 200;
/** What is older was left half written by a window that died. */
const STALE_MS = 3_600_000;

export class MemoryFolder {
  /** Files that were read, by name: they never change, so what was read once is true. */
  private readonly parsed = new Map<string, MemoryFile>();
  private isSwept = false;

  constructor(
    private readonly path: string,
    private readonly onProblem: OnStorageProblem,
  ) {}

  async present(key: string): Promise<Present> {
    const hash = hashOf(key);
    const { versions, files } = await this.newest(hash);
    const file = files.get(hash);
    return {
      highest: Math.max(0, ...versions.map(({ version }) => version)),
      ...(file && { file }),
      ...(file && !file.deleted && { entry: file.entry }),
    };
  }

  /** The newest file of every key, or of the one with `hash`; what was cleared away since it was listed is looked for again. */
  newest(hash?: string): Promise<Newest> {
    return inTurn(async () => {
      const all = await this.versions();
      const versions = hash === undefined ? all : all.filter((version) => version.hash === hash);
      const files = new Map<string, MemoryFile>();
      for (const [key, own] of groupByKey(versions)) {
        const newest = latest(own.filter(({ isUsable }) => isUsable));
        if (!newest) continue;
        const file = await this.read(newest.name);
        if (!file) return undefined;
        files.set(key, file);
      }
      return { versions, files, revision: revisionOf(versions) };
    });
  }

  async revision(): Promise<string> {
    return revisionOf(await this.versions());
  }

  /** The entries that there are, in no order. */
  async live(): Promise<MemoryFile[]> {
    const { files } = await this.newest();
    return [...files.values()].filter(({ deleted }) => !deleted);
  }

  /**
   * Creates the version after `present`; false if another window was faster. A name may be free although later versions were made and
   * cleared away since the look: then a later version does not name the new one as its parent, or the new one's own parent is gone.
   */
  async create(present: Present, content: Omit<MemoryFile, 'id' | 'parent'>): Promise<boolean> {
    const { key, version } = content.entry;
    const hash = hashOf(key);
    const path = join(this.path, nameOf(hash, version));
    const id = randomBytes(8).toString('hex');
    await mkdir(this.path, { recursive: true });
    const file: MemoryFile = { ...content, id, ...(present.file && { parent: present.file.id }) };
    if (!(await writeNewFile(path, file))) return false;
    const own = (await this.versions()).filter((other) => other.hash === hash);
    const isOutdated = own.some((other) => other.version > version)
      ? (await this.read(nameOf(hash, version + 1)))?.parent !== id
      : present.highest > 0 && own.every((other) => other.version !== present.highest);
    if (isOutdated) {
      await rm(path, { force: true });
      return false;
    }
    await this.remove(own.filter((other) => other.isUsable && other.version <= version - KEPT_VERSIONS));
    return true;
  }

  /** Keeps the number of deletions within its bound. */
  async forgetDeletions(): Promise<void> {
    const { versions, files } = await this.newest();
    const deletions = [...files].filter(([, { deleted }]) => deleted);
    const oldestFirst = deletions.sort(([, a], [, b]) => (a.entry.time < b.entry.time ? -1 : 1));
    for (const [hash] of oldestFirst.slice(0, Math.max(0, deletions.length - MAX_DELETIONS))) {
      await this.remove(versions.filter((version) => version.hash === hash));
    }
  }

  /** The older ones first: what stays of an interrupted removal is the newest, so that no old value comes back. */
  private async remove(versions: Version[]): Promise<void> {
    for (const { name } of versions.sort((a, b) => a.version - b.version)) {
      await rm(join(this.path, name), { force: true });
    }
  }

  private async versions(): Promise<Version[]> {
    const names = await listFolder(this.path);
    await this.sweep(names);
    const present = new Set(names);
    for (const name of this.parsed.keys()) if (!present.has(name)) this.parsed.delete(name);
    return names.flatMap((name): Version[] => {
      const [, hash, version, corrupt] = FILE.exec(name) ?? [];
      return hash === undefined ? [] : [{ name, hash, version: Number(version), isUsable: corrupt === undefined }];
    });
  }

  /** A version's content; undefined where it is gone, or damaged and set aside. */
  private async read(name: string): Promise<MemoryFile | undefined> {
    const known = this.parsed.get(name);
    if (known) return known;
    const path = join(this.path, name);
    const read = await readMemoryFile(path);
    if (read.kind === 'newer') {
      this.onProblem({ kind: 'newer-version', path, version: read.version });
      throw new Error(`${path} was written by a newer version of Agent Team.`);
    }
    if (read.kind === 'damaged') await this.setAside(path);
    if (read.kind !== 'file') return undefined;
    this.parsed.set(name, read.file);
    return read.file;
  }

  private async setAside(path: string): Promise<void> {
    const movedTo = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
    try {
      await rename(path, movedTo);
    } catch (error) {
      // Another window has done it.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    this.onProblem({ kind: 'set-aside', path, movedTo });
  }

  private async sweep(names: readonly string[]): Promise<void> {
    if (this.isSwept) return;
    this.isSwept = true;
    for (const name of names.filter((candidate) => candidate.endsWith('.tmp'))) {
      const path = join(this.path, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > STALE_MS) await rm(path, { force: true });
    }
  }
}

/** Work is done again, on the state as it is then, whenever another window was faster: then it gives undefined. */
export async function inTurn<T>(work: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const outcome = await work();
    if (outcome !== undefined) return outcome;
  }
  throw new Error('Shared memory could not be used: other windows kept being faster.');
}

/** What names of files are made of. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function nameOf(hash: string, version: number): string {
  return `${hash}.${version}.json`;
}

function groupByKey(versions: readonly Version[]): Map<string, Version[]> {
  const groups = new Map<string, Version[]>();
  for (const version of versions) {
    const group = groups.get(version.hash);
    if (group) group.push(version);
    else groups.set(version.hash, [version]);
  }
  return groups;
}

function latest(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (best, one) => (best && best.version > one.version ? best : one),
    undefined,
  );
}

/** Old versions come and go without a change: only the newest of each key count. */
function revisionOf(versions: readonly Version[]): string {
  const newest = [...groupByKey(versions).values()].map((own) => latest(own)?.name ?? '');
  return createHash('sha256').update(newest.sort().join()).digest('hex').slice(0, 24);
}
