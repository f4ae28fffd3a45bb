// Chunks as servers stream them, and what the accumulator makes of them.
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/adapters/openai/json';
import { WireAccumulator, type WireEnd } from '../../../../src/adapters/openai/wireAccumulator';
import type { StreamPart, ToolCall } from '../../../../src/core/model/chatModel';

interface Accumulated {
  calls: ToolCall[];
  text: string;
  reasoning: string;
  finish: Extract<StreamPart, { type: 'finish' }>;
  usage: Extract<StreamPart, { type: 'usage' }>['usage'] | undefined;
}

/** Pushes the chunks through an accumulator with tools of its own, and joins what came out. */
export function accumulate(
  chunks: JsonObject[],
  { end = 'done', usedIds = [] }: { end?: WireEnd; usedIds?: string[] } = {},
): Accumulated {
  let minted = 0;
  const accumulator = new WireAccumulator({
    origin: { endpoint: 'openai', model: 'm' },
    toolNames: ['read_file', 'search_text', 'search'],
    usedIds: new Set(usedIds),
    mintId: () => `minted-${(minted += 1)}`,
  });
  const parts = [...chunks.flatMap((chunk) => accumulator.push(chunk)), ...accumulator.finish(end)];
  const join = (type: 'text' | 'reasoning') => parts.map((part) => (part.type === type ? part.text : '')).join('');
  const finish = parts.at(-1);
  assert.ok(finish?.type === 'finish');
  return {
    calls: parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : [])),
    text: join('text'),
    reasoning: join('reasoning'),
    finish,
    usage: parts.find((part) => part.type === 'usage')?.usage,
  };
}

/** A chunk whose first choice has the delta. */
export const delta = (value: JsonObject, finishReason?: string | null): JsonObject => ({
  choices: [{ index: 0, delta: value, ...(finishReason !== undefined && { finish_reason: finishReason }) }],
});

/** A chunk with pieces of tool calls. */
export const calls = (...toolCalls: JsonObject[]): JsonObject => delta({ tool_calls: toolCalls });

/** The `function` of a call: its name and its arguments, each only where it is given. */
export const fn = (name: string | null | undefined, input?: unknown): JsonObject => ({
  ...(name !== undefined && { name }),
  ...(input !== undefined && { arguments: input }),
});

/** A text cut at the given places. */
export function fragments(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...new Set(cuts.map((cut) => cut % (text.length + 1))), text.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}
