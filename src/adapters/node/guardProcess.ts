// The host's side of the guard: started with the first command, gone after the last one.
import { spawn, type ChildProcess } from 'node:child_process';
import type { ProcessTree } from './processTree';

/** How to run the guard: arguments for the Node that runs us. */
export type GuardArguments = readonly string[];

export class GuardProcess {
  private child: ChildProcess | undefined;
  private readonly guarded = new Set<number>();

  constructor(private readonly args: GuardArguments) {}

  /** Starts the guard where none runs; call it before the command is spawned, so that nothing is ever unguarded for long. */
  wake(): void {
    if (this.child) return;
    const child = spawn(process.execPath, [...this.args], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      windowsHide: true,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    child.unref();
    const forget = () => {
      if (this.child === child) this.child = undefined;
    };
    // Without a guard, commands end with us in every way but one: when we are killed.
    child.on('error', forget).on('exit', forget);
    child.stdin.on('error', forget);
    this.child = child;
  }

  adopt({ pid, mark }: ProcessTree): void {
    this.guarded.add(pid);
    this.child?.stdin?.write(`adopt ${pid} ${mark}\n`);
  }

  /** Lets go of a command that has ended; the guard itself goes with the last one. */
  drop({ pid }: Pick<ProcessTree, 'pid'>): void {
    this.guarded.delete(pid);
    this.child?.stdin?.write(`drop ${pid}\n`);
    this.rest();
  }

  /** Ends the guard if it has nothing to guard. */
  rest(): void {
    if (this.guarded.size > 0) return;
    this.child?.stdin?.end();
    this.child = undefined;
  }
}
