// What the analysis and reviewers say about one cause may contradict: severities far apart, repairs that exclude each other. The arbiter decides.
import type { FindingDraft } from '../analysis/rule';
import type { AgentServices } from '../agents/agentServices';
import type { RunContext } from '../runs/runContext';
import { settleDispute, verdictLine, type Position, type Settlement } from '../supervisor/arbitration';
import { isSameCause, SEVERITIES, type SourcedFinding } from './joinFindings';

export interface SettledFindings {
  /** As they came, in their order, with contradictions taken out: they can be joined. */
  sourced: SourcedFinding[];
  /** Lines of markdown on what was settled, or what could not be. */
  notes: string[];
  /** The cause of what comes next. */
  eventId: string | undefined;
}

/** Severities that are so many steps apart can't both be right. */
const STEPS_APART = 2;
/** More disputes than these in one review: the worse severity stands without a verdict. */
const MAX_DISPUTES = 4;

/** One model call for each contradiction, none without; never rejects. */
export async function settleFindings(
  services: AgentServices,
  { sourced, request }: { sourced: readonly SourcedFinding[]; request: string },
  run: RunContext,
): Promise<SettledFindings> {
  const settled = [...sourced];
  const notes: string[] = [];
  let { cause } = run.scope;
  for (const [one, other] of findContradictions(sourced).slice(0, MAX_DISPUTES)) {
    if (run.signal.aborted) break;
    const sides = [one, other].map((index) => settled[index]).filter((side) => side !== undefined);
    const names = namesOf(sides);
    const positions = sides.map((side, index) => positionOf(side, names[index] ?? ''));
    const about = placeOf(sides[0]?.finding);
    const scope = cause === undefined ? run : run.with({ cause });
    const settlement = await settleDispute(services, { about, request, positions }, scope);
    cause = settlement.eventId ?? cause;
    for (const [position, index] of [one, other].entries()) {
      const side = settled[index];
      if (side) settled[index] = { ...side, finding: reconciled(sides, { position, settlement }) };
    }
    notes.push(
      verdictLine(
        about,
        positions.map(({ by }) => by),
        settlement,
      ),
    );
  }
  return { sourced: settled, notes, eventId: cause };
}

/** Pairs of findings, by their indices, that speak of one cause and contradict; each finding in one pair at most. */
export function findContradictions(sourced: readonly SourcedFinding[]): [number, number][] {
  const pairs: [number, number][] = [];
  const taken = new Set<number>();
  for (const [index, one] of sourced.entries()) {
    if (taken.has(index)) continue;
    const other = sourced.findIndex(
      (candidate, at) =>
        at > index && !taken.has(at) && isSameCause(one, candidate) && contradict(one.finding, candidate.finding),
    );
    if (other < 0) continue;
    taken.add(index).add(other);
    pairs.push([index, other]);
  }
  return pairs;
}

function contradict(a: FindingDraft, b: FindingDraft): boolean {
  const apart = Math.abs(SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return apart >= STEPS_APART || repairsExclude(a, b);
}

/** Two repairs of the same lines that do not come to the same. */
function repairsExclude({ suggestion: a }: FindingDraft, { suggestion: b }: FindingDraft): boolean {
  if (!a || !b || a.oldText.trim() === '' || b.oldText.trim() === '') return false;
  const isSamePlace = a.oldText.includes(b.oldText.trim()) || b.oldText.includes(a.oldText.trim());
  return isSamePlace && plain(a.newText) !== plain(b.newText);
}

/** One side of a dispute after it: severity, repair and reason as the verdict has them. */
function reconciled(
  sides: readonly SourcedFinding[],
  { position, settlement }: { position: number; settlement: Settlement },
): FindingDraft {
  const own = sides[position]?.finding;
  if (!own) throw new Error('Internal error: there is no such side.');
  if (settlement.outcome === 'chosen') {
    const winner = sides[settlement.position]?.finding ?? own;
    return withRepair({ ...own, severity: winner.severity }, winner.suggestion);
  }
  const severity = SEVERITIES.find((step) => sides.some(({ finding }) => finding.severity === step)) ?? own.severity;
  const [a, b] = sides.map(({ finding }) => finding);
  // A repair about which nobody agrees is none to offer.
  const suggestion = a && b && repairsExclude(a, b) ? undefined : own.suggestion;
  const why = settlement.outcome === 'combined' ? settlement.text : own.why;
  return withRepair({ ...own, severity, why }, suggestion);
}

function withRepair(finding: FindingDraft, suggestion: FindingDraft['suggestion']): FindingDraft {
  const { suggestion: _old, ...rest } = finding;
  return suggestion ? { ...rest, suggestion } : rest;
}

/** The names of the sides, each another. */
function namesOf(sides: readonly SourcedFinding[]): string[] {
  const names = sides.map(({ by, finding: { rule } }) =>
    by === 'reviewer' ? 'the reviewer' : `the analysis${rule === undefined ? '' : ` (${rule})`}`,
  );
  return names.map((name, index) => (names.indexOf(name) < index ? `${name} (${index + 1})` : name));
}

function positionOf({ finding }: SourcedFinding, by: string): Position {
  const { severity, category, title, why, suggestion, evidence, confidence } = finding;
  const lines = [`Severity: ${severity}`, `Category: ${category}`, title, why];
  if (suggestion) lines.push(`Repair: replace\n${suggestion.oldText}\nwith\n${suggestion.newText}`);
  return {
    by,
    text: lines.filter((line) => line !== '').join('\n'),
    reasons: `Evidence: ${evidence}\nConfidence: ${confidence}`,
  };
}

function placeOf(finding: FindingDraft | undefined): string {
  return finding ? `${finding.path}:${finding.startLine}` : '';
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
