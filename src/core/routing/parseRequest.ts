// What a request says about itself: which agents it names, which context it refers to. Code in backticks says nothing.
import type { AgentRegistry } from '../agents/agentRegistry';
import type { ContextReference } from '../workspace/contextItems';

export interface ParsedRequest {
  /** The request without leading and trailing mentions, with references written out as words. */
  text: string;
  /** Canonical names in order of mention; several mean that several are asked. */
  agents: string[];
  /** Agents that were named but are switched off. */
  disabled: string[];
  /** `/goal` or `@supervisor`: the request is a goal. */
  isGoal: boolean;
  /** `/review`, where no agent has that very name: findings on the lines are wanted, not talk about them. */
  isReview: boolean;
  /** Each once, in order. */
  references: ContextReference[];
}

type Registry = Pick<AgentRegistry, 'find' | 'isEnabled'>;

/** What a mention or a command at the beginning asks for. */
type Asked = { kind: 'agent'; agent: string } | { kind: 'goal' } | { kind: 'review' };

type Mention = Asked & { start: number; end: number };

/** Fenced blocks, then inline code; what is in them is never a mention or a reference. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** At the very beginning: `/qa is this safe?`; not `/dev/null`. */
const COMMAND = /^\s*\/([a-z][a-z0-9_-]*)(?=\s|$)/;
/**
 * `@qa`, with nothing before it that makes it part of a word, path or address, and nothing after it that makes it a
 * scope (`@docs/site`), an address, or a decorator (`@test()`).
 */
const MENTION =
  /(?<![\w.@/+-])@([a-z][a-z0-9_-]*)(?![\w/(@]|[.:-]\w|\s*\n\s*(?:public|private|protected|class|def|function|void|async|export)\b)/g;
const REFERENCE =
  /(?<![\w#&/])#(?:(selection|problems|changes)(?![\w:-])|(file|symbol):(?:"([^"\n]+)"|([^\s"',;()`#]+)))/g;
const LINES = /^(.+?):(\d+)(?:-(\d+))?$/;

/** Reads mentions and references out of a request. Only names that the registry knows, in lower case, are mentions. */
export function parseRequest(text: string, registry: Registry): ParsedRequest {
  const mentions = findMentions(text, registry);
  const names = [...new Set(mentions.flatMap((mention) => (mention.kind === 'agent' ? mention.agent : [])))];
  const agents = names.filter((name) => registry.isEnabled(name));
  const references: ContextReference[] = [];
  const cleaned = replaceOutsideCode(withoutOuterMentions(text, mentions), (part) =>
    part.replace(REFERENCE, (_whole, word?: string, kind?: string, quoted?: string, bare?: string) => {
      const { reference, shown } = readReference(word, kind, quoted ?? bare ?? '');
      if (!references.some((known) => JSON.stringify(known) === JSON.stringify(reference))) references.push(reference);
      return shown;
    }),
  );
  return {
    text: cleaned.trim(),
    agents,
    disabled: names.filter((name) => !agents.includes(name)),
    isGoal: mentions.some(({ kind }) => kind === 'goal'),
    isReview: mentions.some(({ kind }) => kind === 'review'),
    references,
  };
}

function findMentions(text: string, registry: Registry): Mention[] {
  const found: Mention[] = [];
  const command = COMMAND.exec(text);
  if (command?.[1] !== undefined) {
    const known = resolveCommand(command[1], registry);
    if (known) found.push({ start: 0, end: command[0].length, ...known });
  }
  const code = [...text.matchAll(CODE)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  for (const match of text.matchAll(MENTION)) {
    const start = match.index;
    if (code.some((block) => start >= block.start && start < block.end)) continue;
    const known = resolve(match[1] ?? '', registry);
    if (known) found.push({ start, end: start + match[0].length, ...known });
  }
  return found;
}

function resolveCommand(name: string, registry: Registry): Asked | undefined {
  if (name === 'goal') return { kind: 'goal' };
  if (name === 'review' && registry.find(name)?.name !== name) return { kind: 'review' };
  return resolve(name, registry);
}

function resolve(name: string, registry: Registry): Asked | undefined {
  if (name === 'supervisor') return { kind: 'goal' };
  const spec = registry.find(name);
  return spec && { kind: 'agent', agent: spec.name };
}

/** Takes mentions off both ends; those within a sentence stay, since the sentence needs them. */
function withoutOuterMentions(text: string, mentions: readonly Mention[]): string {
  let start = 0;
  const end = text.length;
  for (const mention of mentions) {
    if (!/^[\s,;:&+]*(?:and\s+)?$/i.test(text.slice(start, mention.start))) break;
    start = mention.end;
  }
  for (const mention of [...mentions].reverse()) {
    if (mention.start < start || !/^[\s.?!]*$/.test(text.slice(mention.end, end))) break;
    // What ends the sentence belongs to the sentence: "is this safe @qa?"
    const rest = text.slice(mention.end, end).trim();
    const kept = text.slice(0, mention.start).replace(/[\s,;:]+$/, '') + rest;
    return kept.slice(start).replace(/^[\s,;:]+/, '');
  }
  return text.slice(start, end).replace(start > 0 ? /^[\s,;:]+/ : /^$/, '');
}

function replaceOutsideCode(text: string, replace: (part: string) => string): string {
  let replaced = '';
  let at = 0;
  for (const match of text.matchAll(CODE)) {
    replaced += replace(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return replaced + replace(text.slice(at));
}

function readReference(
  word: string | undefined,
  kind: string | undefined,
  value: string,
): { reference: ContextReference; shown: string } {
  if (word === 'selection' || word === 'problems' || word === 'changes') {
    const reference = { kind: word } as const;
    return { reference, shown: wordsFor(reference) };
  }
  // A full stop or question mark at the end is the sentence's.
  const target = value.replace(/[.?!:]+$/, '');
  const tail = value.slice(target.length);
  if (kind === 'symbol') return { reference: { kind: 'symbol', name: target }, shown: target + tail };
  const lines = LINES.exec(target);
  if (!lines) return { reference: { kind: 'file', path: target }, shown: target + tail };
  const [, path = target, startLine, endLine] = lines;
  const start = Number(startLine);
  const end = endLine === undefined ? start : Number(endLine);
  const reference = { kind: 'file' as const, path, startLine: Math.min(start, end), endLine: Math.max(start, end) };
  return { reference, shown: target + tail };
}

/** What stands for a reference in the request's text; of a file without its lines. */
export function wordsFor(reference: ContextReference): string {
  if (reference.kind === 'file') return reference.path;
  return reference.kind === 'symbol' ? reference.name : `the ${reference.kind}`;
}
