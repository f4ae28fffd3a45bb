// Exact replacements: the old text must occur once in the file, so that it can be applied without guessing.
import type { FindingSuggestion } from './rule';
import type { SyntaxNode } from '../syntax';

const MAX_LINES = 12;

/** Replaces `node` by `text`, quoted with as many whole lines around it as make the old text unique; undefined where that takes too many. */
export function suggestReplacement(source: string, node: SyntaxNode, text: string): FindingSuggestion | undefined {
  let start = lineStart(source, node.start);
  let end = lineEnd(source, node.end);
  for (let widened = 0; widened < 3; widened += 1) {
    const oldText = source.slice(start, end);
    if (oldText.split('\n').length > MAX_LINES) return undefined;
    if (source.indexOf(oldText) === start && !source.includes(oldText, start + 1)) {
      return { oldText, newText: source.slice(start, node.start) + text + source.slice(node.end, end) };
    }
    if (start > 0) start = lineStart(source, start - 1);
    if (end < source.length) end = lineEnd(source, end + 1);
  }
  return undefined;
}

function lineStart(source: string, offset: number): number {
  return offset === 0 ? 0 : source.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end < 0 ? source.length : end;
}
