import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { installWithApt, mayInstallWithApt } from '../vscode/aptInstall';

/** What the search depends on, so that a test can describe another machine. */
export interface RedisMachine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  isFile(file: string): boolean;
}

const thisMachine: RedisMachine = {
  platform: process.platform,
  env: process.env,
  isFile: (file) => existsSync(file) && statSync(file).isFile(),
};

const PROGRAMS = ['redis-server', 'valkey-server'];
const USUAL_FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/redis/bin'];

/** What to do where there is none. */
export const REDIS_MISSING =
  'No redis-server found: the tests of the Redis backend are skipped. Install redis-server (Debian and Ubuntu: sudo apt-get install redis-server; macOS: brew install redis), or set REDIS_SERVER to its executable.';

/** A Redis server's executable: REDIS_SERVER, PATH, the usual places. */
export function findRedis(machine: RedisMachine = thisMachine): string | undefined {
  const chosen = machine.env['REDIS_SERVER'];
  if (chosen) {
    if (machine.isFile(chosen)) return chosen;
    throw new Error(
      `REDIS_SERVER is ${chosen}, which is not a file: point it at a redis-server executable, or unset it.`,
    );
  }
  const isWindows = machine.platform === 'win32';
  const onPath = (machine.env['PATH'] ?? '').split(isWindows ? ';' : ':').filter((folder) => folder !== '');
  const places = isWindows ? onPath : [...onPath, ...USUAL_FOLDERS];
  return places
    .flatMap((folder) =>
      PROGRAMS.map((name) => (isWindows ? path.win32.join(folder, `${name}.exe`) : `${folder}/${name}`)),
    )
    .find((file) => machine.isFile(file));
}

/** Finds a server, or installs Debian's where we may; says what to do where there is none, and goes on. */
export async function ensureRedis(log: (line: string) => void): Promise<void> {
  if (findRedis() !== undefined) return;
  if (await mayInstallWithApt()) {
    log('No redis-server found: installing it with apt-get…');
    const failure = await installWithApt(['redis-server']);
    if (findRedis() !== undefined) return;
    log(`Installing redis-server failed: ${failure ?? 'it brought no executable'}.`);
  }
  log(REDIS_MISSING);
}
