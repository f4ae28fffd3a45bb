// Where a shared Redis is, as `agentTeam.events.url` says it: redis[s]://[user@]host[:port][/database][?team=name]. Never a password.

export interface RedisAddress {
  host: string;
  port: number;
  tls: boolean;
  database: number;
  username?: string;
  /** Who shares it: windows of different teams on one database don't see each other. */
  team?: string;
}

const DEFAULT_PORT = 6379;
const TEAM = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Says what is wrong with an address, never repeating it; nothing for a good one. */
export function redisAddressFault(text: string): string | undefined {
  const url = urlOf(text);
  if (!url) return 'Expected redis://host:6379, or rediss:// for TLS';
  if (url.password !== '') {
    return 'A password does not belong here: take it out, and set it with "Agent Team: Set API key" for redis';
  }
  if (!/^\/?\d{0,5}$/.test(url.pathname)) return 'Expected the number of a database after the host, such as /0';
  const names = [...url.searchParams.keys()];
  if (names.some((name) => name !== 'team') || names.length > 1) return 'The only parameter is ?team=name';
  const team = url.searchParams.get('team');
  if (team !== null && !TEAM.test(team)) return 'A team has a name of letters, digits, dots, dashes and underscores';
  return undefined;
}

/** Undefined where `redisAddressFault` says why. */
export function redisAddress(text: string): RedisAddress | undefined {
  const url = urlOf(text);
  if (!url || redisAddressFault(text) !== undefined) return undefined;
  const team = url.searchParams.get('team');
  return {
    // IPv6 stands in brackets.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === 'rediss:',
    database: Number(url.pathname.slice(1) || 0),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(team !== null && { team }),
  };
}

/** A name that can be that of a team, from any text. */
export function teamNameFrom(text: string): string {
  const name = text
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return TEAM.test(name) ? name : 'team';
}

function urlOf(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const isRedis = url.protocol === 'redis:' || url.protocol === 'rediss:';
    return isRedis && url.hostname !== '' && url.hash === '' ? url : undefined;
  } catch {
    return undefined;
  }
}
