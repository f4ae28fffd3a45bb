// Runs of lines of a file.

/** 1-based, inclusive. */
export interface LineSpan {
  first: number;
  last: number;
}

/** In order, those that touch or overlap as one. */
export function joinSpans(spans: readonly LineSpan[]): LineSpan[] {
  const joined: LineSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    if (previous && span.first <= previous.last + 1) previous.last = Math.max(previous.last, span.last);
    else joined.push({ ...span });
  }
  return joined;
}

/** True where `span` shares a line with one of `spans`. */
export function touches(spans: readonly LineSpan[], span: LineSpan): boolean {
  return spans.some(({ first, last }) => span.first <= last && span.last >= first);
}
