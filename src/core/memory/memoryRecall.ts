// Which entries of shared memory come into a prompt: the most relevant first, within a budget of tokens.
import type { MemoryScope } from '../../api';
import { cutText } from './cutText';
import type { MemoryEntry } from './memoryStore';
import { valueText } from './memoryValue';
import { estimateTokens } from './tokens';

export interface Candidate {
  scope: MemoryScope;
  entry: MemoryEntry;
  /** How well it matches the request's words; 0: not at all. */
  score: number;
}

export interface Recalled {
  text: string;
  /** Names of the entries in it, with their scopes: `workspace:build command`. */
  keys: string[];
}

/** What was kept for this very run or conversation is nearer than what somebody noted once. */
const WEIGHTS = { run: 2, thread: 1.5, workspace: 1 };
/** Matches that are so much weaker than the best are chance. */
const MIN_SHARE_OF_BEST = 0.15;
/** No entry takes more of the budget; of longer ones the middle is left out. */
const MAX_SHARE_OF_BUDGET = 0.5;
/** A rest of an entry that is smaller than this helps nobody. */
const MIN_TOKENS = 120;
/** What the note in a cut text takes. */
const CUT_NOTE_TOKENS = 50;

/** Entries that match, best first, then what else this run has kept, newest first. Undefined where there is nothing. */
export function chooseEntries(candidates: readonly Candidate[], maxTokens: number): Recalled | undefined {
  const parts: string[] = [];
  const keys: string[] = [];
  let left = maxTokens;
  for (const { scope, entry } of inOrder(candidates)) {
    const { version, author, time } = entry;
    const head = `${toolKey(scope, entry.key)} (version ${version}, by ${author}, ${time.slice(0, 10)}):\n`;
    const room = Math.min(left, Math.floor(maxTokens * MAX_SHARE_OF_BUDGET)) - estimateTokens(head);
    const whole = valueText(entry.value);
    const isWhole = estimateTokens(whole) <= room;
    if (!isWhole && room < MIN_TOKENS) continue;
    const part = head + (isWhole ? whole : cutText(whole, room - CUT_NOTE_TOKENS).text);
    const tokens = estimateTokens(part) + 1;
    if (tokens > left) continue;
    left -= tokens;
    parts.push(part);
    keys.push(`${nameOf(scope)}:${entry.key}`);
  }
  return parts.length === 0 ? undefined : { text: parts.join('\n\n'), keys };
}

/** An entry as tools name it, where no scope can be given: without a prefix it is the workspace's. */
export function toolKey(scope: MemoryScope, key: string): string {
  return scope === 'workspace' ? key : `${nameOf(scope)}:${key}`;
}

function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const matching = candidates
    .filter(({ score }) => score > 0)
    .map((candidate) => ({ ...candidate, score: candidate.score * WEIGHTS[nameOf(candidate.scope)] }))
    .sort((a, b) => b.score - a.score);
  const best = matching[0]?.score ?? 0;
  const ownOnes = candidates.filter(({ scope, score }) => score === 0 && nameOf(scope) === 'run');
  return [...matching.filter(({ score }) => score >= best * MIN_SHARE_OF_BEST), ...ownOnes];
}

function nameOf(scope: MemoryScope): keyof typeof WEIGHTS {
  if (scope === 'workspace') return scope;
  return 'runId' in scope ? 'run' : 'thread';
}
