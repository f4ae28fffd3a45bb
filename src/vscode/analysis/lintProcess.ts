// Runs a linter of the workspace as a process group of its own, so that stopping it stops whatever it started.
import { spawn, type ChildProcess } from 'node:child_process';

export interface LintCommand {
  file: string;
  args: readonly string[];
  cwd: string;
  /** Text for its standard input. */
  input?: string;
  timeoutMs: number;
  env?: Readonly<Record<string, string>>;
}

export type LintProcessOutcome =
  | { kind: 'ended'; exitCode: number; stdout: string; stderr: string }
  | { kind: 'missing' }
  | { kind: 'timeout' }
  | { kind: 'cancelled' }
  | { kind: 'too_long' };

const MAX_OUTPUT = 16_000_000;
/** What a child gets of our environment: keys and tokens of ours are none of its business. */
const PASSED_ON =
  /^(?:PATH|HOME|USER|USERPROFILE|LANG|LC_\w+|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|ProgramFiles.*|VIRTUAL_ENV|NODE_PATH|NVM_DIR|VOLTA_HOME|XDG_\w+)$/i;

/** Runs to the end, to the time limit or until the signal aborts; the whole process group is gone by then. */
export function runLintProcess(command: LintCommand, signal: AbortSignal): Promise<LintProcessOutcome> {
  if (signal.aborted) return Promise.resolve({ kind: 'cancelled' });
  return new Promise((resolve) => {
    const child = start(command);
    const output = { stdout: '', stderr: '' };
    const settle = (outcome: LintProcessOutcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const stop = (outcome: LintProcessOutcome) => {
      killGroup(child);
      settle(outcome);
    };
    const onAbort = () => stop({ kind: 'cancelled' });
    const timer = setTimeout(() => stop({ kind: 'timeout' }), command.timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk;
        if (output[name].length > MAX_OUTPUT) stop({ kind: 'too_long' });
      });
    }
    child.on('error', () => settle({ kind: 'missing' }));
    child.on('close', (code) => settle({ kind: 'ended', exitCode: code ?? -1, ...output }));
    // A linter that does not read its input closes the pipe; its exit code tells the rest.
    child.stdin.on('error', () => undefined).end(command.input ?? '');
  });
}

function start(command: LintCommand) {
  const passed = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  return spawn(command.file, [...command.args], {
    cwd: command.cwd,
    env: { ...passed, ...command.env },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' }).on('error', () =>
      child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended on its own in the meantime.
    child.kill('SIGKILL');
  }
}
