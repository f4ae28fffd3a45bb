// Which window does what several windows see: a reaction runs once in the team, in the window that claims it.
// Embedded: the windows of one workspace on one machine, over its folder. A broker implements it for all windows that share it.
import type { EventEnvelope } from '../../api';

/** Keys are made by `claimKey`; they are the same in every window. All methods reject when nobody can be asked: the caller tries again later. */
export interface ReactionClaims {
  /** True if windows beside this one may see the same event, so that a reaction to it has to be claimed. */
  isShared(event: EventEnvelope): boolean;
  /**
   * Takes each key that nobody else holds or has done, in one step for each; gives those that are this window's now, the ones that it
   * took before among them. What a window that died held and did not do is free.
   */
  claim(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** What this window holds is done: no other gets it for `rememberMs` at least. */
  complete(keys: readonly string[], rememberMs: number): Promise<void>;
  /** Gives back what this window holds and did not do. */
  release(keys: readonly string[]): Promise<void>;
}

/** What has happened is the same for every window that sees it: these say what, by their payloads; all others by their ids. */
const BY_CONTENT: ReadonlySet<string> = new Set(['git.changed', 'diagnostics.changed']);

/** Windows notice the same change within seconds of each other; later the same content is a new happening. */
export const CONTENT_MEMORY_MS = 60_000;
/** An event happens once. */
export const EVENT_MEMORY_MS = 24 * 3_600_000;

/** Names one happening for one reaction. */
export function claimKey(reaction: string, event: Pick<EventEnvelope, 'id' | 'topic' | 'payload'>): string {
  return BY_CONTENT.has(event.topic)
    ? `${reaction}\n${event.topic}\n${JSON.stringify(event.payload)}`
    : `${reaction}\n${event.id}`;
}

/** How long a claim on the event has to be remembered once it is done. */
export function claimMemoryMs({ topic }: Pick<EventEnvelope, 'topic'>): number {
  return BY_CONTENT.has(topic) ? CONTENT_MEMORY_MS : EVENT_MEMORY_MS;
}

/** Seen by every window that has the same files open: the topics whose events are shared even where nothing else is. */
export function isSeenByAllWindows({ topic }: Pick<EventEnvelope, 'topic'>): boolean {
  return BY_CONTENT.has(topic);
}
