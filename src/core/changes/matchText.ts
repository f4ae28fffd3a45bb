// Finds the place that a model's `oldText` means: exact first, then tolerant of white space; only ever an unambiguous one.
import { indentBetween, reindent, SAME_INDENT, type Indent } from './indentation';
import { dominantEol, lineAt, NormalizedText, splitLines, withEol, type TextLine } from './textPositions';

export type MatchQuality = 'exact' | 'trailing_space' | 'indentation';

export type MatchOutcome =
  | {
      kind: 'found';
      /** Offsets in the original text. */
      start: number;
      end: number;
      quality: MatchQuality;
      /** Makes the replacement fit the place: its line endings, and its indentation where that differed. */
      adapt: (newText: string) => string;
    }
  | { kind: 'ambiguous'; quality: MatchQuality; /** 1-based lines at which it could be. */ lines: number[] }
  | { kind: 'missing'; nearest?: NearestLines };

/** The lines that are most like what was looked for. */
export interface NearestLines {
  /** 1-based. */
  startLine: number;
  lines: string[];
  /** 0 to 1. */
  similarity: number;
}

const MAX_LISTED = 10;
/** Below this, nearest lines would mislead. */
const MIN_SIMILARITY = 0.4;
/** Line comparisons spent on looking for the nearest lines. */
const MAX_COMPARISONS = 2_000_000;

/** Finds `oldText` in `text`. An empty `oldText` matches an empty text only. */
export function matchText(text: string, oldText: string): MatchOutcome {
  if (oldText === '') {
    return text === ''
      ? { kind: 'found', start: 0, end: 0, quality: 'exact', adapt: (newText) => newText }
      : { kind: 'missing' };
  }
  const exact = matchExactly(text, oldText);
  if (exact) return exact;
  const lines = splitLines(text);
  const wanted = splitLines(withEol(oldText, '\n'));
  return (
    matchLines(text, lines, wanted, 'trailing_space') ??
    matchLines(text, lines, wanted, 'indentation') ?? { kind: 'missing', ...nearestTo(lines, wanted) }
  );
}

function matchExactly(text: string, oldText: string): MatchOutcome | undefined {
  const normalized = new NormalizedText(text);
  const wanted = withEol(oldText, '\n');
  const first = normalized.text.indexOf(wanted);
  if (first < 0) return undefined;
  const all: number[] = [];
  for (let at = first; at >= 0 && all.length < MAX_LISTED; at = normalized.text.indexOf(wanted, at + 1)) all.push(at);
  if (all.length > 1) {
    return { kind: 'ambiguous', quality: 'exact', lines: all.map((at) => lineAt(normalized.text, at)) };
  }
  const start = normalized.toOriginal(first);
  const end = normalized.toOriginal(first + wanted.length);
  return { kind: 'found', start, end, quality: 'exact', adapt: eolAdapter(text, start, end) };
}

/** Whole lines that are equal but for white space at their ends, or for an indentation that differs in one way throughout. */
function matchLines(
  text: string,
  lines: readonly TextLine[],
  wanted: readonly TextLine[],
  quality: 'trailing_space' | 'indentation',
): MatchOutcome | undefined {
  const key = quality === 'trailing_space' ? (line: string) => line.trimEnd() : (line: string) => line.trim();
  const keys = wanted.map((line) => key(line.text));
  if (keys.every((line) => line === '')) return undefined;
  const places: { first: number; indent: Indent }[] = [];
  for (let first = 0; first + keys.length <= lines.length; first += 1) {
    if (!keys.every((wantedKey, index) => key(lines[first + index]?.text ?? '') === wantedKey)) continue;
    const indent =
      quality === 'indentation'
        ? indentBetween(textsOf(wanted), textsOf(lines.slice(first, first + keys.length)))
        : SAME_INDENT;
    if (indent) places.push({ first, indent });
    if (places.length > MAX_LISTED) break;
  }
  const [place] = places;
  if (!place) return undefined;
  if (places.length > 1)
    return { kind: 'ambiguous', quality, lines: places.slice(0, MAX_LISTED).map((p) => p.first + 1) };
  return foundLines(text, lines, wanted, { ...place, quality });
}

const textsOf = (lines: readonly TextLine[]) => lines.map((line) => line.text);

function foundLines(
  text: string,
  lines: readonly TextLine[],
  wanted: readonly TextLine[],
  place: { first: number; indent: Indent; quality: MatchQuality },
): MatchOutcome | undefined {
  const from = lines[place.first];
  const to = lines[place.first + wanted.length - 1];
  if (!from || !to) return undefined;
  const endsWithEol = wanted.at(-1)?.eol !== '';
  const start = from.start;
  const end = endsWithEol ? to.end + to.eol.length : to.end;
  const adaptEol = eolAdapter(text, start, end);
  return {
    kind: 'found',
    start,
    end,
    quality: place.quality,
    adapt: (newText) => adaptEol(reindent(newText, place.indent)),
  };
}

/** Gives a replacement the line endings of the place that it goes to: those of the replaced lines, else the file's. */
function eolAdapter(text: string, start: number, end: number): (newText: string) => string {
  const replaced = text.slice(start, end);
  const eol = dominantEol(/[\r\n]/.test(replaced) ? replaced : text);
  return (newText) => withEol(newText, eol);
}

function nearestTo(lines: readonly TextLine[], wanted: readonly TextLine[]): { nearest?: NearestLines } {
  const keys = wanted.map((line) => line.text.trim());
  let best = { first: 0, similarity: 0 };
  const windows = Math.max(1, lines.length - keys.length + 1);
  const stride = Math.max(1, Math.ceil((windows * keys.length) / MAX_COMPARISONS));
  for (let first = 0; first < windows; first += stride) {
    let sum = 0;
    for (const [index, key] of keys.entries()) sum += lineSimilarity(key, lines[first + index]?.text.trim() ?? '');
    const similarity = sum / keys.length;
    if (similarity > best.similarity) best = { first, similarity };
  }
  if (best.similarity < MIN_SIMILARITY) return {};
  const near = lines.slice(best.first, best.first + keys.length).map((line) => line.text);
  return { nearest: { startLine: best.first + 1, lines: near, similarity: best.similarity } };
}

/** Sørensen–Dice coefficient over words; 1 for equal lines. */
function lineSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  if (a === '' || b === '') return 0;
  const left = a.match(/\w+|[^\s\w]/g) ?? [];
  const right = new Map<string, number>();
  const words = b.match(/\w+|[^\s\w]/g) ?? [];
  for (const word of words) right.set(word, (right.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of left) {
    const count = right.get(word) ?? 0;
    if (count === 0) continue;
    shared += 1;
    right.set(word, count - 1);
  }
  return (2 * shared) / (left.length + words.length);
}
