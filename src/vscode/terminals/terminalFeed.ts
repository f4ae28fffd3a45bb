// What of a command's output reaches its terminal: all of it at a person's pace, and of a flood its newest part, so that
// neither the window nor the connection to it is swamped.
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';

/** Time between two writes to the terminal. */
const FLUSH_MS = 50;
/** Most characters of one write. */
const MAX_CHARS = 64_000;

/** Terminals need a carriage return before each line feed. */
const toTerminal = (text: string) => text.replaceAll(/\r?\n/g, '\r\n');

export class TerminalFeed implements Disposable {
  private waiting: string[] = [];
  private length = 0;
  private skipped = 0;
  private timer: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly write: (text: string) => void,
  ) {}

  /** Takes text of any length; what does not fit into the next write is counted and left out. */
  add(text: string): void {
    this.waiting.push(text);
    this.length += text.length;
    if (this.length > 2 * MAX_CHARS) this.trim();
    this.timer ??= this.clock.after(FLUSH_MS, () => this.flush());
  }

  /** Writes what waits at once. */
  flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.trim();
    const text = this.waiting.join('');
    const note = this.skipped > 0 ? `\r\n[… ${this.skipped.toLocaleString('en-US')} characters skipped …]\r\n` : '';
    this.waiting = [];
    this.length = 0;
    this.skipped = 0;
    if (text !== '' || note !== '') this.write(note + toTerminal(text));
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.waiting = [];
  }

  private trim(): void {
    const excess = this.length - MAX_CHARS;
    if (excess <= 0) return;
    this.skipped += excess;
    this.waiting = [this.waiting.join('').slice(excess)];
    this.length = MAX_CHARS;
  }
}
