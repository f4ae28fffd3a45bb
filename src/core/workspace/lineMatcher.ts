// Finds matching lines in a text. The one place that decides what matches, whoever found the file.
import { failure, isFailure, type Failure } from '../failure';
import { escapeRegex, translateRegex } from './regexTranslation';
import type { SearchQuery } from './workspace';

/** Longer lines are matched up to here only: minified code must not stall the search. */
export const MAX_LINE_LENGTH = 10_000;
/** A shown line is cut here. */
export const MAX_SHOWN_LENGTH = 400;

export interface LineMatcher {
  matches(line: string): boolean;
  /** A quick test of a whole text that never misses a match. */
  mayMatch(text: string): boolean;
  /** True when matching may take very long on an unlucky line. */
  isRisky: boolean;
  /** False when ripgrep would not understand the pattern as we do. */
  isPortable: boolean;
}

/** Compiles a query; fails with `search.invalid_pattern`. */
export function compileQuery(query: Pick<SearchQuery, 'query' | 'isRegex' | 'ignoreCase'>): LineMatcher | Failure {
  const { query: text, isRegex, ignoreCase = false } = query;
  if (text === '') return failure('search.invalid_pattern', 'The query is empty: give the text to search for.');
  if (!isRegex && /[\r\n]/.test(text)) {
    return failure(
      'search.invalid_pattern',
      'The query spans lines, and the search goes line by line: search for the most telling line of it.',
    );
  }
  if (text.length > 2000) return failure('search.invalid_pattern', 'The query is longer than 2,000 characters.');
  if (!isRegex && !ignoreCase) {
    return {
      matches: (line) => line.includes(text),
      mayMatch: (whole) => whole.includes(text),
      isRisky: false,
      isPortable: true,
    };
  }
  const translated = isRegex
    ? translateRegex(text)
    : { source: escapeRegex(text), flags: 'v', isBeyondRust: false, isRisky: false };
  if (isFailure(translated)) return translated;
  const flags = ignoreCase && !translated.flags.includes('i') ? `${translated.flags}i` : translated.flags;
  const expression = new RegExp(translated.source, flags);
  return {
    matches: (line) => expression.test(line.length > MAX_LINE_LENGTH ? line.slice(0, MAX_LINE_LENGTH) : line),
    mayMatch: () => true,
    isRisky: translated.isRisky,
    isPortable: !translated.isBeyondRust,
  };
}

export interface LineMatch {
  /** 1-based. */
  line: number;
  text: string;
  before: string[];
  after: string[];
}

const shown = (line: string) => (line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line);

/** Keeps a search from holding the process: what to do between slices of work, and when to stop. */
export interface SearchPace {
  signal: AbortSignal;
  /** Lets other work run when this slice has lasted long enough. */
  breathe(): Promise<void>;
  /** Runs what may take very long. */
  guard<T>(work: () => T): T | 'timeout';
}

const LINES_PER_SLICE = 250;

/** Up to `limit` matching lines with their surroundings; `too_slow` when the pattern took too long on some lines. */
export async function matchLines(
  text: string,
  matcher: LineMatcher,
  options: SearchPace & { limit: number; contextLines: number },
): Promise<LineMatch[] | 'too_slow'> {
  if (!matcher.mayMatch(text)) return [];
  const lines = splitLines(text);
  const found: number[] = [];
  for (let from = 0; from < lines.length && found.length < options.limit; from += LINES_PER_SLICE) {
    await options.breathe();
    if (options.signal.aborted) break;
    const slice = lines.slice(from, from + LINES_PER_SLICE);
    const collect = () => slice.flatMap((line, index) => (matcher.matches(line) ? [from + index] : []));
    const indexes = matcher.isRisky ? options.guard(collect) : collect();
    if (indexes === 'timeout') return 'too_slow';
    found.push(...indexes);
  }
  return found.slice(0, options.limit).map((index) => matchAt(lines, index, options.contextLines));
}

const matchAt = (lines: readonly string[], index: number, contextLines: number): LineMatch => ({
  line: index + 1,
  text: shown(lines[index] ?? ''),
  before: lines.slice(Math.max(0, index - contextLines), index).map(shown),
  after: lines.slice(index + 1, index + 1 + contextLines).map(shown),
});

/** The lines of a text without their ends; a final line end begins no further line. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}
