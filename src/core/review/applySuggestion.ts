// A finding's replacement, carried out on the text as it is now: in the finding's own lines first, else where it is unambiguous.
import type { FindingDraft } from '../analysis/rule';
import { editText } from '../changes/editText';

/** Lines around the finding that count as its place: code moves a little between a review and its fix. */
const SLACK = 3;

/** The whole text with the suggestion applied; undefined where there is none, or it is not sure what it replaces. */
export function applySuggestion(
  text: string,
  finding: Pick<FindingDraft, 'startLine' | 'endLine' | 'suggestion'>,
): string | undefined {
  const { suggestion } = finding;
  if (!suggestion || suggestion.oldText.trim() === '') return undefined;
  for (const slack of [0, SLACK]) {
    const { start, end } = offsetsOf(text, { first: finding.startLine - slack, last: finding.endLine + slack });
    const part = editText(text.slice(start, end), [suggestion]);
    if (part.ok) return text.slice(0, start) + part.text + text.slice(end);
  }
  const whole = editText(text, [suggestion]);
  return whole.ok ? whole.text : undefined;
}

/** Offsets of whole lines, their last line break included; 1-based, inclusive, cut to what there is. */
function offsetsOf(text: string, { first, last }: { first: number; last: number }): { start: number; end: number } {
  let start = 0;
  let end = text.length;
  let line = 1;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\n') continue;
    line += 1;
    if (line === first) start = at + 1;
    if (line === last + 1) {
      end = at + 1;
      break;
    }
  }
  return { start, end };
}
