// The port to processes: runs one command line to its end, and nothing of it stays behind.
import type { Failure } from '../../../api';
import type { CapturedOutput, WindowSize } from './outputWindow';

export interface CommandRequest {
  /** One command line, or several, for the platform's shell. */
  command: string;
  /** `file:` uri of a directory. */
  cwd: string;
  timeoutMs: number;
  /** Set in addition to what the extension's own environment gives. */
  environment?: Readonly<Record<string, string>>;
  /** How much of the output is kept; by default some 256,000 characters. */
  keep?: WindowSize;
  /** Gets what standard output and standard error say, in the order in which it was written, as it comes. */
  onOutput?(text: string): void;
}

export interface CommandOutcome {
  /** `stopped`: the signal aborted. */
  end: 'exited' | 'timed_out' | 'stopped';
  /** 128 plus the signal's number where a signal ended the shell. */
  exitCode: number;
  /** Name of the signal that ended the shell. */
  endedBy?: string;
  durationMs: number;
  output: CapturedOutput;
  /** Processes in the background that were still there when the shell had ended; they were ended too. */
  leftBehind: number;
}

export interface CommandRunner {
  /**
   * Runs with standard input closed and without a terminal. Whatever it started has ended when this settles, a second after
   * an abort or the timeout at the latest. Fails with `command.cwd_missing` or `command.not_started`.
   */
  run(request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome | Failure>;
}
