// Shared memory on disk: memory/<scope>/ for the workspace and threads, runs/<runId>/memory/ for runs, so that it goes with its run.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemoryScope } from '../../api';
import {
  compareKeys,
  type MemoryDraft,
  type MemoryEntry,
  type MemoryRemoval,
  type MemorySnapshot,
  type MemoryStore,
  type PutOptions,
  type PutOutcome,
  type RemoveOutcome,
} from '../../core/memory/memoryStore';
import { listFolder } from './listFolder';
import { hashOf, inTurn, MemoryFolder } from './memoryFolder';
import type { OnStorageProblem } from './storageProblem';

export interface NodeMemoryStoreOptions {
  /** The workspace's folder in the extension's storage. */
  folder: string;
  onProblem: OnStorageProblem;
}

const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Scopes whose entries are kept in memory. */
const MAX_OPEN_FOLDERS = 4;

export class NodeMemoryStore implements MemoryStore {
  /** The least recently used first. */
  private readonly open = new Map<string, MemoryFolder>();

  constructor(private readonly options: NodeMemoryStoreOptions) {}

  async get(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined> {
    return (await this.at(scope).present(key)).entry;
  }

  async put(scope: MemoryScope, draft: MemoryDraft, { expectedVersion, maxEntries }: PutOptions): Promise<PutOutcome> {
    const folder = this.at(scope);
    return inTurn<PutOutcome>(async () => {
      const present = await folder.present(draft.key);
      const before = present.entry;
      if (expectedVersion !== undefined && (before?.version ?? 0) !== expectedVersion)
        return { kind: 'conflict', ...(before && { present: before }) };
      if (!before && (await folder.live()).length >= maxEntries) return { kind: 'full' };
      const entry: MemoryEntry = { ...draft, version: present.highest + 1 };
      if (!(await folder.create(present, { scope, entry }))) return undefined;
      return { kind: 'written', entry, ...(before && { replaced: before }) };
    });
  }

  async remove(scope: MemoryScope, key: string, by: MemoryRemoval): Promise<RemoveOutcome> {
    const folder = this.at(scope);
    const { expectedVersion, author, time } = by;
    return inTurn<RemoveOutcome>(async () => {
      const present = await folder.present(key);
      const before = present.entry;
      if (!before) return { kind: 'absent' };
      if (expectedVersion !== undefined && before.version !== expectedVersion)
        return { kind: 'conflict', present: before };
      const entry = { key, value: null, version: present.highest + 1, author, time };
      if (!(await folder.create(present, { scope, entry, deleted: true }))) return undefined;
      await folder.forgetDeletions();
      return { kind: 'removed', removed: before, version: entry.version };
    });
  }

  async snapshot(scope: MemoryScope): Promise<MemorySnapshot> {
    const { revision, files } = await this.at(scope).newest();
    const entries = [...files.values()].flatMap(({ deleted, entry }) => (deleted ? [] : entry));
    return { revision, entries: entries.sort(compareKeys) };
  }

  async revision(scope: MemoryScope): Promise<string> {
    return this.at(scope).revision();
  }

  async scopes(limit: number): Promise<MemoryScope[]> {
    const memory = join(this.options.folder, 'memory');
    const runs = join(this.options.folder, 'runs');
    // `workspace` sorts behind every `thread-…`, and ids of runs by the time at which they began.
    const folders = [
      ...(await listFolder(memory))
        .sort()
        .reverse()
        .map((name) => join(memory, name)),
      ...(await listFolder(runs))
        .sort()
        .reverse()
        .map((name) => join(runs, name, 'memory')),
    ];
    const scopes: MemoryScope[] = [];
    for (const folder of folders) {
      if (scopes.length >= limit) break;
      const [file] = await (this.open.get(folder) ?? new MemoryFolder(folder, this.options.onProblem)).live();
      if (file) scopes.push(file.scope);
    }
    return scopes;
  }

  async drop(scope: MemoryScope): Promise<void> {
    const path = this.pathOf(scope);
    this.open.delete(path);
    await rm(path, { recursive: true, force: true });
  }

  private at(scope: MemoryScope): MemoryFolder {
    const path = this.pathOf(scope);
    const folder = this.open.get(path) ?? new MemoryFolder(path, this.options.onProblem);
    this.open.delete(path);
    this.open.set(path, folder);
    if (this.open.size > MAX_OPEN_FOLDERS) {
      const [oldest] = this.open.keys();
      if (oldest !== undefined) this.open.delete(oldest);
    }
    return folder;
  }

  private pathOf(scope: MemoryScope): string {
    const { folder } = this.options;
    if (scope === 'workspace') return join(folder, 'memory', scope);
    if ('threadId' in scope) return join(folder, 'memory', `thread-${hashOf(scope.threadId)}`);
    if (RUN_ID.test(scope.runId)) return join(folder, 'runs', scope.runId, 'memory');
    throw new Error(`"${scope.runId}" is no id of a run.`);
  }
}
