// How change sets are kept: append-only records in a run's folder. A state names its texts; each text stands once, later ones as differences.
import * as z from 'zod/mini';

/** A text, whole or as replacements in an earlier one. */
const textRecord = z.object({
  kind: z.literal('text'),
  id: z.string(),
  text: z.optional(z.string()),
  of: z.optional(z.string()),
  /** Start, end and new text, against the text `of`. */
  replacements: z.optional(z.array(z.tuple([z.int(), z.int(), z.string()]))),
});

const location = z.object({ uri: z.string(), path: z.string() });
/** Id of a text; null: no file. */
const textId = z.nullable(z.string());

const storedState = z.object({
  location,
  from: z.optional(location),
  renamedFrom: z.optional(location),
  kind: z.enum(['create', 'modify', 'delete', 'rename']),
  base: textId,
  proposed: textId,
  decided: z.array(
    z.object({
      id: z.string(),
      startLine: z.int(),
      status: z.enum(['accepted', 'rejected', 'reverted']),
      added: z.int(),
      removed: z.int(),
    }),
  ),
  applied: z.array(
    z.object({
      before: textId,
      after: textId,
      at: location,
      movedFrom: z.optional(location),
      format: z.optional(z.object({ encoding: z.string(), hasBom: z.boolean(), mode: z.optional(z.int()) })),
      madeFolders: z.optional(z.array(z.string())),
    }),
  ),
  isReverted: z.optional(z.boolean()),
  conflict: z.optional(
    z.object({
      during: z.enum(['accept', 'revert', 'merge']),
      reason: z.string(),
      base: textId,
      present: textId,
      proposed: textId,
    }),
  ),
  cause: z.optional(z.object({ eventId: z.string(), traceId: z.optional(z.string()), spanId: z.optional(z.string()) })),
});

/** What became of one file; the record with the highest revision counts. A null state: the proposal was taken back. */
const fileRecord = z.object({
  kind: z.literal('file'),
  /** Higher than every revision of the run that its writer knew. */
  revision: z.int(),
  /** Uri of the place where the run had the file. */
  key: z.string(),
  state: z.nullable(storedState),
});

export const changeRecord = z.discriminatedUnion('kind', [textRecord, fileRecord]);

export type TextRecord = z.output<typeof textRecord>;
export type FileRecord = z.output<typeof fileRecord>;
export type StoredState = z.output<typeof storedState>;
export type ChangeRecord = TextRecord | FileRecord;

/** Keeps records of runs; deleted with the run's folder. */
export interface ChangeStore {
  /** Never waits and never throws; the order is kept. */
  append(runId: string, records: readonly ChangeRecord[]): void;
  /** The records of every window, each window's in order; empty for a run without changes. */
  read(runId: string): Promise<ChangeRecord[]>;
  /** Runs that have records, the newest first. */
  runs(limit: number): Promise<string[]>;
}
