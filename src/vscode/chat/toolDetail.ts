// What a tool line shows when it is opened: what went in and what came out, bounded.
import type { RunView } from '../../core/runs/runView';
import type { ToolDetail } from '../../protocol/chat/chatMessages';

/** Longest input or result that the page shows, in characters; the journal keeps all of it. */
export const MAX_DETAIL_CHARACTERS = 20_000;

export function toolDetail(run: RunView | undefined, stepId: string): ToolDetail {
  const step = run?.steps.find((candidate) => candidate.id === stepId);
  if (step?.kind !== 'tool') return { found: false, input: '', text: '' };
  return { found: true, input: cut(asText(step.input)), text: cut(step.text ?? '') };
}

function asText(input: unknown): string {
  if (input === undefined) return '';
  return typeof input === 'string' ? input : JSON.stringify(input, undefined, 2);
}

function cut(text: string): string {
  return text.length <= MAX_DETAIL_CHARACTERS ? text : `${text.slice(0, MAX_DETAIL_CHARACTERS)}…`;
}
