// What an exchange with a broker leaves to later windows: exchange/<origin>.json beside the logs of the windows.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { EventEnvelope } from '../../api';
import type { ExchangeRecord, ExchangeRecords } from '../../core/events/exchangeRecords';
import { listFolder } from './listFolder';

export interface FileExchangeRecordsOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  isAlive: (origin: string) => Promise<boolean>;
  readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]>;
}

const record = z.object({
  schemaVersion: z.literal(1),
  origin: z.string(),
  place: z.string(),
  sentSeq: z.number(),
  position: z.optional(z.string()),
  savedMs: z.number(),
});
const FILE = /^([A-Za-z0-9_-]{1,64})\.json$/;
/** Logs of windows that are gone are kept for the newest few only; older records have nothing to send. */
const MAX_RECORDS = 20;

export class FileExchangeRecords implements ExchangeRecords {
  private readonly folder: string;

  constructor(private readonly options: FileExchangeRecordsOptions) {
    this.folder = join(options.folder, 'exchange');
  }

  async save(saved: ExchangeRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    // One window writes the file; whoever reads it meanwhile sees the old one or the new one.
    const temporary = this.pathOf(`${saved.origin}.tmp`);
    await writeFile(temporary, JSON.stringify({ schemaVersion: 1, ...saved }));
    await rename(temporary, this.pathOf(saved.origin));
  }

  async ofPredecessors(place: string): Promise<ExchangeRecord[]> {
    // Origins sort by the time at which their windows opened.
    const names = (await listFolder(this.folder)).filter((name) => FILE.test(name)).sort();
    const found: ExchangeRecord[] = [];
    const dead: string[] = [];
    for (const name of names) {
      const [, origin = ''] = FILE.exec(name) ?? [];
      if (await this.options.isAlive(origin)) continue;
      dead.push(origin);
      const read = await this.read(origin);
      if (read?.place === place) found.push(read);
    }
    for (const origin of dead.slice(0, Math.max(0, dead.length - MAX_RECORDS))) await this.forget(origin);
    return found.slice(-MAX_RECORDS);
  }

  async forget(origin: string): Promise<void> {
    await rm(this.pathOf(origin), { force: true });
  }

  readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    return this.options.readLog(origin, afterSeq, limit);
  }

  /** A record that can't be read tells nothing, and nothing depends on it: what was sent twice stands once. */
  private async read(origin: string): Promise<ExchangeRecord | undefined> {
    try {
      const { data } = record.safeParse(JSON.parse(await readFile(this.pathOf(origin), 'utf8')));
      if (data?.origin !== origin) return undefined;
      const { place, sentSeq, position, savedMs } = data;
      return { origin, place, sentSeq, ...(position !== undefined && { position }), savedMs };
    } catch {
      return undefined;
    }
  }

  private pathOf(origin: string): string {
    return join(this.folder, `${origin}.json`);
  }
}
