// What the tab Events and its host tell each other. Rows travel as columns: a batch of a thousand is small and quickly read.
import * as z from 'zod/mini';

/** Events that the page keeps; older ones are found through their run. */
export const MAX_EVENTS = 100_000;
/** Events in one batch at most. */
export const MAX_BATCH = 1000;

/** Which events are shown: what this window publishes and what others of its team send it, or all of a run, whichever window published them. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('window') }),
  z.object({ kind: z.literal('run'), runId: z.string() }),
]);
export type EventSource = z.infer<typeof sourceSchema>;

/** How far somebody has read: this window's events by their sequence number (a run's by their number), those of other windows by their arrival. */
export const positionSchema = z.object({ own: z.number(), received: z.number() });
export type EventPosition = z.infer<typeof positionSchema>;

/** Which source the page shows, and how far it got with it: `after` is the `position` of the last batch. */
export const sinceSchema = z.object({ source: sourceSchema, after: z.optional(positionSchema) });
export type EventsSince = z.infer<typeof sinceSchema>;

const texts = z.array(z.string());
const numbers = z.array(z.number());

/** One entry for each event in every column; words (topics, agents, runs, sources, origins) are numbers into `words`. */
export const eventColumnsSchema = z.object({
  /** Words that no batch of this feed has had before; numbers go on from the last one. 0 is no word. */
  words: texts,
  ids: texts,
  /** Sequence numbers in the log of the window that published them. */
  seqs: numbers,
  /** Ids of the events that caused these; empty where there is none. */
  causes: texts,
  /** For what another window of the team published: its number in the order of arrival here; 0 for the rest. */
  arrivals: numbers,
  /** Words: which window of the team published it; none for the rest. */
  origins: numbers,
  /** Milliseconds since the epoch. */
  times: numbers,
  topics: numbers,
  agents: numbers,
  runs: numbers,
  sources: numbers,
  /** What the payload says, in a line. */
  summaries: texts,
});
export type EventColumns = z.infer<typeof eventColumnsSchema>;

export const eventsBatchSchema = z.object({
  events: eventColumnsSchema,
  /** Position of the last event of this batch, for `since`. */
  position: positionSchema,
  /** While the person pauses: how many wait. */
  waiting: z.number(),
});
export type EventsBatch = z.infer<typeof eventsBatchSchema>;

export const eventsTellSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pause'), isPaused: z.boolean() }),
  /** Hands an event that somebody could not take to it once more, or forgets it. */
  z.object({ type: z.literal('resend'), letterId: z.string() }),
  z.object({ type: z.literal('drop'), letterId: z.string() }),
  /** Writes the events with these ids, which came after a position, in their order into a file that the person chooses. */
  z.object({
    type: z.literal('export'),
    ids: z.array(z.string()).check(z.maxLength(MAX_EVENTS)),
    after: positionSchema,
  }),
]);
export type EventsTell = z.infer<typeof eventsTellSchema>;

export const eventsAskSchema = z.discriminatedUnion('type', [
  /** The whole event as JSON text; empty when it is no longer kept. */
  z.object({ type: z.literal('event'), id: z.string(), seq: z.number(), arrival: z.number() }),
  z.object({ type: z.literal('subscribers') }),
]);
export type EventsAsk = z.infer<typeof eventsAskSchema>;

export const eventsReplySchemas = {
  event: z.object({ json: z.string() }),
  subscribers: z.object({
    published: z.number(),
    subscribers: z.array(
      z.object({
        pattern: z.string(),
        delivered: z.number(),
        dropped: z.number(),
        failed: z.number(),
        depth: z.number(),
      }),
    ),
    /** Events that somebody could not take, the newest first; `lost` of them are no longer kept. */
    letters: z.array(
      z.object({
        id: z.string(),
        eventId: z.string(),
        topic: z.string(),
        /** The pattern of the subscriber, or the agent of the reaction. */
        owner: z.string(),
        reason: z.string(),
        message: z.string(),
        time: z.string(),
        attempts: z.number(),
      }),
    ),
    lost: z.number(),
  }),
};
export type EventsReplies = { [K in keyof typeof eventsReplySchemas]: z.infer<(typeof eventsReplySchemas)[K]> };
