// Splits an agent file into its YAML header and its body, with offsets, so that faults can be shown where they are.
import type { TextSpan } from './agentFault';

export interface FrontMatter {
  /** The YAML between the two lines of dashes; absent without a header. */
  header?: { text: string; start: number };
  body: { text: string; start: number };
  /** Set when a header was opened and never closed: the opening line. */
  unclosed?: TextSpan;
}

const OPENING = /^---[ \t]*(?:\r\n|\n|\r)/;
const CLOSING = /^---[ \t]*(?:\r\n|\n|\r|$)/m;

/** A header stands at the very beginning of the text; a byte order mark may be before it. */
export function splitFrontMatter(text: string): FrontMatter {
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const opening = OPENING.exec(text.slice(mark));
  if (!opening) return { body: { text: text.slice(mark), start: mark } };
  const start = mark + opening[0].length;
  const rest = text.slice(start);
  const closing = CLOSING.exec(rest);
  if (!closing) return { body: { text: '', start: text.length }, unclosed: { start: mark, end: mark + 3 } };
  const bodyStart = start + closing.index + closing[0].length;
  return {
    header: { text: rest.slice(0, closing.index), start },
    body: { text: text.slice(bodyStart), start: bodyStart },
  };
}
