// What the windows of a workspace share for reactions, in memory.
import type { EventEnvelope } from '../../src/api';
import { isSeenByAllWindows, type ReactionClaims } from '../../src/core/reactions/reactionClaims';
import {
  parseStoredReactions,
  type ReactionStore,
  type StoredReactions,
  type WindowLogs,
} from '../../src/core/reactions/storedReactions';
import type { ManualClock } from './manualClock';
import type { InMemoryStorage } from './inMemoryEventLog';

/** Documents as a disk keeps them: as JSON, checked when they are read. */
export class InMemoryReactionStorage implements WindowLogs {
  readonly documents = new Map<string, string>();
  readonly claims = new Map<string, { holder: string; doneUntilMs?: number }>();
  /** Set while claims can't be asked. */
  isClaimsDown = false;

  constructor(
    readonly events: InMemoryStorage,
    readonly clock: ManualClock,
  ) {}

  store(origin: string): ReactionStore {
    return {
      save: (state) => {
        if (this.events.alive.has(origin)) this.documents.set(origin, JSON.stringify(state));
        return Promise.resolve();
      },
      others: () => {
        const others = [...this.documents].filter(([other]) => other !== origin);
        return Promise.resolve(others.map(([other, text]) => ({ origin: other, state: parsed(text) })));
      },
      drop: (other) => {
        this.documents.delete(other);
        return Promise.resolve();
      },
    };
  }

  claimsOf(origin: string): ReactionClaims {
    const isTaken = (key: string) => {
      const claim = this.claims.get(key);
      if (!claim || claim.holder === origin) return false;
      if (claim.doneUntilMs !== undefined) return claim.doneUntilMs > this.clock.now();
      return this.events.alive.has(claim.holder);
    };
    return {
      isShared: (event) => event.origin !== origin || isSeenByAllWindows(event),
      claim: (keys) => {
        if (this.isClaimsDown) return Promise.reject(new Error('nobody answers'));
        const mine = keys.filter((key) => !isTaken(key));
        for (const key of mine) this.claims.set(key, { holder: origin });
        return Promise.resolve(new Set(mine));
      },
      complete: (keys, rememberMs) => {
        for (const key of keys) this.claims.set(key, { holder: origin, doneUntilMs: this.clock.now() + rememberMs });
        return Promise.resolve();
      },
      release: (keys) => {
        for (const key of keys) if (this.claims.get(key)?.holder === origin) this.claims.delete(key);
        return Promise.resolve();
      },
    };
  }

  readWindow(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    const found = this.events.events.filter((event) => event.origin === origin && event.seq > afterSeq);
    return Promise.resolve(structuredClone(found.slice(0, limit)));
  }
}

function parsed(text: string): StoredReactions {
  const state = parseStoredReactions(JSON.parse(text));
  if (!state) throw new Error('What was saved can not be read back.');
  return state;
}
