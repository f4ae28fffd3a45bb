// A lease as a file per generation: the highest generation holds. Taking over creates the next generation exclusively, so that exactly one
// of several windows succeeds; a holder that slept finds a higher one and steps back. A freed generation leaves its file behind, because
// numbers must never be used again.
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceLease } from '../../core/runs/workspaceLease';

export interface FileLeaseOptions {
  folder: string;
  /** Names this window. */
  origin: string;
  isAlive: (origin: string) => Promise<boolean>;
}

const FILE = /^lease-(\d{1,15})\.json$/;
const FREE = '';

export class FileLease implements WorkspaceLease {
  /** The generation that this window holds. */
  private generation: number | undefined;

  constructor(private readonly options: FileLeaseOptions) {}

  get held(): boolean {
    return this.generation !== undefined;
  }

  async acquire(): Promise<boolean> {
    const generations = await this.generations();
    const highest = Math.max(0, ...generations);
    if (this.generation !== undefined) {
      if (highest === this.generation) return true;
      this.generation = undefined;
    }
    const holder = highest === 0 ? FREE : await this.holderOf(highest);
    if (holder === undefined || (holder !== FREE && (await this.options.isAlive(holder)))) return false;
    if (!(await this.create(highest + 1))) return false;
    this.generation = highest + 1;
    for (const old of generations) await rm(this.pathOf(old), { force: true });
    return true;
  }

  async release(): Promise<void> {
    const { generation } = this;
    this.generation = undefined;
    if (generation !== undefined) await writeFile(this.pathOf(generation), leaseText(FREE));
  }

  private async generations(): Promise<number[]> {
    const names = await readdir(this.options.folder).catch(() => [] as string[]);
    return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).map(Number);
  }

  /** Undefined while the file is being written. */
  private async holderOf(generation: number): Promise<string | undefined> {
    const text = await readFile(this.pathOf(generation), 'utf8').catch(() => '');
    try {
      const { holder } = JSON.parse(text) as { holder?: unknown };
      return typeof holder === 'string' ? holder : undefined;
    } catch {
      return this.abandoned(generation, text);
    }
  }

  /** A window that died between creating its file and writing its name would block all others: a second look with the same result frees it. */
  private abandoned(generation: number, text: string): string | undefined {
    const same = this.unreadable?.generation === generation && this.unreadable.text === text;
    this.unreadable = { generation, text };
    return same ? FREE : undefined;
  }
  private unreadable: { generation: number; text: string } | undefined;

  private async create(generation: number): Promise<boolean> {
    await mkdir(this.options.folder, { recursive: true });
    const handle = await open(this.pathOf(generation), 'wx').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    });
    if (!handle) return false;
    try {
      await handle.writeFile(leaseText(this.options.origin));
    } finally {
      await handle.close();
    }
    return true;
  }

  private pathOf(generation: number): string {
    return join(this.options.folder, `lease-${generation}.json`);
  }
}

function leaseText(holder: string): string {
  return JSON.stringify({ schemaVersion: 1, holder });
}
