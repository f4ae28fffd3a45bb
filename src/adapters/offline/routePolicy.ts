// Chooses the agent for a request by words: the offline router. Its reason says which words decided.
import type { ToolSchema } from '../../core/model/chatModel';
import { sayInEnglish, type Say } from '../../core/say';
import { type WantedCall } from './policy';
import { fold, KEYWORDS, STOP_WORDS, type Craft } from './keywords';

const PREFIX = 'transfer_to_';
const CRAFTS = Object.keys(KEYWORDS) as Craft[];
/** What stands first in a request says most often what is wanted. */
const FIRST_WORDS = 24;
const FIRST_BONUS = 1.5;

export interface CraftScore {
  craft: Craft;
  score: number;
  /** The words that counted, in the person's spelling. */
  words: string[];
}

/** How well each built-in craft fits, best first; the order is total, so that equal requests get equal answers. */
export function scoreCrafts(request: string): CraftScore[] {
  const text = fold(withoutCode(request));
  return CRAFTS.map((craft) => {
    const hits = KEYWORDS[craft].flatMap(({ pattern, weight }) => {
      const match = pattern.exec(text);
      return match
        ? [
            {
              at: match.index,
              word: firstWords(match[0]),
              points: weight + (match.index < FIRST_WORDS ? FIRST_BONUS * (1 - match.index / FIRST_WORDS) : 0),
            },
          ]
        : [];
    });
    const score = hits.reduce((sum, { points }) => sum + points, 0);
    const words = hits.sort((a, b) => a.at - b.at).map((hit) => hit.word);
    return { craft, score, words };
  }).sort((a, b) => b.score - a.score || CRAFTS.indexOf(a.craft) - CRAFTS.indexOf(b.craft));
}

/** The transfer to make, with an honest reason; undefined when nobody is there to hand over to. */
export function chooseTransfer(
  request: string,
  tools: readonly ToolSchema[],
  say: Say = sayInEnglish,
): WantedCall | undefined {
  const transfers = tools.filter(({ name }) => name.startsWith(PREFIX));
  const has = (agent: string) => transfers.some(({ name }) => name === PREFIX + agent);
  if (has('supervisor') && isGoal(request))
    return transfer('supervisor', say('the request asks for several steps of different kinds'));
  const special = specialist(request, transfers, say);
  if (special) return special;
  const [best] = scoreCrafts(request).filter(({ craft, score }) => score > 0 && has(craft));
  if (best) return transfer(best.craft, saysWords([...new Set(best.words)], say));
  const fallback = /\?\s*$/.test(request) && has('researcher') ? 'researcher' : 'dev';
  const agent = has(fallback)
    ? fallback
    : transfers.find(({ name }) => name !== `${PREFIX}supervisor`)?.name.slice(PREFIX.length);
  return agent === undefined ? undefined : transfer(agent, say('no word of the request points to a particular agent'));
}

/** The words that decided, two at most. */
function saysWords([first = '', second]: readonly string[], say: Say): string {
  return second === undefined
    ? say('the request says “{0}”', first)
    : say('the request says “{0}” and “{1}”', first, second);
}

function transfer(agent: string, reason: string): WantedCall {
  return { name: PREFIX + agent, input: { reason } };
}

/** An agent of the workspace or of another extension whose own words the request uses. */
function specialist(request: string, transfers: readonly ToolSchema[], say: Say): WantedCall | undefined {
  const asked = new Map(contentWords(request).map(({ stem, word }) => [stem, word]));
  const builtIn = new Set<string>([...CRAFTS, 'supervisor']);
  let best: { agent: string; words: string[]; score: number } | undefined;
  for (const { name, description } of transfers) {
    const agent = name.slice(PREFIX.length);
    if (builtIn.has(agent)) continue;
    const nameWords = contentWords(agent.replace(/[_-]+/g, ' ')).flatMap(({ stem }) => asked.get(stem) ?? []);
    const shared = [...new Set(contentWords(description).flatMap(({ stem }) => asked.get(stem) ?? []))];
    const score = nameWords.length * 2 + shared.length;
    if (score >= 2 && score > (best?.score ?? 0))
      best = { agent, words: [...new Set([...nameWords, ...shared])], score };
  }
  return best && transfer(best.agent, say("{0}, as the agent's description does", saysWords(best.words, say)));
}

/** True for a chain of steps that needs different agents; one change with its tests is none. */
export function isGoal(request: string): boolean {
  const steps = splitSteps(request);
  const crafts = new Set(steps.flatMap((step) => craftOf(step) ?? []));
  if (crafts.size < 2) return false;
  const isChain =
    /\b(?:then|after that|finally|afterwards|step by step|danach|dann|ensuite|puis|luego|despues)\b/.test(
      fold(request),
    ) || /^\s*(?:[-*]|\d+[.)])\s/m.test(request);
  return steps.length >= 3 || (isChain && steps.length >= 2);
}

/** The parts of a request that begin with a thing to do. */
export function splitSteps(request: string): string[] {
  return withoutCode(request)
    .split(
      /\n\s*(?:[-*]|\d+[.)])\s+|[,;.]\s+(?:and\s+)?(?:then\s+|finally\s+)?|\s+(?:and then|then|and finally|and|und|et|y|danach|dann|puis|ensuite|luego)\s+/i,
    )
    .map((step) => step.replace(/^(?:[-*]|\d+[.)])\s+/, '').trim())
    .filter((step) => craftOf(step) !== undefined);
}

/** The craft that a step asks for; undefined where no word says so. */
export function craftOf(step: string): Craft | undefined {
  const [best] = scoreCrafts(step);
  return best && best.score > 0 ? best.craft : undefined;
}

/** The words that say something, each with the form under which it is compared. */
function contentWords(text: string): { word: string; stem: string }[] {
  const words = fold(text).match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map((word) => ({ word, stem: stemOf(word) }));
}

/** Without the endings that hide that two words are the same. */
function stemOf(word: string): string {
  return word.length > 5 ? word.replace(/(?:ations?|ing|ies|es|s|ed|ly)$/, '') : word.replace(/s$/, '');
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 3).join(' ');
}

function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`/g, ' ');
}
