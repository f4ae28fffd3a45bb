// One version of a memory entry in its file: read with care, written once.
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { memoryEntry, memoryScope } from '../../core/memory/memoryStore';

const SCHEMA = 'agent-team.memory';
const SCHEMA_VERSION = 1;

const memoryFile = z.object({
  scope: memoryScope,
  entry: memoryEntry,
  /** Names this file among all that were ever written. */
  id: z.string(),
  /** The `id` of the version that it replaced. */
  parent: z.optional(z.string()),
  deleted: z.optional(z.literal(true)),
});
const header = z.object({ schema: z.literal(SCHEMA), schemaVersion: z.int() });

export type MemoryFile = z.output<typeof memoryFile>;

export type ReadMemoryFile =
  { kind: 'file'; file: MemoryFile } | { kind: 'newer'; version: number } | { kind: 'damaged' } | { kind: 'gone' };

const LOOKS = 5;
const LOOK_AGAIN_MS = 20;
/** What `link` fails with on file systems that have no hard links. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** A file that can't be parsed may be one that is being written: it gets some looks more. */
export async function readMemoryFile(path: string): Promise<ReadMemoryFile> {
  for (let look = 1; ; look += 1) {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'gone' };
      throw error;
    }
    const parsed = parse(text);
    if (parsed.kind !== 'damaged' || look === LOOKS) return parsed;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

/** Writes a file that nobody sees half, synced to disk; false if there is one of that name already. */
export async function writeNewFile(path: string, file: MemoryFile): Promise<boolean> {
  const text = `${JSON.stringify({ schema: SCHEMA, schemaVersion: SCHEMA_VERSION, ...file })}\n`;
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeSynced(temporary, text);
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') return false;
    if (NO_LINKS.has(code)) return await writeInPlace(path, text);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Readers may see a part of it, and look again. */
async function writeInPlace(path: string, text: string): Promise<boolean> {
  try {
    await writeSynced(path, text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parse(text: string): ReadMemoryFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged' };
  }
  const known = header.safeParse(value);
  if (!known.success) return { kind: 'damaged' };
  const { schemaVersion } = known.data;
  if (schemaVersion > SCHEMA_VERSION) return { kind: 'newer', version: schemaVersion };
  const parsed = memoryFile.safeParse(value);
  return parsed.success ? { kind: 'file', file: parsed.data } : { kind: 'damaged' };
}
