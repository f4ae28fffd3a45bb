// Runs commands as process groups of their own. However a command ends, and however we end, nothing of it stays.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { failure, messageOf, type Failure } from '../../core/failure';
import type { CommandOutcome, CommandRequest, CommandRunner } from '../../core/tools/executing/commandRunner';
import { OutputWindow } from '../../core/tools/executing/outputWindow';
import { commandEnvironment } from './commandEnvironment';
import { GuardProcess, type GuardArguments } from './guardProcess';
import { killTree, processesOf, signalTree, type ProcessTree } from './processTree';

export interface ProcessCommandRunnerOptions {
  clock: Clock;
  /** Arguments that make Node run the guard, such as the path of its file. */
  guard: GuardArguments;
}

/** Time between asking a tree to end and ending it: with what comes after it, less than the second that a stop may take. */
const GRACE_MS = 250;
const FIRST_LOOK_MS = 15;
/** How long output may still arrive once every process has ended. */
const DRAIN_MS = 300;

/** Runs any number of commands at once; disposing kills what runs. */
export class ProcessCommandRunner implements CommandRunner, Disposable {
  private readonly guard: GuardProcess;
  private readonly running = new Set<ProcessTree>();
  private isDisposed = false;

  constructor(private readonly options: ProcessCommandRunnerOptions) {
    this.guard = new GuardProcess(options.guard);
  }

  async run(request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome | Failure> {
    const cwd = fileURLToPath(request.cwd);
    const isDirectory = await stat(cwd).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isDirectory) return failure('command.cwd_missing', `There is no folder ${cwd}.`);
    if (signal.aborted || this.isDisposed) return failure('cancelled', 'The command was stopped before it began.');
    const mark = randomUUID();
    this.guard.wake();
    const child = start(request, { cwd, mark });
    const { pid } = child;
    if (pid === undefined) return this.notStarted(child);
    const tree = { pid, mark };
    this.guard.adopt(tree);
    this.running.add(tree);
    try {
      return await new RunningCommand(this.options.clock, { child, tree, request }).finish(signal);
    } finally {
      this.running.delete(tree);
      this.guard.drop(tree);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    for (const tree of this.running) killTree(tree);
  }

  private async notStarted(child: ChildProcess): Promise<Failure> {
    const error = await new Promise<unknown>((resolve) => child.once('error', resolve));
    this.guard.rest();
    return failure('command.not_started', `The shell could not be started: ${messageOf(error)}`);
  }
}

interface Started {
  child: ChildProcess;
  tree: ProcessTree;
  request: CommandRequest;
}

/** One command from its start to the end of its last process. */
class RunningCommand {
  private readonly output: OutputWindow;
  private readonly startMs: number;
  private readonly exited: Promise<{ code: number | null; by: NodeJS.Signals | null }>;
  private readonly closed: Promise<'closed'>;

  constructor(
    private readonly clock: Clock,
    private readonly started: Started,
  ) {
    const { child, request } = started;
    this.startMs = clock.now();
    this.output = new OutputWindow(request.keep);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output.add(text);
        request.onOutput?.(text);
      });
    }
    this.exited = new Promise((resolve) => child.once('exit', (code, by) => resolve({ code, by })));
    this.closed = new Promise((resolve) => child.once('close', () => resolve('closed')));
  }

  async finish(signal: AbortSignal): Promise<CommandOutcome> {
    const first = await this.firstEnd(signal);
    const leftBehind = await this.endTree(first !== 'exited');
    const { code, by } = await this.exited;
    await this.drained();
    return {
      end: first,
      exitCode: code ?? (by === null ? 1 : 128 + constants.signals[by]),
      ...(by !== null && { endedBy: by }),
      durationMs: Math.round(this.clock.now() - this.startMs),
      output: this.output.capture(),
      leftBehind: first === 'exited' ? leftBehind : 0,
    };
  }

  private firstEnd(signal: AbortSignal): Promise<CommandOutcome['end']> {
    return new Promise((resolve) => {
      const settle = (end: CommandOutcome['end']) => {
        timer.dispose();
        signal.removeEventListener('abort', onAbort);
        resolve(end);
      };
      const onAbort = () => settle('stopped');
      const timer = this.clock.after(this.started.request.timeoutMs, () => settle('timed_out'));
      signal.addEventListener('abort', onAbort, { once: true });
      void this.exited.then(() => settle('exited'));
      if (signal.aborted) onAbort();
    });
  }

  /** Asks what is left of the tree to end, then ends it; returns how many processes there were. */
  private async endTree(isLeaderAlive: boolean): Promise<number> {
    const { tree } = this.started;
    if (process.platform === 'win32') {
      if (isLeaderAlive) signalTree(tree, 'SIGKILL');
      return 0;
    }
    const found = processesOf(tree).length > 0 ? signalTree(tree, 'SIGTERM') : 0;
    if (found === 0) return 0;
    const killAt = this.clock.now() + GRACE_MS;
    for (let lookMs = FIRST_LOOK_MS; this.clock.now() < killAt && processesOf(tree).length > 0; lookMs *= 2) {
      await this.after(Math.min(lookMs, killAt - this.clock.now()));
    }
    killTree(tree);
    return found;
  }

  /** Reads to the end of the output; a process that got away may hold the pipe open, so not for ever. */
  private async drained(): Promise<void> {
    const ended = await Promise.race([this.closed, this.after(DRAIN_MS)]);
    if (ended === 'closed') return;
    this.started.child.stdout?.destroy();
    this.started.child.stderr?.destroy();
  }

  private after(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(delayMs, resolve));
  }
}

function start(request: CommandRequest, { cwd, mark }: { cwd: string; mark: string }): ChildProcess {
  const env = commandEnvironment(mark, request.environment);
  if (process.platform === 'win32') {
    const shell = process.env['ComSpec'] ?? 'cmd.exe';
    return spawn(shell, ['/d', '/s', '/c', `"${request.command}"`], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: true,
    });
  }
  // Both streams in one pipe, so that what is read has the order in which it was written; `exec` keeps it at one shell.
  return spawn('/bin/sh', ['-c', 'exec "$0" -c -- "$1" 2>&1', posixShell(), request.command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** What agents write is bash or plain sh, whatever shell the person types into. */
function posixShell(): string {
  return ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find((path) => existsSync(path)) ?? '/bin/sh';
}
