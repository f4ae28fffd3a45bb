// Runs commands as process groups of their own. However a command ends, and however we end, nothing of it stays.
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { failure, messageOf, type Failure } from '../../core/failure';
import type { CommandOutcome, CommandRequest, CommandRunner } from '../../core/tools/executing/commandRunner';
import { OutputWindow } from '../../core/tools/executing/outputWindow';
import { commandEnvironment } from './commandEnvironment';
import { systemHere, type CommandSystem } from './commandSystem';
import { GuardProcess, type GuardArguments } from './guardProcess';
import { withBirth, type ProcessTree } from './processTree';

export interface ProcessCommandRunnerOptions {
  clock: Clock;
  /** Arguments that make Node run the guard, such as the path of its file. */
  guard: GuardArguments;
  /** Default: that of this machine. */
  system?: CommandSystem;
}

/** Time between asking a tree to end and ending it: with what comes after it, less than the second that a stop may take. */
const GRACE_MS = 250;
const FIRST_LOOK_MS = 15;
/** How long output may still arrive once every process has ended. */
const DRAIN_MS = 300;
/** How long the shell may take to be gone after it was ended; then it is given up, so that no run waits for it. */
const GONE_MS = 2_000;

/** Runs any number of commands at once; disposing kills what runs. */
export class ProcessCommandRunner implements CommandRunner, Disposable {
  private readonly guard: GuardProcess;
  private readonly system: CommandSystem;
  private readonly running = new Set<ProcessTree>();
  private isDisposed = false;

  constructor(private readonly options: ProcessCommandRunnerOptions) {
    this.guard = new GuardProcess(options.guard);
    this.system = options.system ?? systemHere();
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
    const { clock } = this.options;
    const child = this.system.start(request.command, { cwd, env: commandEnvironment(mark, request.environment) });
    const { pid } = child;
    if (pid === undefined) return this.notStarted(child);
    const tree = withBirth({ pid, mark });
    this.guard.adopt(tree);
    this.running.add(tree);
    try {
      return await new RunningCommand({ child, tree, request, clock, system: this.system }).finish(signal);
    } finally {
      this.running.delete(tree);
      this.guard.drop(tree);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    for (const tree of this.running) this.system.kill(tree);
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
  clock: Clock;
  system: CommandSystem;
}

interface ShellEnd {
  code: number | null;
  by: NodeJS.Signals | null;
}

/** One command from its start to the end of its last process. */
class RunningCommand {
  private readonly output: OutputWindow;
  private readonly startMs: number;
  private readonly exited: Promise<ShellEnd>;
  private readonly closed: Promise<'closed'>;

  constructor(private readonly started: Started) {
    const { child, request, clock } = started;
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
    const { code, by } = await Promise.race([this.exited, this.after(GONE_MS).then((): ShellEnd => GIVEN_UP)]);
    await this.drained();
    return {
      end: first,
      exitCode: code ?? (by === null ? 1 : 128 + constants.signals[by]),
      ...(by !== null && { endedBy: by }),
      durationMs: Math.round(this.started.clock.now() - this.startMs),
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
      const timer = this.started.clock.after(this.started.request.timeoutMs, () => settle('timed_out'));
      signal.addEventListener('abort', onAbort, { once: true });
      void this.exited.then(() => settle('exited'));
      if (signal.aborted) onAbort();
    });
  }

  /** Asks what is left of the tree to end, then ends it; returns how many processes there were. */
  private async endTree(isLeaderAlive: boolean): Promise<number> {
    const { tree, system, clock } = this.started;
    const found = system.askToEnd(tree, isLeaderAlive);
    if (found === 0) return 0;
    const killAt = clock.now() + GRACE_MS;
    for (let lookMs = FIRST_LOOK_MS; clock.now() < killAt && system.isLeft(tree); lookMs *= 2) {
      await this.after(Math.min(lookMs, killAt - clock.now()));
    }
    system.kill(tree);
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
    return new Promise((resolve) => this.started.clock.after(delayMs, resolve));
  }
}

/** Of a shell that nothing could end. */
const GIVEN_UP: ShellEnd = { code: null, by: 'SIGKILL' };
