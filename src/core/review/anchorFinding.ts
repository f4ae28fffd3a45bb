// Puts a finding where its quoted code stands: a range that a model gives is a claim, the code is the proof. Never a wrong line.
import type { FindingDraft } from '../analysis/rule';
import { applySuggestion } from './applySuggestion';

export type Anchored =
  | { kind: 'placed'; finding: FindingDraft; /** The range was corrected by the quoted code. */ moved: boolean }
  | { kind: 'dropped'; why: 'range' };

/** A finding without evidence in the code is an opinion: its confidence is at most this. */
export const OPINION_CONFIDENCE = 0.4;

/** True for a finding that quotes no code: views mark it. */
export function isOpinion(finding: Pick<FindingDraft, 'evidence'>): boolean {
  return finding.evidence === '';
}

/** Places `draft` in a file with these `lines`; `text` is the file's whole text. */
export function anchorFinding(draft: FindingDraft, file: { text: string; lines: readonly string[] }): Anchored {
  const anchored = place(draft, file.lines);
  if (anchored.kind === 'dropped') return anchored;
  return { ...anchored, finding: withUsableSuggestion(anchored.finding, file.text) };
}

function place(finding: FindingDraft, lines: readonly string[]): Anchored {
  const quote = quotedLines(finding.evidence);
  const claimed = { first: finding.startLine, last: Math.max(finding.startLine, finding.endLine) };
  const isThere = claimed.first >= 1 && claimed.last <= lines.length;
  if (quote.length > 0) {
    const first = nearest(placesOf(quote, lines), claimed.first);
    if (first !== undefined) return placed(finding, { first, quote, claimed: isThere ? claimed : undefined, lines });
  }
  const bySuggestion =
    finding.suggestion && nearest(placesOf(quotedLines(finding.suggestion.oldText), lines), claimed.first);
  if (bySuggestion !== undefined && finding.suggestion) {
    const length = finding.suggestion.oldText.replace(/\r?\n$/, '').split('\n').length;
    const evidence = (lines[bySuggestion - 1] ?? '').trim();
    const moved = bySuggestion !== finding.startLine;
    return {
      kind: 'placed',
      finding: { ...finding, evidence, startLine: bySuggestion, endLine: bySuggestion + length - 1 },
      moved,
    };
  }
  if (!isThere) return { kind: 'dropped', why: 'range' };
  const confidence = Math.min(finding.confidence, OPINION_CONFIDENCE);
  return { kind: 'placed', finding: { ...finding, endLine: claimed.last, evidence: '', confidence }, moved: false };
}

interface Placement {
  /** 1-based line of the quote's first line. */
  first: number;
  quote: readonly string[];
  /** The range that the finding claims, where the file has it. */
  claimed: { first: number; last: number } | undefined;
  lines: readonly string[];
}

/** The claimed range stays where it holds the quote; else the quote's own lines are the range. */
function placed(finding: FindingDraft, { first, quote, claimed, lines }: Placement): Anchored {
  const last = first + quote.length - 1;
  if (claimed && claimed.first <= first && claimed.last >= last) {
    return { kind: 'placed', finding: { ...finding, endLine: claimed.last }, moved: false };
  }
  const evidence = lines
    .slice(first - 1, last)
    .join('\n')
    .trim();
  return { kind: 'placed', finding: { ...finding, evidence, startLine: first, endLine: last }, moved: true };
}

/** Quoted code as lines without white space at their ends, empty ones and marks of quoting left out. */
function quotedLines(quoted: string): string[] {
  return quoted
    .replace(/^\s*```[^\n]*\n|\n?```\s*$/g, '')
    .split(/\r?\n/)
    .map((line) => normal(line.replace(/^\s*\d+\s*[|:]\s?/, '').replace(/^`(.*)`$/, '$1')))
    .filter((line) => line !== '');
}

/** 1-based lines at which the quote begins. A quote of one line may be a part of its line, if it is long enough to mean something. */
function placesOf(quote: readonly string[], lines: readonly string[]): number[] {
  const [head] = quote;
  if (head === undefined) return [];
  const found: number[] = [];
  for (let at = 0; at + quote.length <= lines.length; at += 1) {
    if (quote.every((line, offset) => normal(lines[at + offset] ?? '') === line)) found.push(at + 1);
  }
  if (found.length > 0 || quote.length > 1 || head.length < MIN_PART_LENGTH) return found;
  for (const [at, line] of lines.entries()) if (normal(line).includes(head)) found.push(at + 1);
  return found;
}

const MIN_PART_LENGTH = 6;

function normal(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function nearest(places: readonly number[], wanted: number): number | undefined {
  let best: number | undefined;
  for (const place of places) {
    if (best === undefined || Math.abs(place - wanted) < Math.abs(best - wanted)) best = place;
  }
  return best;
}

/** A replacement is only worth a button where it is sure what it replaces. */
function withUsableSuggestion(draft: FindingDraft, text: string): FindingDraft {
  const { suggestion: _unusable, ...rest } = draft;
  return applySuggestion(text, draft) === undefined ? rest : draft;
}
