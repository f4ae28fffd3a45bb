// Estimates over whole histories, on the one estimate that model calls use as well.
import { estimateMessageTokens, estimateTextTokens } from '../model/tokenEstimate';
import type { ChatMessage } from '../model/chatModel';

const SAMPLE_CHARS = 20_000;

/** About how many tokens `text` has; a text beyond 60,000 characters is extrapolated from samples, since counting takes time. */
export function estimateTokens(text: string): number {
  if (text.length <= 3 * SAMPLE_CHARS) return estimateTextTokens(text);
  const middle = Math.floor((text.length - SAMPLE_CHARS) / 2);
  const samples = [0, middle, text.length - SAMPLE_CHARS].map((start) => text.slice(start, start + SAMPLE_CHARS));
  const tokens = samples.reduce((sum, sample) => sum + estimateTextTokens(sample), 0);
  return Math.ceil((tokens * text.length) / (3 * SAMPLE_CHARS));
}

export function tokensOfMessages(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateMessageTokens(message), 0);
}
