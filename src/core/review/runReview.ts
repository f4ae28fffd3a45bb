// A review from its target to its findings: analyse, let a reviewer look at each part, anchor what is said in the code, one finding per cause.
//
//   invoke_workflow review
//     invoke_agent qa > …                      one part
//     task part-1 > invoke_agent qa > …        several parts at once
import { toFindings } from '../analysis/findingSet';
import type { FindingDraft } from '../analysis/rule';
import type { AnalysisReport } from '../analysis/codeAnalyzer';
import { CANCELLED, INTERRUPTED, isFailure } from '../failure';
import { estimateTextTokens } from '../model/tokenEstimate';
import type { RunContext } from '../runs/runContext';
import type { WorkspacePorts } from '../workspace/workspacePorts';
import { settleFindings } from './settleFindings';
import { joinFindings, type SourcedFinding } from './joinFindings';
import { placeFindings } from './placeFindings';
import { REVIEWER, type PreparedFile, type ReviewOutcome, type ReviewRequest, type ReviewServices } from './review';
import { askReviewers, type PartOutcome } from './reviewers';
import { fileMaterial, surroundingsOf } from './reviewMaterial';
import { reviewParts, type ReviewPart } from './reviewParts';
import type { AnswerNote } from './reviewNotes';
import { reviewText, type ReviewWords } from './reviewText';
import { touches } from './lineSpans';
import { resolveTarget, type ReviewFile, type ReviewScope } from './reviewTarget';

/** Never rejects but for bugs. The findings stand in `review.completed`. */
export async function runReview(
  services: ReviewServices,
  request: ReviewRequest,
  run: RunContext,
): Promise<ReviewOutcome> {
  const ports = services.portsOf({ runId: run.runId });
  const scope = await resolveTarget(ports, request.target, run.signal);
  if (isFailure(scope)) return { status: 'failed', agent: REVIEWER, text: '', error: scope };
  const paths = scope.files.map(({ file }) => file.path);
  const report = await services.inspect(paths, ports, run.signal);
  const prepared = await prepare(scope, { report, ports, signal: run.signal });
  const parts = reviewParts(prepared);
  const outcomes = await askReviewers(services, { request, scope, parts }, run);
  return conclude(services, { request, scope, report, prepared, parts, outcomes, ports }, run);
}

async function prepare(
  scope: ReviewScope,
  { report, ports, signal }: { report: AnalysisReport; ports: WorkspacePorts; signal: AbortSignal },
): Promise<PreparedFile[]> {
  const prepared: PreparedFile[] = [];
  for (const review of scope.files) {
    const drafts = report.findings.filter((finding) => isIn(review, finding));
    const given = toFindings(drafts, REVIEWER);
    const surroundings = await surroundingsOf(review, ports, signal);
    const material = fileMaterial(review, surroundings, given);
    prepared.push({ review, given, material, tokens: estimateTextTokens(material) });
  }
  return prepared;
}

/** What the analysis says about lines that are not under review is nobody's question now. */
function isIn({ file, spans }: ReviewFile, finding: FindingDraft): boolean {
  return finding.path === file.path && touches(spans, { first: finding.startLine, last: finding.endLine });
}

interface Reviewed {
  request: ReviewRequest;
  scope: ReviewScope;
  report: AnalysisReport;
  prepared: readonly PreparedFile[];
  parts: readonly ReviewPart<PreparedFile>[];
  outcomes: readonly PartOutcome[];
  ports: WorkspacePorts;
}

async function conclude(services: ReviewServices, reviewed: Reviewed, run: RunContext): Promise<ReviewOutcome> {
  const { request, scope, report, prepared, outcomes, ports } = reviewed;
  const refuted = new Set(outcomes.flatMap((outcome) => outcome.refuted.map(({ id }) => id)));
  const analysed = prepared.flatMap(({ given }) => given).filter(({ id }) => !refuted.has(id));
  const said = outcomes.flatMap(({ findings }) => findings);
  const known = new Map(scope.files.map(({ file }) => [file.path, file.text]));
  const placed = await placeFindings(said, { known, ports, signal: run.signal });
  const sourced: SourcedFinding[] = [
    ...analysed.map(({ id: _id, agent: _agent, status: _status, ...finding }): SourcedFinding => ({
      finding,
      by: 'rule',
    })),
    ...placed.findings.map((finding): SourcedFinding => ({ finding, by: 'reviewer' })),
  ];
  const asked = request.focus ?? 'Review the code.';
  const cause = outcomes.findLast(({ eventId }) => eventId !== undefined)?.eventId;
  const settled = await settleFindings(
    services,
    { sourced, request: asked },
    cause === undefined ? run : run.with({ cause }),
  );
  const all = toFindings(joinFindings(settled.sourced), REVIEWER);
  const findings = all.filter((finding) => !services.isDismissed(finding));
  const failed = outcomes.find(({ error }) => error !== undefined)?.error;
  const isStopped = run.signal.aborted;
  const words: ReviewWords = {
    findings,
    summaries: outcomes.flatMap(({ summary }) => (summary === '' ? [] : [summary])),
    files: scope.files.length + scope.deleted.length,
    notes: [
      ...scope.notes,
      ...[...report.notes, ...settled.notes].map((text) => ({ kind: 'said' as const, text })),
      ...counted('not_there', placed.dropped),
      ...counted('refuted', refuted.size),
      ...counted('dismissed', all.length - findings.length),
    ],
  };
  const text = reviewText(words, services.say);
  if (!isStopped) {
    const blockers = findings.filter(({ severity }) => severity === 'blocker').length;
    const details = settled.eventId === undefined ? {} : { causationId: settled.eventId };
    run
      .with({ agent: REVIEWER })
      .emit('review.completed', { findings: findings.length, blockers, items: findings }, details);
  }
  if (isStopped) {
    const why = run.signal.reason === INTERRUPTED ? INTERRUPTED : CANCELLED;
    return { status: 'failed', agent: REVIEWER, text, error: failed ?? why };
  }
  return { status: failed ? 'partial' : 'completed', agent: REVIEWER, text, ...(failed && { error: failed }) };
}

function counted(kind: 'not_there' | 'refuted' | 'dismissed', count: number): AnswerNote[] {
  return count > 0 ? [{ kind, count }] : [];
}
