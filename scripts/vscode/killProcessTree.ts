import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a child that was spawned `detached`, and its process group: politely first, by force after `graceMs`. */
export async function killProcessTree(child: ChildProcess, graceMs = 3_000): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    if (hasExited(child)) return;
    await once(spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }), 'exit');
    return;
  }
  if (!hasExited(child)) {
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(graceMs) }).catch(() => undefined);
    signalGroup(pid, 'SIGTERM');
    await exited;
  }
  // The leader may be gone while members of its group live on.
  signalGroup(pid, 'SIGKILL');
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
