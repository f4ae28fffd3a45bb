// Finds and ends everything that a command has started: its process group, its descendants, and, where the system shows
// environments, whatever carries the command's mark even after it has left the group and its parents have ended.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { endWindowsTree } from './windowsTree';

/** The variable that marks the processes of a command. */
export const COMMAND_MARK = 'AGENT_TEAM_COMMAND';

export interface ProcessTree {
  /** The leader of the process group. */
  pid: number;
  /** Value of `COMMAND_MARK`, unlike that of any other command. */
  mark: string;
}

interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  isMarked: boolean;
}

/** Rounds of looking and killing: a process may fork between the two. */
const MAX_ROUNDS = 5;

/** The living processes of `tree`; a dead one that nobody has waited for does not count. */
export function processesOf(tree: ProcessTree): number[] {
  const entries = process.platform === 'linux' ? readProc(tree.mark) : readPs();
  const members = new Set(
    entries
      .filter(({ pid, group, isMarked }) => isMarked || group === tree.pid || pid === tree.pid)
      .map(({ pid }) => pid),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of entries) {
      if (members.has(pid) || !members.has(parent)) continue;
      members.add(pid);
      grown = true;
    }
  }
  members.delete(process.pid);
  return [...members];
}

/** Sends `signal` to all of `tree`; returns how many processes it found. Not for Windows. */
export function signalTree(tree: ProcessTree, signal: 'SIGTERM' | 'SIGKILL'): number {
  const members = processesOf(tree);
  send(-tree.pid, signal);
  for (const pid of members) send(pid, signal);
  return members.length;
}

/** Kills all of `tree` at once, without waiting for it. */
export function killTree(tree: ProcessTree): void {
  if (process.platform === 'win32') {
    endWindowsTree(tree.pid);
    return;
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (signalTree(tree, 'SIGKILL') === 0) return;
  }
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended in the meantime.
  }
}

function readProc(mark: string): ProcessEntry[] {
  const wanted = `${COMMAND_MARK}=${mark}`;
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readText(`/proc/${name}/stat`);
    // The name in parentheses may hold blanks and parentheses itself.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || state === 'Z' || state === 'X' || stat === '') return [];
    const isMarked = readText(`/proc/${name}/environ`).split('\0').includes(wanted);
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), isMarked }];
  });
}

/** Empty for what has gone, or belongs to somebody else. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function readPs(): ProcessEntry[] {
  try {
    const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8', timeout: 500 });
    return text.split('\n').flatMap((line) => {
      const [pid, parent, group, state] = line.trim().split(/\s+/);
      if (state === undefined || state.startsWith('Z')) return [];
      return [{ pid: Number(pid), parent: Number(parent), group: Number(group), isMarked: false }];
    });
  } catch {
    // Without a list of processes the group is all that can be reached.
    return [];
  }
}
