// Splits reasoning that a model writes into its text, between `<think>` and `</think>` at the very start, from the answer.

export interface TextPiece {
  channel: 'text' | 'reasoning';
  text: string;
}

const TAGS = ['think', 'thinking', 'thought'] as const;

/** Works on deltas: holds back only what could be the beginning of a tag. */
export class ThinkSplitter {
  private state: 'start' | 'reasoning' | 'after' | 'text' = 'start';
  private held = '';
  private closing = '';

  push(text: string): TextPiece[] {
    this.held += text;
    const pieces: TextPiece[] = [];
    if (this.state === 'start') this.start();
    if (this.state === 'reasoning') this.reasoning(pieces);
    if (this.state === 'after') this.after();
    if (this.state === 'text') this.take('text', this.held.length, pieces);
    return pieces;
  }

  /** What was still held back when the answer ended. */
  end(): TextPiece[] {
    const pieces: TextPiece[] = [];
    this.take(this.state === 'reasoning' ? 'reasoning' : 'text', this.held.length, pieces);
    return pieces;
  }

  private start(): void {
    const lead = this.held.trimStart();
    const tag = TAGS.find((name) => lead.startsWith(`<${name}>`));
    if (tag !== undefined) {
      this.state = 'reasoning';
      this.closing = `</${tag}>`;
      this.held = lead.slice(tag.length + 2);
    } else if (!TAGS.some((name) => `<${name}>`.startsWith(lead))) {
      this.state = 'text';
    }
  }

  private reasoning(pieces: TextPiece[]): void {
    const end = this.held.indexOf(this.closing);
    if (end < 0) {
      this.take('reasoning', this.held.length - heldBack(this.held, this.closing), pieces);
      return;
    }
    this.take('reasoning', end, pieces);
    this.held = this.held.slice(this.closing.length);
    this.state = 'after';
  }

  /** The blank lines between the tag and the answer belong to neither. */
  private after(): void {
    this.held = this.held.trimStart();
    if (this.held !== '') this.state = 'text';
  }

  private take(channel: TextPiece['channel'], length: number, pieces: TextPiece[]): void {
    const text = this.held.slice(0, length);
    this.held = this.held.slice(length);
    if (text) pieces.push({ channel, text });
  }
}

/** How many characters at the end of `text` could begin `tag`. */
function heldBack(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
