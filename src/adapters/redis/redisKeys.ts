// Names of the keys of a team, once.

export interface RedisKeys {
  readonly events: string;
  /** The consumer group of `events` in which claimed events are pending. */
  readonly reactions: string;
  readonly windows: string;
  readonly sent: (origin: string) => string;
  /** A claim on one happening for one reaction; `hash` is that of its key. */
  readonly claim: (hash: string) => string;
  readonly memory: {
    /** Counts the changes of all scopes. */
    readonly changes: string;
    /** Scopes with entries, by the change that came last. */
    readonly scopes: string;
    /** Number of the last change, by scope. */
    readonly revisions: string;
    readonly entries: (scope: string) => string;
    /** Versions of deleted keys, and the keys by the change that deleted them. */
    readonly deleted: (scope: string) => string;
    readonly deletions: (scope: string) => string;
  };
}

/** The braces keep the keys of a team together where keys are spread over servers. */
export function redisKeys(team: string): RedisKeys {
  const prefix = `agent-team:{${team}}`;
  return {
    events: `${prefix}:events`,
    reactions: 'reactions',
    windows: `${prefix}:windows`,
    sent: (origin) => `${prefix}:sent:${origin}`,
    claim: (hash) => `${prefix}:claim:${hash}`,
    memory: {
      changes: `${prefix}:memory:changes`,
      scopes: `${prefix}:memory:scopes`,
      revisions: `${prefix}:memory:revisions`,
      entries: (scope) => `${prefix}:memory:entries:${scope}`,
      deleted: (scope) => `${prefix}:memory:deleted:${scope}`,
      deletions: (scope) => `${prefix}:memory:deletions:${scope}`,
    },
  };
}
