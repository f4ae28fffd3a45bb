// Keeps the beginning and the end of an output of any length in bounded memory.

export interface CapturedOutput {
  head: string;
  /** Empty while everything fits into the head. */
  tail: string;
  /** Characters between head and tail that were dropped. */
  omitted: number;
  /** Line ends among what was dropped. */
  omittedLines: number;
}

const HEAD_CHARS = 64_000;
const TAIL_CHARS = 192_000;

export interface WindowSize {
  head: number;
  tail: number;
}

/** Holds at most `size.head` plus twice `size.tail` characters at any time. */
export class OutputWindow {
  private head = '';
  private tail: string[] = [];
  private tailLength = 0;
  private omitted = 0;
  private omittedLines = 0;

  constructor(private readonly size: WindowSize = { head: HEAD_CHARS, tail: TAIL_CHARS }) {}

  add(text: string): void {
    const room = this.size.head - this.head.length;
    if (room > 0) this.head += text.slice(0, room);
    const rest = room > 0 ? text.slice(room) : text;
    if (rest === '') return;
    this.tail.push(rest);
    this.tailLength += rest.length;
    // Twice the size before anything is dropped: small writes then cost no copying each.
    if (this.tailLength > 2 * this.size.tail) this.trim();
  }

  capture(): CapturedOutput {
    this.trim();
    const { head, omitted, omittedLines } = this;
    return { head, tail: this.tail.join(''), omitted, omittedLines };
  }

  private trim(): void {
    const excess = this.tailLength - this.size.tail;
    if (excess <= 0) return;
    const text = this.tail.join('');
    const dropped = text.slice(0, excess);
    this.omitted += dropped.length;
    for (let at = dropped.indexOf('\n'); at >= 0; at = dropped.indexOf('\n', at + 1)) this.omittedLines += 1;
    this.tail = [text.slice(excess)];
    this.tailLength = text.length - excess;
  }
}
