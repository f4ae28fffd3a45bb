// The messages between the chat page and its host. Both sides parse what they get; what does not parse is logged and dropped.
import * as z from 'zod/mini';
import { chatOpSchema, chatStateSchema } from './chatState';

/** Largest image that a request takes along, in bytes of its base64 text, and how many of them. */
export const MAX_IMAGE_CHARACTERS = 7_000_000;
export const MAX_IMAGES = 5;
/** Longest message, in characters. */
export const MAX_MESSAGE_CHARACTERS = 400_000;

const requestId = z.number();
const text = z.string().check(z.maxLength(MAX_MESSAGE_CHARACTERS));

const fileTarget = {
  /** Either as a URI, or as a path in the way tools and answers name it. */
  uri: z.optional(z.string()),
  path: z.optional(z.string()),
  /** 1-based. */
  line: z.optional(z.number()),
  endLine: z.optional(z.number()),
};

/** From the page. Those with a `requestId` are answered with a `reply`. */
export const pageMessageSchema = z.discriminatedUnion('type', [
  /** The page is up; the answer is a `snapshot`. */
  z.object({ type: z.literal('ready') }),
  /** Everything up to this revision is on the screen. */
  z.object({ type: z.literal('ack'), revision: z.number() }),
  /** A patch did not fit: send a snapshot. */
  z.object({ type: z.literal('resync') }),
  z.object({
    type: z.literal('send'),
    requestId,
    text,
    /** `queue` and `steer` while a run works; with none working both mean `ask`. */
    delivery: z.enum(['ask', 'queue', 'steer']),
    replaces: z.optional(z.string()),
  }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('retry'), runId: z.string() }),
  z.object({ type: z.literal('unqueue'), id: z.string() }),
  /** Hands a queued message to the running agent now. */
  z.object({ type: z.literal('steerQueued'), id: z.string() }),
  z.object({ type: z.literal('newChat') }),
  z.object({ type: z.literal('draft'), text, threadId: z.optional(z.string()) }),
  z.object({ type: z.literal('loadEarlier') }),
  z.object({ type: z.literal('openThread'), threadId: z.string() }),
  z.object({ type: z.literal('deleteThread'), threadId: z.string() }),
  z.object({ type: z.literal('searchThreads'), requestId, query: z.string() }),
  z.object({
    type: z.literal('complete'),
    requestId,
    kind: z.enum(['file', 'symbol']),
    query: z.string().check(z.maxLength(200)),
  }),
  z.object({ type: z.literal('toolDetail'), requestId, runId: z.string(), id: z.string() }),
  z.object({ type: z.literal('openFile'), ...fileTarget }),
  /** The trace of a run, at the span of one of its steps where `id` names one. */
  z.object({ type: z.literal('openTrace'), runId: z.string(), id: z.optional(z.string()) }),
  z.object({ type: z.literal('insertAtCursor'), text }),
  z.object({ type: z.literal('openInEditor'), text, language: z.string() }),
  z.object({ type: z.literal('copy'), text }),
  z.object({ type: z.literal('attach') }),
  z.object({ type: z.literal('attachUris'), uris: z.array(z.string()).check(z.maxLength(100)) }),
  z.object({
    type: z.literal('attachImage'),
    name: z.string().check(z.maxLength(200)),
    mimeType: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    base64: z.string().check(z.maxLength(MAX_IMAGE_CHARACTERS)),
  }),
  z.object({ type: z.literal('detach'), id: z.string() }),
  z.object({ type: z.literal('selectModel') }),
  z.object({ type: z.literal('remedy'), action: z.enum(['selectModel', 'setApiKey', 'openSettings', 'openFolder']) }),
  z.object({ type: z.literal('setMode'), id: z.string(), value: z.string() }),
  z.object({
    type: z.literal('approval'),
    id: z.string(),
    decision: z.enum(['allow', 'deny']),
    scope: z.optional(z.enum(['once', 'run', 'workspace'])),
    reason: z.optional(z.string().check(z.maxLength(2000))),
  }),
  /** A row of the change card: a run's changes, one file's, or one hunk. */
  z.object({
    type: z.literal('change'),
    action: z.enum(['show', 'accept', 'reject', 'revert']),
    runId: z.string(),
    path: z.optional(z.string()),
    hunkId: z.optional(z.string()),
  }),
  /** Something went wrong in the page: logged by the host. */
  z.object({ type: z.literal('pageError'), message: z.string().check(z.maxLength(4000)) }),
]);
export type PageMessage = z.infer<typeof pageMessageSchema>;
/** What a person decided about proposed changes. */
export type ChangeDecision = Omit<Extract<PageMessage, { type: 'change' }>, 'type'>;
/** A place in a file: lines are 1-based. */
export type FileTarget = Omit<Extract<PageMessage, { type: 'openFile' }>, 'type'>;

/** From the host. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    revision: z.number(),
    state: chatStateSchema,
    /** What was typed and not sent in this thread. */
    draft: z.string(),
    strings: z.record(z.string(), z.string()),
    /** Where the display language differs from English. */
    locale: z.string(),
  }),
  /** Turns revision `revision - 1` into `revision`. */
  z.object({ type: z.literal('patch'), revision: z.number(), ops: z.array(chatOpSchema) }),
  z.object({ type: z.literal('reply'), requestId: z.number(), value: z.unknown() }),
  z.object({
    type: z.literal('focusInput'),
    /** Replaces what is typed, e.g. the text of a message that is taken back. */
    text: z.optional(z.string()),
  }),
  z.object({ type: z.literal('reveal'), runId: z.string() }),
  z.object({ type: z.literal('showHistory') }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** What a reply carries, by the type of its request. */
export const replySchemas = {
  send: z.object({ accepted: z.boolean() }),
  searchThreads: z.array(
    z.object({
      threadId: z.string(),
      title: z.string(),
      updatedAt: z.string(),
      messages: z.number(),
      running: z.boolean(),
    }),
  ),
  complete: z.array(z.object({ insert: z.string(), label: z.string(), detail: z.string(), icon: z.string() })),
  toolDetail: z.object({ input: z.string(), text: z.string(), found: z.boolean() }),
};
export type Replies = { [K in keyof typeof replySchemas]: z.infer<(typeof replySchemas)[K]> };
export type ThreadRow = Replies['searchThreads'][number];
export type Completion = Replies['complete'][number];
export type ToolDetail = Replies['toolDetail'];
