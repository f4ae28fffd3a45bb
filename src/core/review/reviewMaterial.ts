// What a reviewer gets to see of the files: the lines under review with enough around them, what was removed, and who uses what changed.
import type { FindingDraft } from '../analysis/rule';
import { formatFinding } from '../analysis/findingText';
import { inTime } from '../workspace/inTime';
import type { CodeLocation, SymbolEntry } from '../workspace/workspace';
import type { WorkspacePorts } from '../workspace/workspacePorts';
import { joinSpans, touches, type LineSpan } from './lineSpans';
import type { ReviewFile } from './reviewTarget';

/** Lines shown above and below what is reviewed. */
const SURROUNDINGS = 12;
/** A function or class up to this long is shown whole around a line of it. */
const MAX_WHOLE_SYMBOL = 80;
const MAX_SYMBOLS_WITH_CALLERS = 6;
const MAX_CALLERS = 5;
const SERVICES_TIMEOUT_MS = 1_500;

export interface Surroundings {
  /** Symbols of the file; empty where no language service knows it. */
  symbols: readonly SymbolEntry[];
  /** By name of a symbol that is reviewed: where it is used outside the reviewed lines. */
  callers: readonly { symbol: string; places: readonly CodeLocation[] }[];
}

/** Asks the language services about a file, within a short time: a review does not wait for a cold server. */
export async function surroundingsOf(
  { file, lines, spans }: ReviewFile,
  { languages }: Pick<WorkspacePorts, 'languages'>,
  signal: AbortSignal,
): Promise<Surroundings> {
  const limits = { timeoutMs: SERVICES_TIMEOUT_MS, signal };
  const symbols = await inTime<SymbolEntry[]>((both) => languages.outline(file, both), [], limits);
  const reviewed = flat(symbols)
    .filter(({ kind, range }) => CALLED.has(kind) && touches(spans, linesOf(range)))
    .slice(0, MAX_SYMBOLS_WITH_CALLERS);
  const callers = await Promise.all(
    reviewed.map(async (symbol) => {
      const at = nameOf(symbol, lines);
      const places = await inTime<CodeLocation[]>((both) => languages.references(file, at, both), [], limits);
      const others = places.filter(({ uri, range }) => uri !== file.uri || !touches(spans, linesOf(range)));
      return { symbol: symbol.name, places: others.slice(0, MAX_CALLERS) };
    }),
  );
  return { symbols, callers: callers.filter(({ places }) => places.length > 0) };
}

const CALLED = new Set(['function', 'method', 'class', 'constructor', 'interface', 'enum']);

/** One file as text: `>` marks lines under review, `-` lines that were removed. */
export function fileMaterial(
  { file, lines, spans, hunks, change }: ReviewFile,
  { symbols, callers }: Surroundings,
  given: readonly (FindingDraft & { id: string })[],
): string {
  const shown = joinSpans(spans.map((span) => widened(span, { symbols, count: lines.length })));
  const isWhole = spans.length === 1 && spans[0]?.first === 1 && spans[0].last === lines.length;
  const width = String(lines.length).length;
  const marks = new Set<number>();
  if (!isWhole) for (const { first, last } of spans) for (let line = first; line <= last; line += 1) marks.add(line);
  const excerpts = shown.map(({ first, last }) => {
    const numbered: string[] = [];
    for (let line = first; line <= last; line += 1) {
      const mark = marks.has(line) ? '>' : ' ';
      numbered.push(`${mark} ${String(line).padStart(width)} | ${lines[line - 1] ?? ''}`);
    }
    return numbered.join('\n');
  });
  const removed = hunks.flatMap(({ lines: diff }) => diff.filter((line) => line.startsWith('-')));
  const head = [
    `File ${file.path}`,
    ...(change ? [`(${change.status}${change.from === undefined ? '' : ` from ${change.from}`})`] : []),
    isWhole
      ? 'whole file'
      : `lines ${spans.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(', ')}`,
  ].join(' ');
  return [
    head,
    excerpts.join('\n  …\n'),
    ...(removed.length > 0 ? [`Lines that were removed:\n${removed.slice(0, MAX_REMOVED).join('\n')}`] : []),
    ...(callers.length > 0 ? [`Used by:\n${callers.flatMap(callerLines).join('\n')}`] : []),
    ...(given.length > 0
      ? [
          `Findings of the analysis there:\n${given.map((finding) => `[${finding.id}] ${formatFinding(finding)}`).join('\n')}`,
        ]
      : []),
  ].join('\n\n');
}

const MAX_REMOVED = 200;

function callerLines({ symbol, places }: Surroundings['callers'][number]): string[] {
  return places.map(
    ({ path, range, preview }) => `- ${symbol} at ${path}:${range.start.line + 1}: ${preview.trim().slice(0, 160)}`,
  );
}

function widened(
  { first, last }: LineSpan,
  { symbols, count }: { symbols: readonly SymbolEntry[]; count: number },
): LineSpan {
  const around = flat(symbols)
    .map(({ range }) => linesOf(range))
    .filter((span) => span.first <= first && span.last >= last && span.last - span.first < MAX_WHOLE_SYMBOL)
    .sort((a, b) => b.last - b.first - (a.last - a.first))[0];
  return {
    first: Math.max(1, Math.min(first - SURROUNDINGS, around?.first ?? first)),
    last: Math.min(count, Math.max(last + SURROUNDINGS, around?.last ?? last)),
  };
}

function flat(symbols: readonly SymbolEntry[]): SymbolEntry[] {
  const all: SymbolEntry[] = [];
  const open = [...symbols].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    all.push(next);
    open.push(...[...(next.children ?? [])].reverse());
  }
  return all;
}

function linesOf({ start, end }: SymbolEntry['range']): LineSpan {
  return { first: start.line + 1, last: end.line + 1 };
}

/** A declaration begins with words such as `export function`; what is asked about is the name in it. */
function nameOf({ name, range }: SymbolEntry, lines: readonly string[]): SymbolEntry['range']['start'] {
  const bare = /[\p{L}\p{N}_$]+/u.exec(name)?.[0] ?? name;
  for (let line = range.start.line; line <= Math.min(range.end.line, range.start.line + MAX_HEAD_LINES); line += 1) {
    const character = (lines[line] ?? '').indexOf(bare, line === range.start.line ? range.start.character : 0);
    if (character >= 0) return { line, character };
  }
  return range.start;
}

/** Decorators and comments may stand before a name. */
const MAX_HEAD_LINES = 8;
