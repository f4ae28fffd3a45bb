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
  /** When the leader began, as the system counts; what is older is none of it, and is not looked into. */
  bornAt?: number;
}

interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  isMarked: boolean;
}

/** Rounds of looking and killing: a process may fork between the two. */
const MAX_ROUNDS = 5;

/** To be asked while the leader of `tree` lives, or has not been waited for. */
export function withBirth(tree: ProcessTree): ProcessTree {
  if (process.platform !== 'linux') return tree;
  const { bornAt } = readStat(String(tree.pid));
  return Number.isFinite(bornAt) ? { ...tree, bornAt } : tree;
}

/** The living processes of `tree`; a dead one that nobody has waited for does not count. */
export function processesOf(tree: ProcessTree): number[] {
  const entries = process.platform === 'linux' ? readProc(tree) : readPs();
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
  if (members.length === 0) return 0;
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

function readProc({ mark, bornAt = 0 }: ProcessTree): ProcessEntry[] {
  const wanted = `${COMMAND_MARK}=${mark}`;
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readStat(name);
    if (stat.state === '' || stat.state === 'Z' || stat.state === 'X' || stat.bornAt < bornAt) return [];
    // The dearest part: the kernel reads it out of the memory of the process.
    const isMarked = readText(`/proc/${name}/environ`).split('\0').includes(wanted);
    return [{ pid: Number(name), parent: stat.parent, group: stat.group, isMarked }];
  });
}

function readStat(pid: string): { state: string; parent: number; group: number; bornAt: number } {
  const stat = readText(`/proc/${pid}/stat`);
  // The name in parentheses may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, group] = fields;
  return { state, parent: Number(parent), group: Number(group), bornAt: Number(fields[19] ?? Number.NaN) };
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
