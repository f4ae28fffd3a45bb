// What differs between platforms: how a command line is started, and how everything that it has started is ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { killTree, processesOf, signalTree, type ProcessTree } from './processTree';
import { endWindowsTree, runTaskkill, type Taskkill } from './windowsTree';

export interface CommandSystem {
  /** Starts the line in the platform's shell, its input closed; what it prints can be read from the child's streams. */
  start(command: string, options: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess;
  /** Asks what is left of the tree to end; returns how many processes there were. `kill` has to follow unless there were none. */
  askToEnd(tree: ProcessTree, isLeaderAlive: boolean): number;
  /** True while something of the tree lives, as far as the platform can tell. */
  isLeft(tree: ProcessTree): boolean;
  kill(tree: ProcessTree): void;
}

/** Process groups and signals; agents write bash or plain sh, whatever shell the person types into. */
export const posixSystem: CommandSystem = {
  start: (command, { cwd, env }) =>
    // Both streams in one pipe, so that what is read has the order in which it was written; `exec` keeps it at one shell.
    spawn('/bin/sh', ['-c', 'exec "$0" -c -- "$1" 2>&1', posixShell(), command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  askToEnd: (tree) => signalTree(tree, 'SIGTERM'),
  isLeft: (tree) => processesOf(tree).length > 0,
  kill: killTree,
};

function posixShell(): string {
  return ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find((path) => existsSync(path)) ?? '/bin/sh';
}

export interface WindowsSystemOptions {
  shell?: string;
  taskkill?: Taskkill;
}

/** cmd.exe and `taskkill`. A console program gets no request to end there, so asking ends it already. */
export function windowsSystem({ shell, taskkill = runTaskkill }: WindowsSystemOptions = {}): CommandSystem {
  return {
    start: (command, { cwd, env }) =>
      spawn(shell ?? process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/s', '/c', `"${command}"`], {
        cwd,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        windowsVerbatimArguments: true,
      }),
    askToEnd: ({ pid }, isLeaderAlive) => {
      if (isLeaderAlive) endWindowsTree(pid, taskkill);
      return 0;
    },
    isLeft: () => false,
    kill: ({ pid }) => endWindowsTree(pid, taskkill),
  };
}

/** The system of the machine that we run on. */
export const systemHere = (): CommandSystem => (process.platform === 'win32' ? windowsSystem() : posixSystem);
