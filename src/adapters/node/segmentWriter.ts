// Writes lines to many files in the background: batched, in order, with a bound on what waits, repeated when the disk refuses.
import { rm } from 'node:fs/promises';
import type { Disposable } from '../../api';
import type { Clock } from '../../core/clock';
import { SegmentFile } from './segmentFile';
import type { OnStorageProblem } from './storageProblem';

export interface SegmentWriterOptions {
  clock: Clock;
  onProblem: OnStorageProblem;
  /** Default 4 ms. */
  batchMs?: number;
  /** Characters that may wait in memory; default 64 million. Beyond it, new lines are given up and reported. */
  maxWaiting?: number;
}

const BATCH_MS = 4;
const MAX_WAITING = 64_000_000;
const RETRY_MS = 2000;
const MAX_OPEN_FILES = 32;

interface Waiting {
  lines: string[];
  characters: number;
}

/** `append` never waits and never throws. */
export class SegmentWriter {
  private readonly files = new Map<string, SegmentFile>();
  private waiting = new Map<string, Waiting>();
  private characters = 0;
  private lost = 0;
  private failing = false;
  private timer: Disposable | undefined;
  /** Everything that touches files happens in this line. */
  private work: Promise<void> = Promise.resolve();
  private readonly unsynced = new Set<string>();

  constructor(private readonly options: SegmentWriterOptions) {}

  /** Appends a line, given with its newline, to a file; `header` begins the file if it is new. Returns false if the line was given up. */
  append(path: string, header: string, line: string): boolean {
    if (this.characters + line.length > (this.options.maxWaiting ?? MAX_WAITING)) {
      this.lost += 1;
      return false;
    }
    const waiting = this.waiting.get(path);
    if (waiting) {
      waiting.lines.push(line);
      waiting.characters += line.length;
    } else {
      this.waiting.set(path, { lines: [line], characters: line.length });
      if (!this.files.has(path)) this.files.set(path, new SegmentFile(path, header));
    }
    this.characters += line.length;
    this.timer ??= this.options.clock.after(this.failing ? RETRY_MS : (this.options.batchMs ?? BATCH_MS), () => {
      this.timer = undefined;
      void this.enqueue(() => this.writeWaiting());
    });
    return true;
  }

  /** Resolves once what was appended before can be read from the files, or could not be written. */
  drain(): Promise<void> {
    if (this.waiting.size === 0) return this.work;
    return this.enqueue(() => this.writeWaiting());
  }

  /** As `drain`, and what was written survives a loss of power. */
  flush(): Promise<void> {
    return this.enqueue(async () => {
      await this.writeWaiting();
      for (const path of this.unsynced) await this.attempt(path, () => this.files.get(path)?.sync());
      this.unsynced.clear();
    });
  }

  /** Makes one file safe and closes it; it may be appended to again. */
  finish(path: string): void {
    void this.enqueue(async () => {
      await this.writeWaiting();
      await this.attempt(path, () => this.files.get(path)?.sync());
      await this.closeFile(path);
    });
  }

  /** Forgets what waits for some files, closes them and deletes `target`, the file itself or the folder of all of them. */
  abandon(isMine: (path: string) => boolean, target: string): Promise<void> {
    return this.enqueue(async () => {
      for (const [path, { characters }] of this.waiting) {
        if (!isMine(path)) continue;
        this.waiting.delete(path);
        this.characters -= characters;
      }
      for (const path of [...this.files.keys()]) if (isMine(path)) await this.closeFile(path);
      await this.attempt(target, () => rm(target, { recursive: true, force: true }));
    });
  }

  /** Writes what waits and closes all files. */
  async close(): Promise<void> {
    this.timer?.dispose();
    await this.flush();
    this.timer?.dispose();
    await this.enqueue(async () => {
      for (const path of [...this.files.keys()]) await this.closeFile(path);
    });
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step);
    return this.work;
  }

  private async writeWaiting(): Promise<void> {
    const batches = this.waiting;
    this.waiting = new Map();
    for (const [path, batch] of batches) {
      const file = this.files.get(path);
      if (!file) continue;
      // Another order of use decides which file is closed first.
      this.files.delete(path);
      this.files.set(path, file);
      const written = await this.attempt(path, () => file.append(batch.lines.join('')));
      if (written) this.onWritten(path, batch);
      else this.putBack(path, batch);
    }
    await this.closeLeastUsed();
  }

  private onWritten(path: string, batch: Waiting): void {
    this.characters -= batch.characters;
    this.unsynced.add(path);
    this.failing = false;
    if (this.lost === 0) return;
    this.options.onProblem({ kind: 'lost', path, records: this.lost });
    this.lost = 0;
  }

  /** What could not be written goes before what came meanwhile. */
  private putBack(path: string, batch: Waiting): void {
    this.failing = true;
    const newer = this.waiting.get(path);
    this.waiting.set(path, {
      lines: newer ? [...batch.lines, ...newer.lines] : batch.lines,
      characters: batch.characters + (newer?.characters ?? 0),
    });
    this.timer ??= this.options.clock.after(RETRY_MS, () => {
      this.timer = undefined;
      void this.enqueue(() => this.writeWaiting());
    });
  }

  private async attempt(path: string, step: () => Promise<void> | undefined): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (!this.failing) this.options.onProblem({ kind: 'write-failed', path, error });
      return false;
    }
  }

  private async closeLeastUsed(): Promise<void> {
    for (const path of [...this.files.keys()]) {
      if (this.files.size <= MAX_OPEN_FILES) return;
      if (this.waiting.has(path)) continue;
      await this.attempt(path, () => this.files.get(path)?.sync());
      await this.closeFile(path);
    }
  }

  private async closeFile(path: string): Promise<void> {
    const file = this.files.get(path);
    if (!file || this.waiting.has(path)) return;
    this.files.delete(path);
    this.unsynced.delete(path);
    await this.attempt(path, () => file.close());
  }
}
