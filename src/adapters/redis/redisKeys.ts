// Names of the keys of a team, once.

export interface RedisKeys {
  readonly events: string;
  readonly windows: string;
  sent(origin: string): string;
}

/** The braces keep the keys of a team together where keys are spread over servers. */
export function redisKeys(team: string): RedisKeys {
  const prefix = `agent-team:{${team}}`;
  return {
    events: `${prefix}:events`,
    windows: `${prefix}:windows`,
    sent: (origin) => `${prefix}:sent:${origin}`,
  };
}
