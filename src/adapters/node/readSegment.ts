// Reads what SegmentFile wrote, also while it is being written: a torn last line is not there yet.
import { open, rename, type FileHandle } from 'node:fs/promises';
import type { OnStorageProblem } from './storageProblem';

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;
/** Version of the header and of the records; a higher one is left alone. */
export const SEGMENT_VERSION = 1;

export type SegmentSchema = 'agent-team.events' | 'agent-team.spans' | 'agent-team.changes';

export interface ReadSegmentOptions {
  schema: SegmentSchema;
  onProblem: OnStorageProblem;
  /** Gets each record in order; returns false if it is not one, and 'stop' to read no further. */
  onRecord: (record: unknown) => boolean | 'stop';
  /** Begin here, a position after a newline, instead of behind the header. */
  offset?: number;
}

/** The first line of a segment. */
export function segmentHeader(schema: SegmentSchema, origin: string): string {
  return JSON.stringify({ schema, version: SEGMENT_VERSION, origin });
}

/** Reads one file; a missing or still empty one has no records. A file without a readable header is set aside. */
export async function readSegment(path: string, options: ReadSegmentOptions): Promise<void> {
  const handle = await openIfThere(path);
  if (!handle) return;
  try {
    const damaged = await readLines(handle, options);
    if (damaged > 0) options.onProblem({ kind: 'damaged', path, records: damaged });
  } catch (error) {
    if (!(error instanceof UnreadableSegment)) throw error;
    if (error.newerVersion !== undefined) {
      options.onProblem({ kind: 'newer-version', path, version: error.newerVersion });
    } else {
      await setAside(path, options.onProblem);
    }
  } finally {
    await handle.close();
  }
}

/** Renames a file that can't be read, so that nothing overwrites it; keeps every one. */
export async function setAside(path: string, onProblem: OnStorageProblem): Promise<void> {
  const movedTo = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(path, movedTo).then(
    () => onProblem({ kind: 'set-aside', path, movedTo }),
    (error: unknown) => {
      // Another window was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    },
  );
}

class UnreadableSegment extends Error {
  constructor(readonly newerVersion?: number) {
    super('Internal error: an unreadable segment must be handled where it is read.');
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns the number of lines that were not records. Every chunk is a turn of the event loop of its own. */
async function readLines(handle: FileHandle, options: ReadSegmentOptions): Promise<number> {
  let position = options.offset ?? 0;
  let headerSeen = position > 0;
  let damaged = 0;
  let carried = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return damaged;
    position += bytesRead;
    const bytes = Buffer.concat([carried, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const line = bytes.toString('utf8', start, end);
      start = end + 1;
      if (!headerSeen) {
        checkHeader(line, options.schema);
        headerSeen = true;
        continue;
      }
      if (line === '') continue;
      const outcome = options.onRecord(parse(line));
      if (outcome === 'stop') return damaged;
      if (!outcome) damaged += 1;
    }
    carried = bytes.subarray(start);
  }
}

function checkHeader(line: string, schema: SegmentSchema): void {
  const header = parse(line) as { schema?: unknown; version?: unknown } | undefined | null;
  if (header?.schema !== schema || typeof header.version !== 'number') throw new UnreadableSegment();
  if (header.version > SEGMENT_VERSION) throw new UnreadableSegment(header.version);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Told to the caller as a record that is none.
    return undefined;
  }
}
