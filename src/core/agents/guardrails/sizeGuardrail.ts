// Stops texts that no model can take before they cost anything.
import type { Guardrail } from './guardrail';

/** Characters that a request or its context may have: about 250,000 tokens. */
export const MAX_INPUT_CHARS = 1_000_000;

/** Blocks a request or context beyond `maxChars`; tool results are cut elsewhere, with a note how to read on. */
export function sizeGuardrail(maxChars = MAX_INPUT_CHARS): Guardrail {
  return {
    name: 'size',
    stages: ['input'],
    check({ text }) {
      if (text.length <= maxChars) return { action: 'pass' };
      return { action: 'blocked', reason: `${text.length} characters; at most ${maxChars} are sent` };
    },
  };
}
