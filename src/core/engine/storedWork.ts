// Going on with stored runs: what was interrupted, and what ended without being complete. One window at a time does so.
import type { RunHandle } from '../../api';
import { failure, isFailure, type Failure } from '../failure';
import type { ClaimedRun, RunClaims } from '../runs/runClaims';
import type { RunContext } from '../runs/runContext';
import type { RunView } from '../runs/runView';
import { askToRepeat, type GoalQuestions } from '../supervisor/goalQuestions';
import { readGoal } from '../supervisor/goalRecord';
import { earlierWork, uncertain, type Continuation } from '../supervisor/goalResumption';
import { recordedReview } from '../review/recordedReview';
import type { ReviewRequest } from '../review/review';
import type { GoalDesk } from './goalDesk';
import type { RunControl, RunLifecycle, RunStart, RunWork, WorkOutcome } from './runLifecycle';

export interface StoredWorkOptions {
  lifecycle: RunLifecycle;
  goals: GoalDesk;
  /** Makes a stored run this window's. */
  claims: Pick<RunClaims, 'claim'>;
  /** Absent where nobody can be asked: then nothing is repeated of which nobody knows whether it was done. */
  questions?: Pick<GoalQuestions, 'mayRepeat'>;
  /** Answers a request again, in its run. */
  answer: (view: RunView, run: RunContext, control: RunControl) => Promise<WorkOutcome>;
  /** Reviews from the beginning, in its run. */
  review: (request: ReviewRequest, run: RunContext) => Promise<WorkOutcome>;
}

export interface GoOnOptions {
  /** True on a person's action. */
  interactive: boolean;
  /** Why, where neither a person nor a caller asked for it. */
  reason?: string;
  /** Asked when the run of a request or reaction has begun again; a failure ends it before its agent does anything. */
  admit?: (run: RunContext) => Promise<Failure | undefined>;
}

export class StoredWork {
  /** Runs that somebody is about to go on with. */
  private readonly starting = new Map<string, Promise<RunHandle | Failure>>();

  constructor(private readonly options: StoredWorkOptions) {}

  /** In the same run: ids stay, finished tasks too, usage adds up. Two calls at once start it once. */
  goOn(runId: string, how: Continuation, options: GoOnOptions): Promise<RunHandle | Failure> {
    const starting =
      this.starting.get(runId) ?? this.claimAndStart(runId, how, options).finally(() => this.starting.delete(runId));
    this.starting.set(runId, starting);
    return starting;
  }

  private async claimAndStart(runId: string, how: Continuation, options: GoOnOptions): Promise<RunHandle | Failure> {
    const { lifecycle, claims } = this.options;
    if (lifecycle.isActive(runId)) return failure('run.active', 'This run is still going.');
    const claimed = await claims.claim(runId);
    if (isFailure(claimed)) return claimed;
    const work = this.workLeft(claimed, how, options.admit);
    if (!isFailure(work)) return lifecycle.start(startAgain(claimed, options), work);
    await claimed.release();
    return work;
  }

  /** What is left to do, or why there is nothing. */
  private workLeft({ view, events }: ClaimedRun, how: Continuation, admit: GoOnOptions['admit']): RunWork | Failure {
    const { goals } = this.options;
    const { kind, status, request, context } = view;
    const record = readGoal(events);
    if (status === 'completed')
      return failure('run.completed', 'This run is complete. Ask again to have a new answer.');
    // A request that the router took for a goal has a plan; so has a review, which is none.
    if (kind === 'goal' || (kind === 'ask' && record.tasks.length > 0)) {
      const earlier = earlierWork(record, how, { wasInterrupted: status === 'interrupted' });
      if (isFailure(earlier)) return earlier;
      return (run) => goals.pursue({ goal: request, context, ...(earlier && { earlier }) }, run);
    }
    const again = this.fromTheBeginning({ view, events });
    if (isFailure(again)) return again;
    const { questions } = this.options;
    const { agent = '' } = view;
    const calls = uncertain([...record.unknownCalls.values()].flat(), { isTask: false });
    return async (run, control) => {
      const refusal = (await admit?.(run)) ?? (await askToRepeat(questions, { agent, calls }, run));
      return refusal ? { status: 'failed', text: '', error: refusal } : again(run, control);
    };
  }

  private fromTheBeginning({ view, events }: Pick<ClaimedRun, 'view' | 'events'>): RunWork | Failure {
    const { answer, review } = this.options;
    if (view.kind !== 'review') return (run, control) => answer(view, run, control);
    const request = recordedReview(events);
    return isFailure(request) ? request : (run) => review(request, run);
  }
}

/** The same run again: a root span of its own that is linked to the first. */
function startAgain({ view, release }: ClaimedRun, { interactive, reason }: GoOnOptions): RunStart {
  const { runId, kind, title, request, context, threadId, traceId, rootSpanId, lastEventId, usage } = view;
  return {
    kind,
    title,
    request,
    context,
    release,
    interactive,
    resumes: {
      runId,
      traceId,
      usage,
      ...(reason !== undefined && { reason }),
      ...(rootSpanId !== undefined && { rootSpanId }),
      ...(lastEventId !== undefined && { lastEventId }),
    },
    ...(threadId !== undefined && { threadId }),
  };
}
