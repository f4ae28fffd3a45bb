import { spawn } from 'node:child_process';

/** How a command ended; `output` is the last 8,000 characters of stdout and stderr together. */
export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly output: string;
}

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Shows the output as it comes, besides collecting it. */
  readonly echo?: boolean;
}

const keptCharacters = 8_000;

/** Runs a program to its end without a shell; a program that can't be started or takes too long has no exit code. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      windowsHide: true,
    });
    const collect = (chunk: Buffer, target: NodeJS.WriteStream) => {
      output = (output + chunk.toString()).slice(-keptCharacters);
      if (options.echo) target.write(chunk);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      collect(chunk, process.stdout);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      collect(chunk, process.stderr);
    });
    child.once('error', (error) => {
      resolve({ exitCode: undefined, output: error.message });
    });
    child.once('close', (code) => {
      resolve({ exitCode: code ?? undefined, output });
    });
  });
}
