// Claims as files below the workspace's folder: reactions/claims/<hash of the key>-<generation>.json. The highest generation counts, and
// taking over creates the next one exclusively, so that exactly one of several windows succeeds (as with the lease).
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventEnvelope } from '../../api';
import type { Clock } from '../../core/clock';
import { isSeenByAllWindows, type ReactionClaims } from '../../core/reactions/reactionClaims';

export interface FileReactionClaimsOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  /** Names this window. */
  origin: string;
  clock: Clock;
  isAlive: (origin: string) => Promise<boolean>;
}

interface Claim {
  schemaVersion: 1;
  holder: string;
  /** Set once it is done: until when it is remembered, in milliseconds since the epoch. */
  doneUntilMs?: number;
}

const FILE = /^([0-9a-f]{32})-(\d{1,9})\.json$/;
/** A file that can't be read is being written; one that stays so was left by a window that died. */
const WRITING_MS = 10_000;
/** Files of claims that are over are deleted some time after, and not more often than this. */
const SWEEP_MS = 3_600_000;

export class FileReactionClaims implements ReactionClaims {
  private readonly folder: string;
  /** Generations that this window holds, by hash; as many as reactions run at once. */
  private readonly held = new Map<string, number>();
  private sweptAtMs: number | undefined;

  constructor(private readonly options: FileReactionClaimsOptions) {
    this.folder = join(options.folder, 'reactions', 'claims');
  }

  /** Without a broker an event stays in its window, but for what every window notices by itself. */
  isShared(event: EventEnvelope): boolean {
    return event.origin !== this.options.origin || isSeenByAllWindows(event);
  }

  async claim(keys: readonly string[]): Promise<ReadonlySet<string>> {
    await mkdir(this.folder, { recursive: true });
    const generations = await this.generations();
    const mine = new Set<string>();
    for (const key of keys) {
      const hash = hashOf(key);
      if (await this.take(hash, generations.get(hash) ?? 0)) mine.add(key);
    }
    await this.sweepSometimes(generations);
    return mine;
  }

  async complete(keys: readonly string[], rememberMs: number): Promise<void> {
    const doneUntilMs = this.options.clock.now() + rememberMs;
    for (const hash of keys.map(hashOf)) {
      const generation = this.held.get(hash);
      if (generation === undefined) continue;
      await writeFile(this.pathOf(hash, generation), this.textOf({ doneUntilMs }));
      this.held.delete(hash);
    }
  }

  async release(keys: readonly string[]): Promise<void> {
    for (const hash of keys.map(hashOf)) {
      const generation = this.held.get(hash);
      this.held.delete(hash);
      if (generation !== undefined) await rm(this.pathOf(hash, generation), { force: true });
    }
  }

  private async take(hash: string, highest: number): Promise<boolean> {
    if (this.held.get(hash) === highest && highest > 0) return true;
    this.held.delete(hash);
    const state = highest === 0 ? 'free' : await this.stateOf(hash, highest);
    if (state === 'mine') this.held.set(hash, highest);
    if (state !== 'free') return state === 'mine';
    if (!(await this.create(hash, highest + 1))) return false;
    this.held.set(hash, highest + 1);
    if (highest > 0) await rm(this.pathOf(hash, highest), { force: true });
    return true;
  }

  private async stateOf(hash: string, generation: number): Promise<'free' | 'mine' | 'taken'> {
    const claim = await this.read(hash, generation);
    if (claim === undefined) return 'taken';
    if (claim === 'gone') return 'free';
    const { holder, doneUntilMs } = claim;
    if (doneUntilMs !== undefined && doneUntilMs <= this.options.clock.now()) return 'free';
    if (holder === this.options.origin) return 'mine';
    if (doneUntilMs !== undefined) return 'taken';
    return (await this.options.isAlive(holder)) ? 'taken' : 'free';
  }

  /** Undefined while the file is being written. */
  private async read(hash: string, generation: number): Promise<Claim | 'gone' | undefined> {
    const path = this.pathOf(hash, generation);
    try {
      const claim = JSON.parse(await readFile(path, 'utf8')) as Partial<Claim> | null;
      if (typeof claim?.holder === 'string') return claim as Claim;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    }
    const written = await stat(path).catch(() => undefined);
    return !written || this.options.clock.now() - written.mtimeMs > WRITING_MS ? 'gone' : undefined;
  }

  private async create(hash: string, generation: number): Promise<boolean> {
    const handle = await open(this.pathOf(hash, generation), 'wx').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    });
    if (!handle) return false;
    try {
      await handle.writeFile(this.textOf({}));
    } finally {
      await handle.close();
    }
    return true;
  }

  private textOf(more: Pick<Claim, 'doneUntilMs'>): string {
    const claim: Claim = { schemaVersion: 1, holder: this.options.origin, ...more };
    return JSON.stringify(claim);
  }

  /** The highest generation of each hash. */
  private async generations(): Promise<Map<string, number>> {
    const highest = new Map<string, number>();
    for (const name of await readdir(this.folder)) {
      const [, hash, generation] = FILE.exec(name) ?? [];
      if (hash !== undefined) highest.set(hash, Math.max(highest.get(hash) ?? 0, Number(generation)));
    }
    return highest;
  }

  /** Deletes what nobody asks for any more, long after its time: whoever is looking at a file must not lose it. */
  private async sweepSometimes(generations: ReadonlyMap<string, number>): Promise<void> {
    const nowMs = this.options.clock.now();
    if (this.sweptAtMs !== undefined && nowMs - this.sweptAtMs < SWEEP_MS) return;
    this.sweptAtMs = nowMs;
    for (const [hash, generation] of generations) {
      if (this.held.has(hash)) continue;
      const claim = await this.read(hash, generation);
      if (claim === undefined || claim === 'gone') continue;
      const isOver = claim.doneUntilMs !== undefined && nowMs - claim.doneUntilMs > SWEEP_MS;
      if (isOver) await rm(this.pathOf(hash, generation), { force: true });
    }
  }

  private pathOf(hash: string, generation: number): string {
    return join(this.folder, `${hash}-${generation}.json`);
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}
