// The messages between the page of events and traces and its host. What is inside of a tab's messages is the tab's own:
// each tab has its schemas, parses what it gets, and knows nothing of the others.
//
//   page                                   host
//   ready, place ────────────────────────▶ hello: texts, which tabs there are, where the person was
//   open {tab, since} ───────────────────▶ the tab's feed begins
//        ◀──────────────────────────────── batch {tab, revision, isFirst, message}, one under way at a time
//   ack {tab, revision} ─────────────────▶ the next batch, at the earliest 33 ms after the one before
//   tell, ask {tab, message} ────────────▶ reply
//   close {tab} ─────────────────────────▶ the feed ends; a page that is hidden has none
import * as z from 'zod/mini';

/** Longest state of a tab that is kept, in characters of JSON. */
export const MAX_PLACE_CHARACTERS = 20_000;

const tab = z.string().check(z.maxLength(40));

/** Where a person is on the page: the tab, the chosen trace, and what each tab wants to find again. */
export const placeSchema = z.object({
  tab: z.optional(tab),
  traceId: z.optional(z.string().check(z.maxLength(64))),
  tabs: z.record(tab, z.unknown()),
});
export type Place = z.infer<typeof placeSchema>;

export const pageMessageSchema = z.discriminatedUnion('type', [
  /** The page is up; the answer is `hello`. */
  z.object({ type: z.literal('ready') }),
  /** A tab is on the screen. `since` is the tab's own: how far it got, where it has been open before. */
  z.object({ type: z.literal('open'), tab, since: z.optional(z.unknown()) }),
  z.object({ type: z.literal('close'), tab }),
  /** Everything of the tab up to this revision is on the screen. */
  z.object({ type: z.literal('ack'), tab, revision: z.number() }),
  z.object({ type: z.literal('tell'), tab, message: z.unknown() }),
  /** Answered with a `reply`. */
  z.object({ type: z.literal('ask'), tab, requestId: z.number(), message: z.unknown() }),
  z.object({ type: z.literal('place'), place: placeSchema }),
  /** The person wants to ask the team: the chat comes to the front. */
  z.object({ type: z.literal('askTeam') }),
  /** Something went wrong in the page: logged by the host. */
  z.object({ type: z.literal('pageError'), message: z.string().check(z.maxLength(4000)) }),
]);
export type TracePageMessage = z.infer<typeof pageMessageSchema>;

export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    /** Texts of the page and of each tab, by its id, in the display language. */
    strings: z.record(z.string(), z.record(z.string(), z.string())),
    locale: z.string(),
    tabs: z.array(z.string()),
    place: z.optional(placeSchema),
  }),
  /** `isFirst` begins a new feed: a tab that keeps what it had must have said so with `since`. */
  z.object({ type: z.literal('batch'), tab, revision: z.number(), isFirst: z.boolean(), message: z.unknown() }),
  z.object({ type: z.literal('reply'), requestId: z.number(), value: z.unknown() }),
  /** Goes to a tab, a trace, and what the tab knows to show of it. */
  z.object({
    type: z.literal('show'),
    tab,
    traceId: z.optional(z.string()),
    target: z.optional(z.unknown()),
  }),
]);
export type TraceHostMessage = z.infer<typeof hostMessageSchema>;
