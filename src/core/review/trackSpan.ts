// Lets the lines of a finding follow the code while it is edited: VS Code does not move the ranges of comment threads.
import type { LineSpan } from './lineSpans';

/** One replacement in a document: zero-based, `lines` are the line breaks of the new text. */
export interface LineEdit {
  start: { line: number; character: number };
  end: { line: number; character: number };
  lines: number;
  /** The new text is nothing but white space. */
  isBlank: boolean;
}

/** Where `span` (1-based, inclusive) stands after the edits of one change, in any order; undefined where its code is gone. */
export function trackSpan(span: LineSpan, edits: readonly LineEdit[]): LineSpan | undefined {
  let moved: LineSpan | undefined = span;
  // From the end of the document to its start, so that no edit moves the place of the next one.
  for (const edit of [...edits].sort((a, b) => b.start.line - a.start.line || b.start.character - a.start.character)) {
    if (moved) moved = afterEdit(moved, edit);
  }
  return moved;
}

function afterEdit(span: LineSpan, { start, end, lines, isBlank }: LineEdit): LineSpan | undefined {
  const first = start.line + 1;
  const last = end.line + 1;
  const growth = lines - (end.line - start.line);
  if (first > span.last) return span;
  // An edit that ends before the span's first character only moves it.
  if (last < span.first || (last === span.first && end.character === 0 && start.line !== end.line))
    return shifted(span, growth);
  if (last === span.first && start.line === end.line && start.character === 0 && end.character === 0 && lines > 0) {
    return shifted(span, growth);
  }
  const coversFirst = start.line + 1 < span.first || (start.line + 1 === span.first && start.character === 0);
  const coversLast = last > span.last;
  if (coversFirst && coversLast && isBlank) return undefined;
  const top = Math.min(span.first, first);
  const newFirst = coversFirst && last <= span.last ? Math.max(top, first) : Math.min(span.first, Math.max(first, top));
  // An edit of whole lines ends before the line at which it ends.
  const isWhole = end.character === 0 && (start.character === 0 || lines > 0);
  const newLast = coversLast ? first + lines - (isWhole ? 1 : 0) : span.last + growth;
  return { first: Math.max(1, newFirst), last: Math.max(newFirst, newLast) };
}

function shifted({ first, last }: LineSpan, by: number): LineSpan {
  return { first: Math.max(1, first + by), last: Math.max(1, last + by) };
}
