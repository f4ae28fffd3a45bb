// What windows keep of their reactions: reactions/<origin>.json, one writer each, replaced as a whole. Beside it, what dead windows have logged.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventEnvelope } from '../../api';
import {
  parseStoredReactions,
  type ReactionStore,
  type StoredReactions,
  type WindowLogs,
} from '../../core/reactions/storedReactions';
import { readEvents } from './readEvents';
import { setAside } from './readSegment';
import type { OnStorageProblem } from './storageProblem';

export interface NodeReactionStoreOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  /** Names this window. */
  origin: string;
  onProblem: OnStorageProblem;
}

const DOCUMENT = /^([A-Za-z0-9_-]{1,64})\.json$/;
const SEGMENT = /^(\d{1,15})\.jsonl$/;
const ORIGIN = /^[A-Za-z0-9_-]{1,64}$/;

export class NodeReactionStore implements ReactionStore, WindowLogs {
  private readonly folder: string;

  constructor(private readonly options: NodeReactionStoreOptions) {
    this.folder = join(options.folder, 'reactions');
  }

  async save(state: StoredReactions): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const path = this.pathOf(this.options.origin);
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(JSON.stringify(state));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async others(): Promise<{ origin: string; state: StoredReactions }[]> {
    const found: { origin: string; state: StoredReactions }[] = [];
    for (const name of await listFolder(this.folder)) {
      const origin = DOCUMENT.exec(name)?.[1];
      if (origin === undefined || origin === this.options.origin) continue;
      const state = await this.read(origin);
      if (state) found.push({ origin, state });
    }
    return found;
  }

  async drop(origin: string): Promise<void> {
    await rm(this.pathOf(origin), { force: true });
  }

  async readWindow(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    if (!ORIGIN.test(origin)) return [];
    const folder = join(this.options.folder, 'log', origin);
    const segments = (await listFolder(folder))
      .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
      .sort((a, b) => Number(a) - Number(b));
    // A segment is named after its first event: what stands before the last one that begins early enough is not needed.
    const first = segments.findLastIndex((seq) => Number(seq) <= afterSeq + 1);
    const needed = segments.slice(Math.max(0, first)).map((seq) => ({ path: join(folder, `${seq}.jsonl`) }));
    return readEvents(needed, { afterSeq, limit, onProblem: this.options.onProblem });
  }

  /** A document that is none is set aside; one of a newer version is left alone. */
  private async read(origin: string): Promise<StoredReactions | undefined> {
    const path = this.pathOf(origin);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const value = parseJson(text);
    const state = parseStoredReactions(value);
    const version = (value as { schemaVersion?: unknown } | undefined)?.schemaVersion;
    if (state) return state;
    if (typeof version === 'number' && version > 1) this.options.onProblem({ kind: 'newer-version', path, version });
    else await setAside(path, this.options.onProblem);
    return undefined;
  }

  private pathOf(origin: string): string {
    return join(this.folder, `${origin}.json`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
