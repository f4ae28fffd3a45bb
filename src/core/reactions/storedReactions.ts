// What is kept of reactions beyond a window, so that nothing is lost by a restart and nothing is done twice.
import * as z from 'zod/mini';
import type { EventEnvelope } from '../../api';
import type { DeadLetter } from '../events/deadLetters';
import { isStoredEvent } from '../events/eventSchemas';
import type { EventBatch } from './pendingEvents';
import type { Spent } from './reactionBudget';

/** A reaction that was begun. Its run has this id from before it starts, so that whoever comes later can tell how far it came. */
export interface Firing {
  runId: string;
  batch: EventBatch;
  /** How often it was begun. */
  attempts: number;
  /** When it may be tried again. */
  retryAtMs?: number;
}

export interface StoredLane {
  pending: EventBatch;
  firing?: Firing;
  lastFiredAtMs?: number;
  /** When something of it changed: what nobody wants any more goes some days after. */
  touchedAtMs: number;
}

/** A letter of a reaction, with everything that it stands for. */
export interface StoredLetter {
  letter: DeadLetter;
  batch: EventBatch;
}

export interface StoredReactions {
  schemaVersion: 1;
  /** Every event of the window up to this one has been looked at: it is done, of no interest, or among what waits. */
  seq: number;
  lanes: Record<string, StoredLane>;
  spent: Record<string, Spent[]>;
  letters: StoredLetter[];
}

/** One document for each window. */
export interface ReactionStore {
  /** Replaces this window's document; resolves once it is safe. */
  save(state: StoredReactions): Promise<void>;
  /** The documents of other windows, those that live among them. */
  others(): Promise<{ origin: string; state: StoredReactions }[]>;
  /** Deletes the document of another window. */
  drop(origin: string): Promise<void>;
}

/** What windows have logged, by window. */
export interface WindowLogs {
  /** Events of one window with `seq > afterSeq`, ascending, at most `limit`; none where its log is gone. */
  readWindow(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]>;
}

const storedEvent = z.custom<EventEnvelope>((value) => isStoredEvent(value) || isCutEvent(value));
const batch = z.object({
  events: z.array(
    z.object({
      event: storedEvent,
      count: z.number(),
      ancestors: z.array(z.string()),
      claims: z.array(z.string()),
    }),
  ),
  more: z.number(),
});
const lane = z.object({
  pending: batch,
  firing: z.optional(z.object({ runId: z.string(), batch, attempts: z.number(), retryAtMs: z.optional(z.number()) })),
  lastFiredAtMs: z.optional(z.number()),
  touchedAtMs: z.number(),
});
const letter = z.object({
  id: z.string(),
  event: storedEvent,
  owner: z.object({ kind: z.literal('reaction'), reaction: z.string(), agent: z.string(), topic: z.string() }),
  reason: z.string(),
  message: z.string(),
  time: z.string(),
  attempts: z.number(),
});
const document = z.object({
  schemaVersion: z.literal(1),
  seq: z.number(),
  lanes: z.record(z.string(), lane),
  spent: z.record(z.string(), z.array(z.object({ atMs: z.number(), tokens: z.number(), costUsd: z.number() }))),
  letters: z.array(z.object({ letter, batch })),
});

/** Undefined for anything that is no document of this version. */
export function parseStoredReactions(value: unknown): StoredReactions | undefined {
  const parsed = document.safeParse(value);
  return parsed.success ? (parsed.data as StoredReactions) : undefined;
}

/** A payload that was too large to be kept does not fit its topic any more. */
function isCutEvent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, topic, origin, time, payload } = value as Partial<EventEnvelope>;
  const isEnvelope = [id, topic, origin, time].every((field) => typeof field === 'string');
  return isEnvelope && typeof payload === 'object' && payload !== null && 'tooLarge' in payload;
}
