// Part of the composition root: which backend carries the events. The embedded one needs nothing; another loads when the settings name it.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import { toDisposable, type Disposable, type DisposableStore } from '../core/disposable';
import type { BackendHealth } from '../core/events/backendHealth';
import { messageOf } from '../core/failure';
import type { ApiKeys } from '../vscode/models/apiKeys';
import { REDIS_KEY } from '../vscode/backend/keyNames';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import type { RedisBackend } from './redisBackend';
import type { TeamStorage } from './storage';

export interface TeamBackendOptions {
  storage: TeamStorage;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: VsCodeSettings;
  keys: ApiKeys;
  learnSecret: (secret: string | undefined) => void;
  owned: DisposableStore;
}

export type TeamBackend = ReturnType<typeof createTeamBackend>;

/** Follows the settings until it is closed. Nobody waits for it. */
export function createTeamBackend({ storage, clock, log, settings, keys, learnSecret, owned }: TeamBackendOptions) {
  const handlers = new Set<() => void>();
  let redis: RedisBackend | undefined;
  let wanted = '';
  let changing: Promise<void> = Promise.resolve();
  let isFirst = true;
  let isClosed = false;
  const password = async () => {
    const key = await keys.get({ name: REDIS_KEY, kind: 'named' });
    learnSecret(key);
    return key;
  };
  const notify = () => {
    for (const handler of [...handlers]) handler();
  };
  const leave = async () => {
    const leaving = redis;
    redis = undefined;
    await leaving?.close();
  };
  const enter = async (url: string, fromSeq: number | undefined) => {
    const [{ createRedisBackend }, { redisAddress, teamNameFrom }] = await Promise.all([
      import('./redisBackend'),
      import('../core/events/redisAddress'),
    ]);
    const address = redisAddress(url);
    if (!address || isClosed) return;
    const team = teamNameFrom(vscode.workspace.name ?? '');
    const from = fromSeq === undefined ? {} : { fromSeq };
    redis = createRedisBackend({ storage, clock, log, address, team, password, ...from });
    redis.onDidChange(notify);
  };
  const follow = (isForced = false) => {
    const { backend, url } = settings.current().events;
    const next = backend === 'redis' ? url : '';
    if (next === wanted && !isForced) return;
    wanted = next;
    // A window that begins with a team shares all that it does; one that joins later, what it does from then on.
    const fromSeq = isFirst ? 0 : undefined;
    changing = changing
      .then(leave)
      .then(() => (next === '' || isClosed ? undefined : enter(next, fromSeq)))
      .catch((error: unknown) => log.error(`team: ${messageOf(error)}`))
      .then(notify);
  };
  follow();
  isFirst = false;
  owned.add(settings.onDidChange(() => follow()));
  owned.add(
    keys.onDidChange(() => {
      if (redis && redis.health().state !== 'connected') follow(true);
    }),
  );
  return {
    health: (): BackendHealth => redis?.health() ?? { backend: 'embedded' },
    /** Called when the state changes. Handlers must not throw. */
    onDidChange: (handler: () => void): Disposable => {
      handlers.add(handler);
      return toDisposable(() => handlers.delete(handler));
    },
    /** Sends what is left, within a second or two. */
    close: async () => {
      isClosed = true;
      await changing;
      await leave();
    },
  };
}
