// Lets reviewers look at the parts of a review: one part at once, several as tasks of the run, within the limits of the settings.
import type { Finding } from '../../api';
import { withDeadline } from '../agents/deadline';
import { runAgent } from '../agents/runAgent';
import { requestMessage } from '../agents/userMessage';
import { CANCELLED, INTERRUPTED, failure, type Failure } from '../failure';
import type { FindingDraft } from '../analysis/rule';
import type { RunContext } from '../runs/runContext';
import { GraphRun, type TaskEnd } from '../supervisor/graphRun';
import { TaskGraph } from '../supervisor/taskGraph';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import { createReportTool, readReportText, type Reported } from './reportFindings';
import { reviewRequestText } from './reviewPrompt';
import type { ReviewPart } from './reviewParts';
import type { ReviewScope } from './reviewTarget';
import { REVIEWER, type PreparedFile, type ReviewRequest, type ReviewServices } from './review';

/** What became of one part; `findings` and `refuted` are what the reviewer said, not yet anchored. */
export interface PartOutcome {
  findings: FindingDraft[];
  refuted: Reported['refuted'];
  summary: string;
  error?: Failure;
  eventId?: string | undefined;
}

export interface ReviewWork {
  request: ReviewRequest;
  scope: ReviewScope;
  parts: readonly ReviewPart<PreparedFile>[];
}

/** Never rejects; a part that fails leaves what the analysis found there. */
export async function askReviewers(
  services: ReviewServices,
  work: ReviewWork,
  run: RunContext,
): Promise<PartOutcome[]> {
  const [only] = work.parts;
  // Deleted files alone: the one part has their diffs.
  const single: ReviewPart<PreparedFile> | undefined = only ?? (work.scope.deleted.length > 0 ? EMPTY_PART : undefined);
  if (!single) return [];
  if (work.parts.length <= 1) return [await askReviewer(services, { ...work, part: single, isFirst: true }, run)];
  return askInParallel(services, work, run);
}

const EMPTY_PART: ReviewPart<PreparedFile> = { id: 'part-1', title: '', items: [] };

async function askInParallel(services: ReviewServices, work: ReviewWork, run: RunContext): Promise<PartOutcome[]> {
  const tasks = work.parts.map((part) => ({ id: part.id, part, dependencies: [] as string[] }));
  const planned = tasks.map(({ id, part }) => ({
    id,
    agent: REVIEWER,
    title: part.title,
    description: part.items.map(({ review }) => review.file.path).join(', '),
    dependencies: [],
  }));
  const created = run.emit('plan.created', { tasks: planned });
  const outcomes = new Map<string, PartOutcome>();
  const begun = new Set<string>();
  const passage = new GraphRun<(typeof tasks)[number], PartOutcome>({
    graph: new TaskGraph(tasks),
    maxConcurrency: () => services.settings().supervisor.maxConcurrency,
    onFailure: () => 'continue',
    work: async (task, _results, { signal }) => {
      begun.add(task.id);
      const outcome = await doTask(
        services,
        { ...work, part: task.part, isFirst: task === tasks[0] },
        run.with({ cause: created.id, signal, taskId: task.id }),
      );
      outcomes.set(task.id, outcome);
      return endOf(outcome);
    },
    onState: (task, state, { error }) => {
      if (state !== 'cancelled' || begun.has(task.id)) return;
      run
        .with({ cause: created.id, taskId: task.id })
        .emit('task.cancelled', { reason: error?.reason ?? CANCELLED.reason });
      outcomes.set(task.id, { findings: [], refuted: [], summary: '', error: CANCELLED });
    },
    signal: run.signal,
  });
  await passage.run();
  return tasks.flatMap(({ id }) => outcomes.get(id) ?? []);
}

function endOf(outcome: PartOutcome): TaskEnd<PartOutcome> {
  const { error } = outcome;
  if (!error) return { status: 'completed', result: outcome };
  if (error.reason === CANCELLED.reason) return { status: 'cancelled', error };
  return { status: error.reason === INTERRUPTED.reason ? 'interrupted' : 'failed', error };
}

interface PartWork extends ReviewWork {
  part: ReviewPart<PreparedFile>;
  /** The first part also gets the files that were deleted. */
  isFirst: boolean;
}

/** One part as a task of the run, within its time. */
async function doTask(services: ReviewServices, work: PartWork, run: RunContext): Promise<PartOutcome> {
  const { part, parts } = work;
  const { taskTimeoutSeconds } = services.settings().limits;
  const span = run.startSpan(`task ${part.id}`, {
    [AGENT_TEAM.taskId]: part.id,
    [AGENT_TEAM.taskType]: REVIEWER,
    [AGENT_TEAM.taskIndex]: parts.indexOf(part),
    [AGENT_TEAM.taskAttempt]: 1,
  });
  const scope = run.with({ span, agent: REVIEWER });
  const started = scope.emit('task.started', { title: part.title, attempt: 1 });
  const expired = failure(
    'task.timeout',
    `The part took longer than ${taskTimeoutSeconds} s (agentTeam.limits.taskTimeoutSeconds).`,
    true,
  );
  const deadline = withDeadline(scope.with({ cause: started.id }), services.clock, {
    timeoutMs: taskTimeoutSeconds * 1_000,
    expired,
  });
  try {
    const outcome = await askReviewer(services, work, deadline.run);
    const details = { causationId: outcome.eventId ?? started.id };
    const { error } = outcome;
    const status = endOf(outcome).status;
    const last =
      error === undefined
        ? scope.emit('task.completed', { text: outcome.summary }, details)
        : status === 'cancelled'
          ? scope.emit('task.cancelled', { reason: error.reason }, details)
          : scope.emit('task.failed', { error }, details);
    span.end({
      status: status === 'failed' ? 'error' : 'ok',
      ...(status === 'failed' && error && { message: error.message }),
      attributes: {
        [AGENT_TEAM.taskStatus]: status,
        ...(error && status === 'failed' && { [GEN_AI.errorType]: error.reason }),
      },
    });
    return { ...outcome, eventId: last.id };
  } finally {
    deadline.dispose();
  }
}

async function askReviewer(services: ReviewServices, work: PartWork, run: RunContext): Promise<PartOutcome> {
  const spec = services.registry.find(REVIEWER);
  if (!spec || !services.registry.isAvailable(spec.name)) {
    const error = failure(
      'agent.unknown',
      `The agent ${REVIEWER} is switched off (agentTeam.agents.disabled) or paused: only the analysis was done.`,
    );
    return { findings: [], refuted: [], summary: '', error };
  }
  const { request, scope, part, isFirst } = work;
  const words = reviewRequestText({
    ...(request.focus !== undefined && { focus: request.focus }),
    items: part.items,
    deleted: isFirst ? scope.deleted : [],
  });
  const guarded = requestMessage(services, { ...words, agent: spec.name }, run);
  if ('failure' in guarded)
    return { findings: [], refuted: [], summary: '', error: guarded.failure, eventId: guarded.eventId };
  const reports: Reported[] = [];
  const places = part.items.map(({ review }) => review.file.path);
  const instructions = await services.instructionsFor?.(spec.name, run.signal, places).catch((error: unknown) => {
    services.onBug(error, 'instructions');
    return undefined;
  });
  const outcome = await runAgent(
    services,
    {
      spec,
      messages: [guarded.message],
      extraTools: [createReportTool((reported) => reports.push(reported))],
      ...(instructions !== undefined && { instructions }),
    },
    guarded.eventId === undefined ? run : run.with({ cause: guarded.eventId }),
  );
  const told = reports.length > 0 ? undefined : readReportText(outcome.text);
  const reported = told ? [told] : reports;
  return {
    findings: reported.flatMap(({ findings }) => findings),
    refuted: reported.flatMap(({ refuted }) => refuted).filter(({ id }) => isGiven(id, part)),
    // An answer that was the report itself is no summary.
    summary: told || outcome.kind !== 'answer' ? '' : outcome.text.trim(),
    eventId: outcome.eventId,
    ...(outcome.kind === 'failed' && { error: outcome.failure }),
  };
}

function isGiven(id: Finding['id'], part: ReviewPart<PreparedFile>): boolean {
  return part.items.some(({ given }) => given.some((finding) => finding.id === id));
}
