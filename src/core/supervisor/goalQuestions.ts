// What a person is asked about a goal. Core gives the facts; sentences are made where people read them.
import { CANCELLED, failure, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import type { UnknownCall } from './goalRecord';
import type { PlannedTask } from './plan';

export type PersonAnswer =
  | { kind: 'granted' }
  | { kind: 'denied'; reason?: string }
  | /** Nobody answered. */ { kind: 'expired' }
  | { kind: 'stopped' };

export interface RepeatQuestion {
  /** Who made the calls. */
  agent: string;
  /** Absent for a request that is no goal. */
  task?: PlannedTask;
  /** Calls of which nobody knows whether they were carried out. */
  calls: readonly UnknownCall[];
}

export interface GoalQuestions {
  /** May the work begin anew, which may carry out these calls a second time? Never rejects; ends with the run. */
  mayRepeat(question: RepeatQuestion, run: RunContext): Promise<PersonAnswer>;
  /** May this plan run? The person may have changed it by then. Never rejects; ends with the run. */
  readonly reviewPlan?: (
    plan: ReviewedPlan,
    run: RunContext,
  ) => Promise<{ answer: PersonAnswer; tasks: readonly PlannedTask[] }>;
}

export interface ReviewedPlan {
  tasks: readonly PlannedTask[];
  /** What is wrong with a changed plan; empty for one that can run. */
  faultsOf(tasks: readonly PlannedTask[]): string[];
}

/** Why work may not be repeated; undefined where it may, or where there is nothing to ask. */
export async function askToRepeat(
  questions: Pick<GoalQuestions, 'mayRepeat'> | undefined,
  question: RepeatQuestion,
  run: RunContext,
): Promise<Failure | undefined> {
  if (question.calls.length === 0) return undefined;
  const answer = (await questions?.mayRepeat(question, run)) ?? { kind: 'expired' };
  if (answer.kind === 'granted') return undefined;
  if (answer.kind === 'stopped') return CANCELLED;
  const calls = question.calls.map(({ title }) => title).join(', ');
  const why =
    answer.kind === 'expired'
      ? 'nobody said whether it may be repeated'
      : `it is not to be repeated${answer.reason === undefined ? '' : `: ${answer.reason}`}`;
  return failure(
    'task.outcome_unknown',
    `The window closed while this was carried out: ${calls}. It may have been done, and ${why}. Look at the result and retry.`,
  );
}
