// One connection to Redis, without the client's own reconnecting: whoever opens connections decides when.
import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import type { BrokerFailure, BrokerFailureReason } from '../../core/events/eventBroker';
import { failure, messageOf, type Failure } from '../../core/failure';
import type { RedisAddress } from '../../core/events/redisAddress';

export interface ConnectOptions {
  address: RedisAddress;
  password: string | undefined;
  /** Shown in the server's list of clients. */
  name: string;
  /** Longest time until a connection stands, and until any command is answered. */
  timeoutMs: number;
}

/** Opens a connection, or says why there is none. After a failure of a command it may be of no use any more. */
export async function connect(options: ConnectOptions, signal: AbortSignal): Promise<Redis | Failure> {
  const { address, password, name, timeoutMs } = options;
  const client = new Redis({
    host: address.host,
    port: address.port,
    db: address.database,
    ...(address.username !== undefined && { username: address.username }),
    ...(password !== undefined && { password }),
    // Names are sent to servers that have several certificates; an address is none.
    ...(address.tls && { tls: isIP(address.host) === 0 ? { servername: address.host } : {} }),
    connectionName: name,
    protocol: 2,
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
  });
  // The first error is the cause; the client goes on after some of them, for instance in another database.
  let cause: Error | undefined;
  client.on('error', (error: Error) => (cause ??= error));
  const abort = () => client.disconnect();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) return unreachable(address, 'given up');
    await client.connect();
    await client.ping();
    if (cause) throw cause;
    return client;
  } catch (error) {
    client.disconnect();
    return failureOf(cause ?? error, address);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** For people: where it is, without anything secret. */
export function placeOf({ host, port, database, tls }: RedisAddress): string {
  const where = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${where}:${port}/${database}`;
}

const REFUSED = /^(NOAUTH|WRONGPASS|NOPERM|ERR invalid password|ERR AUTH)/;
/** States that pass: loading, a failover, a full memory, a script that runs. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|OOM|BUSY|TRYAGAIN|MISCONF|CLUSTERDOWN)/;
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_/;
const NO_TLS = /ERR_TLS|EPROTO|ERR_SSL/;

/** What a failed command or connection means for whoever waits. */
export function failureOf(error: unknown, address: RedisAddress): BrokerFailure {
  const message = messageOf(error);
  const { code: given } = (error ?? {}) as { code?: unknown };
  const code = typeof given === 'string' ? given : '';
  const fail = (reason: BrokerFailureReason, what: string, detail: string) =>
    brokerFailure(reason, address, { what, detail });
  if (REFUSED.test(message)) return fail('broker.refused', 'refuses access', firstLine(message));
  if (PASSING.test(message)) return unreachable(address, firstLine(message));
  if (UNTRUSTED.test(code)) return fail('broker.untrusted', 'has a certificate that is not trusted', code);
  if (NO_TLS.test(code)) return fail('broker.unusable', 'does not answer with TLS', code);
  if (message.startsWith('Unknown RESP type') || message.startsWith('Protocol error')) {
    return fail('broker.unusable', 'is no Redis', firstLine(message));
  }
  const isReply = (error as { name?: unknown } | null)?.name === 'ReplyError' || /^[A-Z]+ /.test(message);
  if (isReply) return fail('broker.unusable', 'answers', firstLine(message));
  return unreachable(address, code || firstLine(message));
}

function unreachable(address: RedisAddress, detail: string): BrokerFailure {
  return brokerFailure('broker.unreachable', address, { what: "can't be reached", detail });
}

function brokerFailure(
  reason: BrokerFailureReason,
  address: RedisAddress,
  { what, detail }: { what: string; detail: string },
): BrokerFailure {
  const where = placeOf(address);
  const isPassing = reason === 'broker.unreachable';
  return { ...failure(reason, `${where} ${what}: ${detail}.`, isPassing), reason, where, detail };
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '').slice(0, 200);
}
