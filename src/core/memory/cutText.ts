// Texts that are too long: head and tail stay, the middle goes, and the text says how to read on.
import { estimateTokens } from './tokens';

/** Share of the kept text that comes from the head. */
const HEAD_SHARE = 0.7;

export interface CutText {
  text: string;
  truncated: boolean;
}

/** Cuts `text` to about `maxTokens`, at line ends where there are any near; shorter text stays as it is. */
export function cutText(text: string, maxTokens: number): CutText {
  // A token is at least one character nearly everywhere: short texts need no counting.
  if (text.length <= maxTokens) return { text, truncated: false };
  const tokens = estimateTokens(text);
  if (tokens <= maxTokens) return { text, truncated: false };
  const keptChars = Math.floor((text.length * maxTokens) / tokens);
  const headEnd = lineEndBefore(text, Math.floor(keptChars * HEAD_SHARE));
  const tailStart = lineStartAfter(text, text.length - Math.floor(keptChars * (1 - HEAD_SHARE)));
  const left = text.slice(headEnd, tailStart);
  const lines = countLines(left);
  const what = lines > 1 ? `${lines} lines` : `${left.length} characters`;
  const note = `[… ${what} left out here, about ${Math.max(1, tokens - maxTokens)} tokens. To read them, ask for less at a time: a line range, a narrower query or path, a smaller limit.]`;
  return { text: `${text.slice(0, headEnd)}\n${note}\n${text.slice(tailStart)}`, truncated: true };
}

function lineEndBefore(text: string, at: number): number {
  const end = text.lastIndexOf('\n', at);
  return end > at / 2 ? end : safeCut(text, at);
}

function lineStartAfter(text: string, at: number): number {
  const start = text.indexOf('\n', at) + 1;
  return start > 0 && start - at < (text.length - at) / 2 ? start : safeCut(text, at);
}

/** Never between the halves of a surrogate pair. */
function safeCut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
