// Which windows of a workspace live. Each writes a beat to a file of its own; others watch whether it changes, by their own clock,
// so that clocks that disagree do no harm. On the same machine a process that is gone is dead at once.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Disposable } from '../../api';
import type { Clock } from '../../core/clock';

export interface PresenceOptions {
  /** The workspace's folder in the extension's storage; signs of life are in `windows` below it. */
  folder: string;
  /** Names this window. */
  origin: string;
  clock: Clock;
  /** Default 4 s. */
  beatMs?: number;
  /** A beat that stands still for so long is dead; default 20 s. */
  deadAfterMs?: number;
  /** Called after a beat that came so late that others may have taken this window for dead. */
  onLate?: () => void;
  /** For tests: whether a process of this machine runs. */
  isProcessAlive?: (pid: number) => boolean;
}

interface Beat {
  schemaVersion: 1;
  pid: number;
  host: string;
  beat: number;
}

const BEAT_MS = 4000;
const DEAD_AFTER_MS = 20_000;
const FILE = /^([A-Za-z0-9_-]{1,64})\.json$/;

/** This window's sign of life, and what it knows of the others'. */
export class Presence implements Disposable {
  private beat = 0;
  private lastBeatMs: number | undefined;
  private timer: Disposable | undefined;
  private disposed = false;
  private writing: Promise<void> = Promise.resolve();
  private readonly seen = new Map<string, { text: string; sinceMs: number }>();

  private readonly folder: string;

  constructor(private readonly options: PresenceOptions) {
    this.folder = join(options.folder, 'windows');
  }

  /** Resolves after the first beat; what windows that crashed have left is gone then. */
  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.write();
    this.schedule();
    await this.sweep();
  }

  /** False for a window that has closed, whose process is gone, or whose beat has stood still; a first look takes it for alive. */
  async isAlive(origin: string): Promise<boolean> {
    if (origin === this.options.origin) return !this.disposed;
    const text = await readFile(this.pathOf(origin), 'utf8').catch(() => undefined);
    if (text === undefined) return false;
    const beat = parseBeat(text);
    if (beat && beat.host === hostname() && !this.processAlive(beat.pid)) return false;
    // Who slept itself (the machine, say) can't tell how long others have been still: they get their time again.
    if (this.isLate()) this.seen.clear();
    const known = this.seen.get(origin);
    const nowMs = this.options.clock.now();
    if (known?.text !== text) {
      this.seen.set(origin, { text, sinceMs: nowMs });
      return true;
    }
    return nowMs - known.sinceMs < this.deadAfterMs;
  }

  /** Forgets windows that are dead. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const origin = FILE.exec(name)?.[1];
      if (origin === undefined || (await this.isAlive(origin))) continue;
      await rm(this.pathOf(origin), { force: true });
      this.seen.delete(origin);
    }
  }

  /** Resolves once the window counts as dead. */
  async stop(): Promise<void> {
    this.dispose();
    await this.writing;
    await rm(this.pathOf(this.options.origin), { force: true });
  }

  dispose(): void {
    this.disposed = true;
    this.timer?.dispose();
  }

  private schedule(): void {
    if (this.disposed) return;
    this.timer = this.options.clock.after(this.options.beatMs ?? BEAT_MS, () => {
      const isLate = this.isLate();
      // A beat that can't be written makes this window look dead, which is the safe side.
      this.writing = this.write().catch(() => undefined);
      if (isLate) void this.writing.then(() => this.options.onLate?.());
      void this.writing.then(() => this.schedule());
    });
  }

  private async write(): Promise<void> {
    this.beat += 1;
    const beat: Beat = { schemaVersion: 1, pid: process.pid, host: hostname(), beat: this.beat };
    await writeFile(this.pathOf(this.options.origin), JSON.stringify(beat));
    this.lastBeatMs = this.options.clock.now();
  }

  private get deadAfterMs(): number {
    return this.options.deadAfterMs ?? DEAD_AFTER_MS;
  }

  private isLate(): boolean {
    return this.lastBeatMs !== undefined && this.options.clock.now() - this.lastBeatMs >= this.deadAfterMs;
  }

  private processAlive(pid: number): boolean {
    return (this.options.isProcessAlive ?? isProcessAlive)(pid);
  }

  private pathOf(origin: string): string {
    return join(this.folder, `${origin}.json`);
  }
}

function parseBeat(text: string): Beat | undefined {
  try {
    const beat = JSON.parse(text) as Partial<Beat> | null;
    if (typeof beat?.pid === 'number' && typeof beat.host === 'string') return beat as Beat;
  } catch {
    // Read while it was written: the next look will tell.
  }
  return undefined;
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
