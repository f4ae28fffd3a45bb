// What everything beside the events needs of the team's Redis: the connection as it is now, and errors that say what happened.
import type { Redis } from 'ioredis';
import type { Failure } from '../../core/failure';
import type { RedisKeys } from './redisKeys';
import { runScript, type RedisScript } from './redisScripts';

/** Given by the broker, which holds the connection. */
export interface TeamConnection {
  readonly keys: RedisKeys;
  readonly place: string;
  readonly client: Redis | undefined;
  failureOf(error: unknown): Failure;
}

/** Every call rejects with a sentence while there is no connection; nothing waits for one. */
export class RedisAccess {
  constructor(private readonly connection: TeamConnection) {}

  get keys(): RedisKeys {
    return this.connection.keys;
  }

  run(script: RedisScript, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    return this.use((client) => runScript(client, script, keys, values));
  }

  async use<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const { client, place } = this.connection;
    if (!client) throw new Error(`There is no connection to ${place} at the moment.`);
    try {
      return await work(client);
    } catch (error) {
      throw new Error(this.connection.failureOf(error).message, { cause: error });
    }
  }
}
