// A text with its line endings set aside: what models write uses \n, files keep what they have.

export interface TextLine {
  /** Offset of the line's first character in the original text. */
  start: number;
  /** Offset after its last character, before the line ending. */
  end: number;
  text: string;
  /** `''` on a last line without a line ending. */
  eol: '\n' | '\r\n' | '\r' | '';
}

/** The lines of a text. The empty text has one empty line; a final line ending does not start another line. */
export function splitLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let start = 0;
  const ending = /\r\n|\n|\r/g;
  for (let match = ending.exec(text); match; match = ending.exec(text)) {
    lines.push({ start, end: match.index, text: text.slice(start, match.index), eol: match[0] as TextLine['eol'] });
    start = ending.lastIndex;
  }
  if (start < text.length || lines.length === 0)
    lines.push({ start, end: text.length, text: text.slice(start), eol: '' });
  return lines;
}

/** The line ending that most lines have; `\n` for a text without any. */
export function dominantEol(text: string): '\n' | '\r\n' | '\r' {
  const crlf = (text.match(/\r\n/g) ?? []).length;
  const lf = (text.match(/\n/g) ?? []).length - crlf;
  const cr = (text.match(/\r/g) ?? []).length - crlf;
  if (crlf >= lf && crlf >= cr && crlf > 0) return '\r\n';
  return cr > lf ? '\r' : '\n';
}

/** True when lines of one text end differently. */
export function hasMixedEols(text: string): boolean {
  const kinds = new Set(splitLines(text).map((line) => line.eol));
  kinds.delete('');
  return kinds.size > 1;
}

/** `text` with every line ending as `eol`. */
export function withEol(text: string, eol: '\n' | '\r\n' | '\r'): string {
  return text.replace(/\r\n|\n|\r/g, () => eol);
}

/** A text with `\n` endings only, and the way back to offsets of the original. */
export class NormalizedText {
  readonly text: string;
  /** Normalised offsets behind each removed character, ascending. */
  private readonly removed: number[] = [];

  constructor(readonly original: string) {
    let at = 0;
    let out = '';
    const crlf = /\r\n/g;
    for (let match = crlf.exec(original); match; match = crlf.exec(original)) {
      out += original.slice(at, match.index);
      this.removed.push(out.length);
      at = match.index + 1;
    }
    this.text = out + original.slice(at);
  }

  /** The original offset of a normalised one. An offset at a line's end stands before its whole line ending. */
  toOriginal(offset: number): number {
    let low = 0;
    let high = this.removed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.removed[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  }
}

/** 1-based number of the line that holds `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
