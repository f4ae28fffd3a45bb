// Where in the header of an agent file a cursor stands, by its lines: a header that is being typed seldom is valid YAML.
import { splitFrontMatter } from './frontMatter';
import type { TextSpan } from './agentFault';

export type CursorPlace =
  /** A key of the header, or where one could begin. */
  'key' | 'tool' | 'agent' | 'handoff-key' | 'boolean';

export interface AgentFileCursor {
  place: CursorPlace;
  /** The word at the cursor; empty where one would begin. */
  word: string;
  span: TextSpan;
  /** What the header, the list or the handoff has already. */
  present: string[];
}

const WORD = /[\w./*-]/;
const TOP_KEY = /^([\w-]+)[ \t]*:/;

/** What belongs at `offset`; undefined outside the header and where anything may stand. */
export function agentFileCursor(text: string, offset: number): AgentFileCursor | undefined {
  const header = headerOf(text);
  if (!header || offset < header.start || offset > header.end) return undefined;
  const lines = linesOf(text.slice(header.start, header.end), header.start);
  const at = lines.findLastIndex((line) => line.start <= offset);
  const line = lines[at];
  if (!line) return undefined;
  const { word, span } = wordAt(text, offset, line);
  const found = { word, span };
  const before = text.slice(line.start, span.start);
  const top = lines.slice(0, at + 1).findLast(({ text: own }) => TOP_KEY.test(own));
  const topKey = TOP_KEY.exec(top?.text ?? '')?.[1];
  if (before === '') {
    const present = lines.flatMap(({ text: own }, index) => (index === at ? [] : (TOP_KEY.exec(own)?.[1] ?? [])));
    return { place: 'key', ...found, present };
  }
  if (!top || topKey === undefined) return undefined;
  const block = lines.slice(lines.indexOf(top));
  const end = block.findIndex(({ text: own }, index) => index > 0 && TOP_KEY.test(own));
  const own = end < 0 ? block : block.slice(0, end);
  if (topKey === 'tools' || topKey === 'agents') {
    if (!isItem(before, line === top)) return undefined;
    const present = itemsOf(own, topKey).filter((item) => item !== word);
    return { place: topKey === 'tools' ? 'tool' : 'agent', ...found, present };
  }
  return topKey === 'handoffs' ? handoffCursor(before, found, { own, line }) : undefined;
}

interface Line {
  text: string;
  start: number;
}

function headerOf(text: string): TextSpan | undefined {
  const { header, unclosed } = splitFrontMatter(text);
  if (header) return { start: header.start, end: header.start + Math.max(0, header.text.length - 1) };
  // A header that is being written has no end yet.
  if (!unclosed) return undefined;
  const start = text.indexOf('\n', unclosed.start) + 1;
  return start === 0 ? undefined : { start, end: text.length };
}

function linesOf(header: string, start: number): Line[] {
  let at = start;
  return header.split('\n').map((text) => {
    const line = { text: text.replace(/\r$/, ''), start: at };
    at += text.length + 1;
    return line;
  });
}

function wordAt(text: string, offset: number, line: Line): { word: string; span: TextSpan } {
  const lineEnd = line.start + line.text.length;
  let start = Math.min(offset, lineEnd);
  let end = start;
  while (start > line.start && WORD.test(text[start - 1] ?? '')) start -= 1;
  while (end < lineEnd && WORD.test(text[end] ?? '')) end += 1;
  // The dash of a list is no part of its item.
  const span = { start: text.slice(line.start, end).trim() === '-' ? end : start, end };
  return { word: text.slice(span.start, end), span };
}

/** After the colon of a list's key, after `- `, or inside brackets. */
function isItem(before: string, isTopLine: boolean): boolean {
  if (isTopLine) return /:[ \t]*(?:["']?|\[[^\]]*?["']?)$/.test(before);
  return /^[ \t]*(?:-[ \t]*)?["']?$/.test(before) || /^[^\]:]*[,[][ \t]*["']?$/.test(before);
}

function itemsOf(lines: readonly Line[], key: string): string[] {
  const text = lines.map((line) => line.text).join('\n');
  return text.slice(text.indexOf(key) + key.length).match(/[\w.*][\w./*-]*/g) ?? [];
}

function handoffCursor(
  before: string,
  found: Pick<AgentFileCursor, 'word' | 'span'>,
  { own, line }: { own: readonly Line[]; line: Line },
): AgentFileCursor | undefined {
  if (/^[ \t]*(?:-[ \t]+)?agent[ \t]*:[ \t]*["']?$/.test(before)) return { place: 'agent', ...found, present: [] };
  if (/^[ \t]*(?:-[ \t]+)?send[ \t]*:[ \t]*$/.test(before)) return { place: 'boolean', ...found, present: [] };
  if (!/^[ \t]*(?:-[ \t]*)?$/.test(before)) return undefined;
  return { place: 'handoff-key', ...found, present: keysOfItem(own, line).filter((key) => key !== found.word) };
}

/** The keys of the handoff that `line` belongs to. */
function keysOfItem(lines: readonly Line[], line: Line): string[] {
  const at = lines.indexOf(line);
  const isStart = ({ text }: Line) => /^[ \t]*-/.test(text);
  const from = lines.slice(0, at + 1).findLastIndex(isStart);
  const next = lines.findIndex((other, index) => index > at && isStart(other));
  return lines
    .slice(Math.max(0, from), next < 0 ? lines.length : next)
    .flatMap(({ text }) => /^[ \t]*(?:-[ \t]*)?(\w+)[ \t]*:/.exec(text)?.[1] ?? []);
}
