// Where entries of shared memory are kept. Ports of it see all windows (and machines) that share the store.
import * as z from 'zod/mini';
import type { MemoryScope } from '../../api';

export const memoryEntry = z.object({
  key: z.string(),
  /** Plain JSON. */
  value: z.unknown(),
  /** 1 for a new key, and one more with every change, deletions included: a version never names two values. */
  version: z.int().check(z.positive()),
  /** An agent's canonical name, `person` or `api`. */
  author: z.string(),
  promptVersion: z.optional(z.string()),
  runId: z.optional(z.string()),
  /** Id of the event that led to it. */
  cause: z.optional(z.string()),
  /** ISO-8601. */
  time: z.string(),
});

export type MemoryEntry = z.output<typeof memoryEntry>;
export type MemoryDraft = Omit<MemoryEntry, 'version'>;

export const memoryScope = z.union([
  z.literal('workspace'),
  z.strictObject({ runId: z.string() }),
  z.strictObject({ threadId: z.string() }),
]);

export interface PutOptions {
  /** The version that the writer has seen, 0 for none: with any other nothing is written. Absent: whatever is there is replaced. */
  expectedVersion?: number;
  /** A new key is refused in a scope that has so many. */
  maxEntries: number;
}

export type PutOutcome =
  | { kind: 'written'; entry: MemoryEntry; replaced?: MemoryEntry }
  | { kind: 'conflict'; present?: MemoryEntry }
  | { kind: 'full' };

export type RemoveOutcome =
  /** `version` is that of the deletion. */
  | { kind: 'removed'; removed: MemoryEntry; version: number }
  | { kind: 'absent' }
  | { kind: 'conflict'; present: MemoryEntry };

export interface MemorySnapshot {
  /** As `revision` gives it; changes made meanwhile may or may not be in it. */
  revision: string;
  /** In the order of their keys. */
  entries: MemoryEntry[];
}

/** Rejects only where the store can't be reached or its files can't be used; what was acknowledged survives a crash. */
export interface MemoryStore {
  get(scope: MemoryScope, key: string): Promise<MemoryEntry | undefined>;
  /** Compare-and-set in one step: of two writers that saw the same version one is told of a conflict. */
  put(scope: MemoryScope, draft: MemoryDraft, options: PutOptions): Promise<PutOutcome>;
  /** Deletes one entry, likewise in one step. */
  remove(scope: MemoryScope, key: string, by: MemoryRemoval): Promise<RemoveOutcome>;
  snapshot(scope: MemoryScope): Promise<MemorySnapshot>;
  /** Changes with every change in the scope, whoever made it; cheap. */
  revision(scope: MemoryScope): Promise<string>;
  /** The scopes that have entries, at most `limit`. */
  scopes(limit: number): Promise<MemoryScope[]>;
  /** Forgets a scope with everything in it. */
  drop(scope: MemoryScope): Promise<void>;
}

export interface MemoryRemoval {
  author: string;
  time: string;
  expectedVersion?: number;
}

/** One string for each scope, for maps. */
export function scopeId(scope: MemoryScope): string {
  if (scope === 'workspace') return scope;
  return 'runId' in scope ? `run:${scope.runId}` : `thread:${scope.threadId}`;
}

export function compareKeys(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
