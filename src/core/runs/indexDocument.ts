// The index as a document: its schema, its bounds, and how changes of this window are laid over what another window has saved.
import * as z from 'zod/mini';
import type { TraceSummary } from '../../api';
import type { IndexedRun, ThreadRecord } from './runIndex';

export interface IndexDocument {
  schemaVersion: 1;
  runs: IndexedRun[];
  traces: TraceSummary[];
  threads: ThreadRecord[];
  /** In the file of a window that may not write the index: the number of its save. */
  save?: number;
  /** In the index: the last save of each such window that it has taken over. */
  absorbed?: Record<string, number>;
}

/** Changes of one window that are not saved yet; null stands for a removal. */
export interface IndexChanges {
  runs: Map<string, IndexedRun | null>;
  traces: Map<string, TraceSummary | null>;
  threads: Map<string, ThreadRecord | null>;
}

const run = z.looseObject({
  runId: z.string(),
  kind: z.enum(['ask', 'goal', 'review', 'reaction']),
  title: z.string(),
  status: z.enum([
    'running',
    'paused',
    'waiting-approval',
    'completed',
    'partial',
    'failed',
    'cancelled',
    'interrupted',
  ]),
  agent: z.optional(z.string()),
  threadId: z.optional(z.string()),
  startedAt: z.string(),
  endedAt: z.optional(z.string()),
  traceId: z.string(),
  origin: z.string(),
});
const trace = z.looseObject({
  traceId: z.string(),
  runId: z.optional(z.string()),
  name: z.string(),
  startTime: z.string(),
  endTime: z.optional(z.string()),
  spans: z.number(),
  errors: z.number(),
  imported: z.optional(z.literal(true)),
});
const thread = z.looseObject({
  threadId: z.string(),
  title: z.string(),
  updatedAt: z.string(),
  runIds: z.array(z.string()),
  draft: z.optional(z.string()),
});
const document = z.object({
  schemaVersion: z.literal(1),
  runs: z.array(run),
  traces: z.array(trace),
  threads: z.array(thread),
  save: z.optional(z.number()),
  absorbed: z.optional(z.record(z.string(), z.number())),
});

export function emptyIndex(): IndexDocument {
  return { schemaVersion: 1, runs: [], traces: [], threads: [] };
}

export function noChanges(): IndexChanges {
  return { runs: new Map(), traces: new Map(), threads: new Map() };
}

/** Undefined for anything that is no index of this version. */
export function parseIndex(value: unknown): IndexDocument | undefined {
  const parsed = document.safeParse(value);
  return parsed.success ? (parsed.data as IndexDocument) : undefined;
}

/** Changes that put everything that a document holds. */
export function changesOf(saved: IndexDocument): IndexChanges {
  return {
    runs: new Map(saved.runs.map((item) => [item.runId, item])),
    traces: new Map(saved.traces.map((item) => [item.traceId, item])),
    threads: new Map(saved.threads.map((item) => [item.threadId, item])),
  };
}

/** What changes put; removals are found by whoever looks for the files. */
export function documentOf(changes: IndexChanges): IndexDocument {
  return {
    schemaVersion: 1,
    runs: [...changes.runs.values()].filter((item) => item !== null),
    traces: [...changes.traces.values()].filter((item) => item !== null),
    threads: [...changes.threads.values()].filter((item) => item !== null),
  };
}

/** Both; of one item the newer change counts. */
export function withOlder(newer: IndexChanges, older: IndexChanges): IndexChanges {
  return {
    runs: new Map([...older.runs, ...newer.runs]),
    traces: new Map([...older.traces, ...newer.traces]),
    threads: new Map([...older.threads, ...newer.threads]),
  };
}

/** What is left of changes that somebody else has saved: removals that are not done yet. */
export function openRemovals(changes: IndexChanges, saved: IndexDocument): IndexChanges {
  return {
    runs: removalsOf(changes.runs, new Set(saved.runs.map(({ runId }) => runId))),
    traces: removalsOf(changes.traces, new Set(saved.traces.map(({ traceId }) => traceId))),
    threads: removalsOf(changes.threads, new Set(saved.threads.map(({ threadId }) => threadId))),
  };
}

function removalsOf<T>(changes: ReadonlyMap<string, T | null>, known: ReadonlySet<string>): Map<string, T | null> {
  return new Map([...changes].filter(([key, change]) => change === null && known.has(key)));
}

/** Two windows may have added runs to one thread. */
export function joinThreads(saved: ThreadRecord, changed: ThreadRecord): ThreadRecord {
  const added = saved.runIds.filter((runId) => !changed.runIds.includes(runId));
  return added.length === 0 ? changed : { ...changed, runIds: [...added, ...changed.runIds] };
}
