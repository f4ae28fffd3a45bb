// The terminals of all runs: one per run or task, opened in the background, the oldest idle ones closed when there are many.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { CommandScreens, ScreenLine, ScreenScope } from '../../core/tools/executing/commandScreen';
import { CommandTerminal } from './commandTerminal';

/** Terminals that stay open for reading; those that work do not count. */
const MAX_IDLE = 4;

interface Shown {
  terminal: vscode.Terminal;
  screen: CommandTerminal;
}

export class CommandTerminals implements CommandScreens, Disposable {
  /** In the order of their last use. */
  private readonly shown = new Map<string, Shown>();

  private readonly closing: vscode.Disposable;

  constructor(private readonly clock: Clock) {
    // A terminal that is closed before VS Code has opened it never tells its pseudoterminal.
    this.closing = vscode.window.onDidCloseTerminal((closed) => {
      for (const { terminal, screen } of [...this.shown.values()]) if (terminal === closed) screen.close();
    });
  }

  begin(scope: ScreenScope, command: { command: string; cwd: string; stop: () => void }): ScreenLine {
    const key = `${scope.runId}\0${scope.taskId ?? ''}`;
    const entry = this.shown.get(key) ?? this.open(key, scope);
    this.shown.delete(key);
    this.shown.set(key, entry);
    this.closeIdle(key);
    return entry.screen.begin(command);
  }

  dispose(): void {
    this.closing.dispose();
    for (const { terminal } of [...this.shown.values()]) terminal.dispose();
    this.shown.clear();
  }

  private open(key: string, { agent, taskId }: ScreenScope): Shown {
    const screen = new CommandTerminal(this.clock, () => this.shown.delete(key));
    const name = `Agent Team: ${taskId === undefined ? agent : `${agent} (${taskId})`}`;
    // Not shown: whoever wants to read it finds it among the terminals, and nobody's focus moves.
    const terminal = vscode.window.createTerminal({
      name,
      pty: screen,
      iconPath: new vscode.ThemeIcon('organization'),
      isTransient: true,
    });
    return { terminal, screen };
  }

  private closeIdle(current: string): void {
    const idle = [...this.shown].filter(([key, { screen }]) => key !== current && !screen.isBusy);
    for (const [key, { terminal }] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) {
      this.shown.delete(key);
      terminal.dispose();
    }
  }
}
