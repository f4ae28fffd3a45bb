// The fake of `MemoryStore`: what windows share is one object.
import type { MemoryScope } from '../../src/api';
import {
  compareKeys,
  scopeId,
  type MemoryDraft,
  type MemoryEntry,
  type MemoryRemoval,
  type MemorySnapshot,
  type MemoryStore,
  type PutOptions,
  type PutOutcome,
  type RemoveOutcome,
} from '../../src/core/memory/memoryStore';

interface Scope {
  scope: MemoryScope;
  entries: Map<string, MemoryEntry>;
  /** Versions of all keys, deleted ones included. */
  versions: Map<string, number>;
  changes: number;
}

export class InMemoryMemoryStore implements MemoryStore {
  private readonly kept = new Map<string, Scope>();
  /** Set to let every call fail. */
  broken: Error | undefined;

  async get(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined> {
    return structuredClone(this.at(scope).entries.get(key));
  }

  async put(scope: MemoryScope, draft: MemoryDraft, options: PutOptions): Promise<PutOutcome> {
    const { entries, versions } = this.at(scope);
    const present = entries.get(draft.key);
    const { expectedVersion, maxEntries } = options;
    if (expectedVersion !== undefined && (present?.version ?? 0) !== expectedVersion)
      return { kind: 'conflict', ...(present && { present: structuredClone(present) }) };
    if (!present && entries.size >= maxEntries) return { kind: 'full' };
    const entry = structuredClone({ ...draft, version: (versions.get(draft.key) ?? 0) + 1 });
    this.change(scope, draft.key, entry.version);
    entries.set(draft.key, entry);
    return { kind: 'written', entry: structuredClone(entry), ...(present && { replaced: present }) };
  }

  async remove(scope: MemoryScope, key: string, { expectedVersion }: MemoryRemoval): Promise<RemoveOutcome> {
    const { entries } = this.at(scope);
    const present = entries.get(key);
    if (!present) return { kind: 'absent' };
    if (expectedVersion !== undefined && present.version !== expectedVersion)
      return { kind: 'conflict', present: structuredClone(present) };
    entries.delete(key);
    this.change(scope, key, present.version + 1);
    return { kind: 'removed', removed: present, version: present.version + 1 };
  }

  async snapshot(scope: MemoryScope): Promise<MemorySnapshot> {
    const entries = structuredClone([...this.at(scope).entries.values()]).sort(compareKeys);
    return { revision: await this.revision(scope), entries };
  }

  async revision(scope: MemoryScope): Promise<string> {
    return String(this.at(scope).changes);
  }

  async scopes(limit: number): Promise<MemoryScope[]> {
    const used = [...this.kept.values()].filter(({ entries }) => entries.size > 0);
    return used.slice(0, limit).map(({ scope }) => scope);
  }

  async drop(scope: MemoryScope): Promise<void> {
    this.kept.delete(scopeId(scope));
  }

  private at(scope: MemoryScope): Scope {
    if (this.broken) throw this.broken;
    const id = scopeId(scope);
    const known = this.kept.get(id) ?? { scope, entries: new Map(), versions: new Map(), changes: 0 };
    this.kept.set(id, known);
    return known;
  }

  private change(scope: MemoryScope, key: string, version: number): void {
    const at = this.at(scope);
    at.versions.set(key, version);
    at.changes += 1;
  }
}
