// The port to where a person watches commands: one screen per run or task, which never takes the focus.

export interface ScreenScope {
  runId: string;
  taskId?: string;
  agent: string;
}

/** One command on a screen. */
export interface ScreenLine {
  /** Never waits; the screen shows what it can and says what it left out. */
  write(text: string): void;
  /** The last word on the command, such as `exit code: 0 · 1.2 s`. */
  end(summary: string): void;
}

export interface CommandScreens {
  /** Announces a command on the screen of its scope. `stop` is called when the person ends it there. */
  begin(scope: ScreenScope, command: { command: string; cwd: string; stop: () => void }): ScreenLine;
}
