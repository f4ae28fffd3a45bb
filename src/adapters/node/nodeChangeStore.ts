// Change sets on disk, beside the events of their run: runs/<runId>/changes-<origin>.jsonl, one file per window that changed something.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock';
import { changeRecord, type ChangeRecord, type ChangeStore } from '../../core/changes/changeStore';
import { listFolder } from './listFolder';
import { readSegment, segmentHeader } from './readSegment';
import { SegmentWriter } from './segmentWriter';
import type { OnStorageProblem } from './storageProblem';

export interface NodeChangeStoreOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  /** Names this window. */
  origin: string;
  clock: Clock;
  onProblem: OnStorageProblem;
}

/** Ids become names of folders. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const FILE = /^changes-[A-Za-z0-9_-]{1,64}\.jsonl$/;

export class NodeChangeStore implements ChangeStore {
  private readonly writer: SegmentWriter;
  private readonly header: string;

  constructor(private readonly options: NodeChangeStoreOptions) {
    const { clock, onProblem, origin } = options;
    this.header = segmentHeader('agent-team.changes', origin);
    this.writer = new SegmentWriter({ clock, onProblem });
  }

  append(runId: string, records: readonly ChangeRecord[]): void {
    if (!ID.test(runId) || records.length === 0) return;
    const path = join(this.runFolder(runId), `changes-${this.options.origin}.jsonl`);
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    this.writer.append(path, this.header, lines);
    // What was decided must survive a loss of power, and an open file can't be deleted everywhere.
    this.writer.finish(path);
  }

  async read(runId: string): Promise<ChangeRecord[]> {
    if (!ID.test(runId)) return [];
    await this.writer.drain();
    const folder = this.runFolder(runId);
    const records: ChangeRecord[] = [];
    for (const name of (await listFolder(folder)).filter((entry) => FILE.test(entry)).sort()) {
      await readSegment(join(folder, name), {
        schema: 'agent-team.changes',
        onProblem: this.options.onProblem,
        onRecord: (record) => {
          const parsed = changeRecord.safeParse(record);
          if (parsed.success) records.push(parsed.data);
          return parsed.success;
        },
      });
    }
    return records;
  }

  async runs(limit: number): Promise<string[]> {
    await this.writer.drain();
    const found: { runId: string; modifiedMs: number }[] = [];
    for (const runId of (await listFolder(join(this.options.folder, 'runs'))).filter((name) => ID.test(name))) {
      const names = (await listFolder(this.runFolder(runId))).filter((name) => FILE.test(name));
      const times = await Promise.all(names.map((name) => modifiedMs(join(this.runFolder(runId), name))));
      if (times.length > 0) found.push({ runId, modifiedMs: Math.max(...times) });
    }
    const newestFirst = found.sort((a, b) => b.modifiedMs - a.modifiedMs);
    return newestFirst.slice(0, limit).map(({ runId }) => runId);
  }

  /** Writes what waits and closes all files. */
  close(): Promise<void> {
    return this.writer.close();
  }

  private runFolder(runId: string): string {
    return join(this.options.folder, 'runs', runId);
  }
}

async function modifiedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
