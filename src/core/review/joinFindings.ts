// One finding per cause: what the analysis, the scan, the language services and the reviewers say about the same thing is joined.
import { mergeFindings } from '../analysis/findingSet';
import type { FindingDraft } from '../analysis/rule';

export interface SourcedFinding {
  finding: FindingDraft;
  /** A reviewer explains more; a rule is surer of the place and the repair. */
  by: 'rule' | 'reviewer';
}

/** Lines between two findings that can still be about one cause. */
const NEAR = 1;
/** Shared words of two titles that make them one cause: the Jaccard index over words. */
const SAME_TITLE = 0.5;

/** Findings without repetitions, the worst first. */
export function joinFindings(sourced: readonly SourcedFinding[]): FindingDraft[] {
  const joined: SourcedFinding[] = [];
  for (const next of sourced) {
    const at = joined.findIndex((known) => isSameCause(known, next));
    const known = joined[at];
    if (known) joined[at] = join(known, next);
    else joined.push(next);
  }
  return mergeFindings(joined.map(({ finding }) => finding));
}

/** True for two findings that speak of the same thing. */
export function isSameCause(a: SourcedFinding, b: SourcedFinding): boolean {
  const [one, other] = [a.finding, b.finding];
  if (one.path !== other.path || !areNear(one, other)) return false;
  if (one.rule !== undefined && one.rule === other.rule) {
    return one.startLine === other.startLine || (overlaps(one, other) && sameEvidence(one, other));
  }
  // Two rules say two things, unless they are known to be the same (`mergeFindings`).
  if (a.by === 'rule' && b.by === 'rule') return false;
  if (one.category !== other.category && similarity(one.title, other.title) < SAME_TITLE) return false;
  return sameEvidence(one, other) || similarity(wordsAbout(one), wordsAbout(other)) >= SAME_TITLE / 2;
}

function areNear(a: FindingDraft, b: FindingDraft): boolean {
  return a.startLine <= b.endLine + NEAR && b.startLine <= a.endLine + NEAR;
}

function overlaps(a: FindingDraft, b: FindingDraft): boolean {
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}

function sameEvidence(a: FindingDraft, b: FindingDraft): boolean {
  const [one, other] = [normal(a.evidence), normal(b.evidence)];
  return one !== '' && other !== '' && (one.includes(other) || other.includes(one));
}

/** The reviewer's words, the rule's name, the surer place, the worse severity, whatever repair there is. */
function join(a: SourcedFinding, b: SourcedFinding): SourcedFinding {
  const [words, other] = a.by === 'rule' && b.by === 'reviewer' ? [b, a] : [a, b];
  const rule = words.finding.rule ?? other.finding.rule;
  const suggestion = words.finding.suggestion ?? other.finding.suggestion;
  const evidence = words.finding.evidence === '' ? other.finding.evidence : words.finding.evidence;
  const place = words.finding.evidence === '' ? other.finding : words.finding;
  const worse = SEVERITIES.indexOf(a.finding.severity) <= SEVERITIES.indexOf(b.finding.severity) ? a : b;
  return {
    by: words.by,
    finding: {
      ...words.finding,
      startLine: place.startLine,
      endLine: place.endLine,
      severity: words.by === 'reviewer' && other.by === 'rule' ? words.finding.severity : worse.finding.severity,
      why: words.finding.why === '' ? other.finding.why : words.finding.why,
      evidence,
      confidence: Math.max(a.finding.confidence, b.finding.confidence),
      ...(rule !== undefined && { rule }),
      ...(suggestion && { suggestion }),
    },
  };
}

/** The worst first. */
export const SEVERITIES: readonly FindingDraft['severity'][] = ['blocker', 'major', 'minor', 'nit'];

function wordsAbout({ title, why }: FindingDraft): string {
  return `${title} ${why}`;
}

/** Jaccard index over the words of two texts, 0 to 1. */
function similarity(a: string, b: string): number {
  const [one, other] = [wordSet(a), wordSet(b)];
  const shared = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}

function wordSet(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []).filter((word) => !STOP_WORDS.has(word)));
}

const STOP_WORDS = new Set(
  'the and for not with that this from are can may has have was but its into when where which'.split(' '),
);

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
