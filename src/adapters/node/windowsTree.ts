// Ends a command on Windows, where there are no process groups: by `taskkill`, which follows the parents of every process.
import { spawnSync } from 'node:child_process';

/** Runs `taskkill` and waits for it; throws where it can't be run. Its exit code does not matter: whoever has ended is not found. */
export type Taskkill = (args: readonly string[]) => void;

/** It must never hold up the host: a stop is to take less than a second. */
const TASKKILL_TIMEOUT_MS = 800;

export const runTaskkill: Taskkill = (args) => {
  const { error } = spawnSync('taskkill', args, { stdio: 'ignore', windowsHide: true, timeout: TASKKILL_TIMEOUT_MS });
  if (error) throw error;
};

/**
 * Ends `pid` and all that descends from it, by force: a console program gets no request to end there. Where `taskkill` itself
 * fails, at least the process is ended. Call it while the process lives; of a dead one Windows tells no descendants.
 */
export function endWindowsTree(pid: number, taskkill: Taskkill = runTaskkill): void {
  try {
    taskkill(['/pid', String(pid), '/T', '/F']);
  } catch {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended in the meantime.
    }
  }
}
