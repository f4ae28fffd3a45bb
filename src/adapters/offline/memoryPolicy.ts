// Shared memory without a model: what a person asks to remember is kept, and what was kept is found again.
import { nextCalls, resultsOf, withoutModel, type Move, type Situation } from './policy';

/** "remember that …", "note: …", "keep in mind that …", "merk dir, dass …". */
const KEEP =
  /^\s*(?:please\s+|bitte\s+)?(?:remember|note(?:\s+down)?|keep in mind|merke? dir|notiere)\b[\s,:]*(?:this|that|dass)?[\s,:]*(.+)$/is;
const RECALL =
  /\b(?:what|which|anything|everything)\b.*\b(?:remember(?:ed)?|memory)\b|\b(?:search|look in(?:to)?|in)\s+(?:our\s+|the\s+|your\s+)?(?:shared\s+)?memory\b/i;
const FILLERS =
  /\b(?:what|which|anything|everything|do|does|did|you|we|i|the|team|remember(?:ed)?|know|about|of|search|look|in|into|our|your|shared|memory|for|is|there|please)\b/gi;
const KEY_WORDS = 6;

/** The move where a request is about memory; undefined where it is not, or where the agent has no such tools. */
export function memoryPolicy(situation: Situation): Move | undefined {
  const { request, tools } = situation;
  const fact = KEEP.exec(request)?.[1]?.trim();
  if (fact !== undefined && tools.has('memory_write')) return keep(situation, fact);
  if (RECALL.test(request) && tools.has('memory_search')) return recall(situation);
  return undefined;
}

function keep(situation: Situation, fact: string): Move {
  const key = fact
    .split(/\s+/)
    .slice(0, KEY_WORDS)
    .join(' ')
    .replace(/[.,;:!?]+$/, '')
    .slice(0, 100);
  const next = nextCalls(situation, [{ name: 'memory_write', input: { key, value: fact } }]);
  if (next) return next;
  const { say } = situation;
  const { text = say('It could not be kept.') } =
    situation.outcomes.findLast(({ name }) => name === 'memory_write') ?? {};
  return { answer: `${text}\n\n${withoutModel(say, say('Kept in the words of the request.'))}` };
}

function recall(situation: Situation): Move {
  const query = situation.request
    .replace(FILLERS, ' ')
    .replace(/[^\p{L}\p{N}_-]+/gu, ' ')
    .trim();
  const wanted = query === '' ? situation.request : query;
  const next = nextCalls(situation, [{ name: 'memory_search', input: { query: wanted } }]);
  if (next) return next;
  const found = resultsOf(situation, 'memory_search').map(({ text }) => text);
  const lines = found.flatMap((text) => text.split('\n')).map((line) => `- ${line}`);
  return {
    answer: `${lines.join('\n')}\n\n${withoutModel(situation.say, situation.say('These entries have the words of the request.'))}`,
  };
}
