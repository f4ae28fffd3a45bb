// What a policy of the offline model may do next, and what it can base that on. Policies are pure: the same history gives the same move.
import type { Say } from '../../core/say';
import type { Conversation, ToolOutcome } from './conversation';
import type { Places } from './places';

export interface WantedCall {
  name: string;
  input: Record<string, unknown>;
}

export type Move = { calls: WantedCall[] } | { answer: string };

export interface Situation extends Conversation {
  role: string;
  say: Say;
  places: Places;
  /** Names of the tools on offer. */
  tools: ReadonlySet<string>;
}

export type Policy = (situation: Situation) => Move;

/** More rounds of calls than this no request gets: then the answer is given from what there is. */
export const MAX_ROUNDS = 3;

/** Said once in each answer. */
export function withoutModel(say: Say, what: string): string {
  return `_${say('Offline: no language model was used.')} ${what}_`;
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
export function failureNotes(situation: Pick<Situation, 'outcomes' | 'say'>): string {
  const failed = situation.outcomes.filter(({ isError, name }) => isError && !name.startsWith('transfer_to_'));
  const lines = failed.map(({ name, text }) => `- \`${name}\`: ${text.split('\n')[0] ?? ''}`);
  if (lines.length === 0) return '';
  return `${situation.say('Not everything could be looked at:')}\n${[...new Set(lines)].join('\n')}`;
}

/** What a list leaves out. */
export function andMore(say: Say, count: number): string {
  return say('and {0} more', count);
}

/** Paragraphs with a blank line between them; empty ones are left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function keyOf({ name, input }: WantedCall): string {
  return `${name} ${JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
