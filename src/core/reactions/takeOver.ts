// What windows that are gone have left of their reactions: exactly one of those that live takes it over.
import type { EventEnvelope } from '../../api';
import type { ReactionClaims } from './reactionClaims';
import type { ReactionStore, StoredReactions, WindowLogs } from './storedReactions';

export interface TakeOverOptions {
  bus: { readonly origin: string };
  claims: ReactionClaims;
  store: ReactionStore;
  logs: WindowLogs;
  isAlive: (origin: string) => Promise<boolean>;
}

/** Events that a dead window had published and not looked at; a log that is longer was not ours to fall behind. */
const MAX_MISSED = 5_000;
const REMEMBER_MS = 24 * 3_600_000;

/** `adopt` gets each document with the events after it, and resolves once they are kept; the document goes then. */
export async function takeOver(
  options: TakeOverOptions,
  adopt: (state: StoredReactions, missed: readonly EventEnvelope[]) => Promise<void>,
): Promise<void> {
  const { bus, claims, store, logs, isAlive } = options;
  for (const { origin, state } of await store.others()) {
    if (origin === bus.origin || (await isAlive(origin))) continue;
    const key = `window ${origin}`;
    if (!(await claims.claim([key])).has(key)) continue;
    await adopt(state, await logs.readWindow(origin, state.seq, MAX_MISSED));
    await store.drop(origin);
    await claims.complete([key], REMEMBER_MS);
  }
}
