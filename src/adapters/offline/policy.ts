// What a policy of the offline model may do next, and what it can base that on. Policies are pure: the same history gives the same move.
import type { Conversation, ToolOutcome } from './conversation';
import type { Places } from './places';

export interface WantedCall {
  name: string;
  input: Record<string, unknown>;
}

export type Move = { calls: WantedCall[] } | { answer: string };

export interface Situation extends Conversation {
  role: string;
  places: Places;
  /** Names of the tools on offer. */
  tools: ReadonlySet<string>;
}

export type Policy = (situation: Situation) => Move;

/** More rounds of calls than this no request gets: then the answer is given from what there is. */
export const MAX_ROUNDS = 3;

/** Said once in each answer. */
export function withoutModel(what: string): string {
  return `_Offline: no language model was used. ${what}_`;
}

/** The calls that can be made and were not made yet; undefined when there is none, or when it is time to answer. */
export function nextCalls(situation: Situation, wanted: readonly WantedCall[]): Move | undefined {
  if (situation.rounds >= MAX_ROUNDS) return undefined;
  const made = new Set(situation.outcomes.map(keyOf));
  const calls = wanted.filter((call) => situation.tools.has(call.name) && !made.has(keyOf(call)));
  const unique = [...new Map(calls.map((call) => [keyOf(call), call])).values()];
  return unique.length > 0 ? { calls: unique } : undefined;
}

/** Results of one tool that are no errors. */
export function resultsOf(situation: Pick<Situation, 'outcomes'>, name: string): ToolOutcome[] {
  return situation.outcomes.filter((outcome) => outcome.name === name && !outcome.isError);
}

/** Why tools could not help, for the answer; empty when all could. */
export function failureNotes(situation: Pick<Situation, 'outcomes'>): string {
  const failed = situation.outcomes.filter(({ isError, name }) => isError && !name.startsWith('transfer_to_'));
  const lines = failed.map(({ name, text }) => `- \`${name}\`: ${text.split('\n')[0] ?? ''}`);
  return lines.length === 0 ? '' : `Not everything could be looked at:\n${[...new Set(lines)].join('\n')}`;
}

/** Paragraphs with a blank line between them; empty ones are left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function keyOf({ name, input }: WantedCall): string {
  return `${name} ${JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
