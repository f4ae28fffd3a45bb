// An append-only file of JSON lines with a header line. One window writes it; any window may read it meanwhile.
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const NEWLINE = 10;
const TAIL_BYTES = 64 * 1024;
/** Not in append mode: positions decide, so that a torn write is overwritten by its repetition. */
const READ_WRITE_OR_CREATE = constants.O_RDWR | constants.O_CREAT;

/** Appends to one file. Calls must not overlap; the owner keeps them in line. */
export class SegmentFile {
  private handle: FileHandle | undefined;
  /** Everything before is whole lines. */
  private end = 0;
  private unsynced = false;

  constructor(
    readonly path: string,
    private readonly header: string,
  ) {}

  /** Appends whole lines. After a failure the file is as it was before, or is repaired by the next call. */
  async append(lines: string): Promise<void> {
    const handle = this.handle ?? (await this.open());
    const bytes = Buffer.from(this.end === 0 ? `${this.header}\n${lines}` : lines);
    try {
      let written = 0;
      while (written < bytes.length) {
        const result = await handle.write(bytes, written, bytes.length - written, this.end + written);
        written += result.bytesWritten;
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    this.end += bytes.length;
    this.unsynced = true;
  }

  /** Makes what was appended survive a loss of power. */
  async sync(): Promise<void> {
    if (!this.handle || !this.unsynced) return;
    await this.handle.sync();
    this.unsynced = false;
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }

  private async open(): Promise<FileHandle> {
    const handle = await open(this.path, READ_WRITE_OR_CREATE).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(this.path), { recursive: true });
      return open(this.path, READ_WRITE_OR_CREATE);
    });
    try {
      const { size } = await handle.stat();
      this.end = await endOfLastLine(handle, size);
      if (this.end < size) await handle.truncate(this.end);
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.handle = handle;
    return handle;
  }
}

/** The position after the last newline; what follows was torn by a crash. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const tail = Buffer.allocUnsafe(Math.min(size, TAIL_BYTES));
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - TAIL_BYTES);
    const { bytesRead } = await handle.read(tail, 0, end - start, start);
    const newline = tail.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
