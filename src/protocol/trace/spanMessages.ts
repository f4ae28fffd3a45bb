// What the tab Trace and its host tell each other. Spans travel as columns, without their attributes; those of one span come when
// a person looks at it.
import * as z from 'zod/mini';

/** Spans in one batch at most: read by the page within a frame, made by the host without being felt. */
export const MAX_SPAN_BATCH = 2000;
/** Spans of one trace that are shown. */
export const MAX_SHOWN_SPANS = 200_000;

/** What a span is, in the order of `KIND_…`: the part of its name that is the same in every run. */
export const SPAN_KINDS = [
  'other',
  'workflow',
  'agent',
  'plan',
  'task',
  'chat',
  'tool',
  'handoff',
  'approval',
  'wait',
  'synthesize',
  'arbitrate',
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** In the order of their numbers. A span that is `running` has no end yet; that of one that is `interrupted` nobody knows. */
export const SPAN_STATES = ['unset', 'ok', 'error', 'running', 'interrupted'] as const;
export type SpanState = (typeof SPAN_STATES)[number];

const isNumbers = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'number');
const isTexts = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string');
// A schema for each element costs more than everything else that is done with a batch.
const numbers = z.custom<number[]>(isNumbers);
const texts = z.custom<string[]>(isTexts);

/** One entry for each span in every column; words are numbers into `words`, 0 is none. A span that is known is brought up to date. */
export const spanColumnsSchema = z.object({
  /** Words that no batch of this feed has had before; numbers go on from the last one. */
  words: texts,
  ids: texts,
  /** Empty for a root. */
  parents: texts,
  names: numbers,
  /** Positions in `SPAN_KINDS` and `SPAN_STATES`. */
  kinds: numbers,
  states: numbers,
  /** Words; 0 for a span that does not say whose it is. */
  agents: numbers,
  /** Words: the tool, the model, or what else the span is about. */
  subjects: numbers,
  /** Milliseconds after `base`. */
  starts: numbers,
  /** Milliseconds after `base`; -1 where there is no end. */
  ends: numbers,
  /** Of model calls; -1 is unknown. */
  tokensIn: numbers,
  tokensOut: numbers,
  costs: numbers,
});
export type SpanColumns = z.infer<typeof spanColumnsSchema>;

export const spanBatchSchema = z.object({
  traceId: z.string(),
  /** Milliseconds since the epoch. */
  base: z.number(),
  /** The host's time now, in milliseconds after `base`: what runs has got so far. */
  now: z.number(),
  isLive: z.boolean(),
  /** Nothing more is being read. */
  isComplete: z.boolean(),
  /** Spans that are left out, because there are too many. */
  left: z.number(),
  spans: spanColumnsSchema,
});
export type SpanBatch = z.infer<typeof spanBatchSchema>;

export const spansSinceSchema = z.object({ traceId: z.string() });

const place = z.object({ path: z.string(), line: z.optional(z.number()), endLine: z.optional(z.number()) });

export const traceTellSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('openFile'), ...place.def.shape }),
  z.object({ type: z.literal('copy'), text: z.string().check(z.maxLength(2_000_000)) }),
  /** Writes the trace into a file that the person chooses. */
  z.object({ type: z.literal('export') }),
]);
export type TraceTell = z.infer<typeof traceTellSchema>;

export const traceAskSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('span'), spanId: z.string() }),
  /** The text of a prompt version. */
  z.object({ type: z.literal('prompt'), version: z.string() }),
]);
export type TraceAsk = z.infer<typeof traceAskSchema>;

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('call'), name: z.string(), input: z.string() }),
  z.object({ type: z.literal('result'), text: z.string() }),
  z.object({ type: z.literal('other'), text: z.string() }),
]);
const message = z.object({ role: z.string(), parts: z.array(part) });
export type ShownMessage = z.infer<typeof message>;

/** Everything about one span. Texts that are too long for the page are cut, with a note. */
export const spanDetailSchema = z.object({
  spanId: z.string(),
  name: z.string(),
  /** Milliseconds since the epoch. */
  startTime: z.number(),
  statusMessage: z.optional(z.string()),
  /** Name and value, in the order of the names; what is shown elsewhere is left out. */
  attributes: z.array(z.tuple([z.string(), z.string()])),
  messages: z.array(message),
  answer: z.array(message),
  tool: z.optional(z.object({ name: z.string(), input: z.optional(z.string()), output: z.optional(z.string()) })),
  files: z.array(place),
  promptVersion: z.optional(z.string()),
  /** Model calls of its own. */
  usage: z.optional(
    z.object({ input: z.optional(z.number()), output: z.optional(z.number()), cached: z.optional(z.number()) }),
  ),
  costUsd: z.optional(z.number()),
  /** The event that led to it, and the span that it belongs to. */
  cause: z.optional(z.object({ eventId: z.string(), topic: z.string(), spanId: z.optional(z.string()) })),
  events: z.array(z.object({ name: z.string(), at: z.number(), text: z.string() })),
  /** Spans of this or other traces that it continues. */
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
});
export type SpanDetail = z.infer<typeof spanDetailSchema>;

/** A prompt; its lines tell what is new and what is gone since the version of the same agent that was there before it. */
export const promptReplySchema = z.object({
  agent: z.string(),
  version: z.string(),
  /** Absent when no earlier version is known. */
  previous: z.optional(z.string()),
  lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
});
export type PromptReply = z.infer<typeof promptReplySchema>;
