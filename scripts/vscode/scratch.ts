// Temporary folders and processes that must not outlive us, not even when we are killed without a chance to clean up:
// a small guard process holds the other end of a pipe and cleans when that pipe closes.
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Writable } from 'node:stream';
import { killProcessTree } from './killProcessTree';
import { projectRoot } from './projectRoot';

/** A temporary folder with the processes that live in it; both are gone after `dispose`, or after this process died. */
export interface Scratch {
  readonly folder: string;
  /** Takes over a child that was spawned `detached`; it is killed with all its descendants on dispose. */
  adopt(child: ChildProcess): void;
  dispose(): Promise<void>;
}

/** Creates a folder below the system's temporary folder; `name` makes it recognisable. */
export async function createScratch(name: string): Promise<Scratch> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), `agent-team-${name}-`)));
  const guard = startGuard(folder);
  const children = new Set<ChildProcess>();
  let disposal: Promise<void> | undefined;
  const clean = async () => {
    await Promise.all([...children].map((child) => killProcessTree(child)));
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    guard.stdin.end('done\n');
  };
  return {
    folder,
    adopt(child) {
      const { pid } = child;
      if (pid === undefined) return;
      children.add(child);
      guard.stdin.write(`adopt ${String(pid)}\n`);
      child.once('exit', () => {
        children.delete(child);
        guard.stdin.write(`drop ${String(pid)}\n`);
      });
    },
    dispose: () => (disposal ??= clean()),
  };
}

function startGuard(folder: string): ChildProcessByStdio<Writable, null, null> {
  const guard = spawn(process.execPath, [path.join(projectRoot, 'scripts', 'vscode', 'guard.mjs'), folder], {
    cwd: projectRoot,
    // A group of its own: Ctrl+C in the terminal must not reach the guard before its work is done.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  guard.unref();
  guard.stdin.on('error', () => undefined); // A guard that died can't be told anything; our own dispose still cleans.
  // Node's types don't say that this end of a pipe is a socket; as one it would keep this process alive.
  const stdin: Writable & { unref?: () => void } = guard.stdin;
  stdin.unref?.();
  return guard;
}
