// Keeps results within what a model should read at once, and says what was left out.
import { CANCELLED, type Failure } from '../../failure';
import { toolError, type ToolResult } from '../tool';

/** Longest text of one result, in characters: some ten thousand tokens. */
export const MAX_RESULT_LENGTH = 40_000;

/** Lines up to the budget, and how many fitted. A first line that is too long is cut rather than dropped. */
export function fitLines(lines: readonly string[], maxLength = MAX_RESULT_LENGTH): { text: string; shown: number } {
  let length = 0;
  let shown = 0;
  for (const line of lines) {
    if (length + line.length + 1 > maxLength) break;
    length += line.length + 1;
    shown += 1;
  }
  if (shown === 0 && lines[0] !== undefined) return { text: lines[0].slice(0, maxLength), shown: 1 };
  return { text: lines.slice(0, shown).join('\n'), shown };
}

/** A failure of a port as a result for the model. */
export function failedWith(fault: Failure): ToolResult {
  return toolError(fault.reason, fault.message);
}

/** The result to give when the call was cancelled meanwhile. */
export function cancelledResult(signal: AbortSignal): ToolResult | undefined {
  return signal.aborted ? failedWith(CANCELLED) : undefined;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
