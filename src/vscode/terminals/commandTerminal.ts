// One terminal of ours: shows the commands of a run or task as they work, and lets a person stop them. It types nothing itself.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import type { ScreenLine } from '../../core/tools/executing/commandScreen';
import { TerminalFeed } from './terminalFeed';

/** Kept until VS Code has opened the terminal; more is dropped from its beginning. */
const MAX_UNOPENED_CHARS = 200_000;
const INTERRUPT = '\u0003';

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[0m`;
/** Commands come from a model: nothing in them may steer the terminal. */
const visible = (text: string) => text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd');

export class CommandTerminal implements vscode.Pseudoterminal {
  private readonly writer = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.writer.event;
  private readonly running = new Set<() => void>();
  private unopened: string | undefined = '';
  private isClosed = false;

  constructor(
    private readonly clock: Clock,
    /** Called when the person closes the terminal. */
    private readonly onClosed: () => void,
  ) {}

  get isBusy(): boolean {
    return this.running.size > 0;
  }

  open(): void {
    const text = this.unopened ?? '';
    this.unopened = undefined;
    this.writer.fire(text);
  }

  /** Closing a terminal ends what runs in it, as in any other. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopAll();
    this.writer.dispose();
    this.onClosed();
  }

  handleInput(data: string): void {
    if (data === INTERRUPT) this.stopAll();
    else if (this.isBusy)
      this.show(dim(`\r\n${vscode.l10n.t('Commands of agents read no input. Ctrl+C stops them.')}\r\n`));
  }

  begin(command: { command: string; cwd: string; stop: () => void }): ScreenLine {
    const { stop } = command;
    this.running.add(stop);
    const where = command.cwd === '.' ? '' : `${visible(command.cwd)} `;
    this.show(`${dim(where)}${bold(`$ ${visible(command.command).replaceAll('\n', '\r\n  ')}`)}\r\n`);
    const feed = new TerminalFeed(this.clock, (text) => this.show(text));
    return {
      write: (text) => feed.add(text),
      end: (summary) => {
        this.running.delete(stop);
        feed.flush();
        feed.dispose();
        this.show(`\r\n${dim(summary)}\r\n\r\n`);
      },
    };
  }

  private stopAll(): void {
    for (const stop of [...this.running]) stop();
  }

  private show(text: string): void {
    if (this.isClosed) return;
    if (this.unopened === undefined) this.writer.fire(text);
    else this.unopened = (this.unopened + text).slice(-MAX_UNOPENED_CHARS);
  }
}
