// Going on with a goal from its journal: which tasks are done again, which keep their verdicts, and what must be asked before.
import { failure, isFailure, type Failure } from '../failure';
import { statesOf, type GoalRecord, type UnknownCall } from './goalRecord';
import { reopened, type SettledTask } from './graphRun';
import type { PlannedTask } from './plan';
import { TaskGraph } from './taskGraph';
import type { TaskOutput } from './taskOutput';

/** What a passage through a plan knows of those before it. */
export interface EarlierWork {
  tasks: readonly PlannedTask[];
  /** Tasks that are not done again, with how they ended. */
  settled: ReadonlyMap<string, SettledTask<TaskOutput>>;
  attempts: ReadonlyMap<string, number>;
  /** Calls that must not be repeated without asking, by task. */
  unknownCalls: ReadonlyMap<string, readonly UnknownCall[]>;
  revisions: number;
  said: readonly string[];
}

export type Continuation =
  /** What was interrupted goes on; of a run that had ended, everything that is not done is done again. */
  | { kind: 'resume' }
  /** One task with what hangs on it; without a name, all that failed or were cancelled. */
  | { kind: 'retry'; taskId?: string };

/** Tools that only write into the layer of their task, which is gone with it. */
const PROPOSING: ReadonlySet<string> = new Set([
  'edit_file',
  'apply_patch',
  'create_file',
  'delete_file',
  'rename_file',
  'rename_symbol',
  'apply_code_action',
]);

/** Undefined for a run that has no plan yet: it is planned then. */
export function earlierWork(
  record: GoalRecord,
  how: Continuation,
  { wasInterrupted }: { wasInterrupted: boolean },
): EarlierWork | Failure | undefined {
  if (record.tasks.length === 0) return undefined;
  const settled = how.kind === 'resume' ? keptByResume(record, wasInterrupted) : keptByRetry(record, how.taskId);
  if (isFailure(settled)) return settled;
  const { tasks, attempts, revisions, said } = record;
  const open = tasks.filter(({ id }) => !settled.has(id));
  const unknownCalls = new Map(
    open.flatMap(({ id }) => {
      const calls = uncertain(record.unknownCalls.get(id) ?? [], { isTask: true });
      return calls.length > 0 ? [[id, calls] as const] : [];
    }),
  );
  return { tasks, settled, attempts, unknownCalls, revisions, said };
}

/** Calls that may have changed something beyond the run's own change set. */
export function uncertain(calls: readonly UnknownCall[], { isTask }: { isTask: boolean }): UnknownCall[] {
  return calls.filter(
    ({ tool, effect }) => effect === 'execute' || (effect === 'write' && !(isTask && PROPOSING.has(tool))),
  );
}

/** Resumptions in a row that get nothing done: a run that brings its window down must not do so for ever. */
const MAX_AUTOMATIC = 2;

/**
 * True where a run that was interrupted may go on without anybody being asked: nothing mutating was in flight, nobody had paused it.
 * What is no goal is asked again from its beginning, so it must not have changed anything at all.
 */
export function mayResumeBySelf(record: GoalRecord): boolean {
  if (record.wasPaused || record.automaticResumptions >= MAX_AUTOMATIC) return false;
  if (record.tasks.length === 0) return !record.hasMutated;
  const calls = [...record.unknownCalls].flatMap(([taskId, open]) => uncertain(open, { isTask: taskId !== '' }));
  return calls.length === 0;
}

type Settled = ReadonlyMap<string, SettledTask<TaskOutput>>;

function keptByResume({ settled }: GoalRecord, wasInterrupted: boolean): Settled {
  if (wasInterrupted) return settled;
  return new Map([...settled].filter(([, { state }]) => state === 'completed'));
}

function keptByRetry(record: GoalRecord, taskId: string | undefined): Settled | Failure {
  const states = statesOf(record);
  const lost = record.tasks.map(({ id }) => id).filter((id) => /^(failed|cancelled)$/.test(states.get(id) ?? ''));
  const wanted = taskId === undefined ? lost : [taskId];
  if (taskId !== undefined && !states.has(taskId)) return failure('task.unknown', `The plan has no task '${taskId}'.`);
  if (taskId !== undefined && states.get(taskId) === 'completed')
    return failure('task.completed', `The task '${taskId}' is complete. Run the goal again to have it done anew.`);
  const isAllDone = record.tasks.every(({ id }) => record.settled.has(id));
  if (wanted.length === 0 && isAllDone)
    return failure('task.none_failed', 'No task of this run failed or was cancelled.');
  const again = new Set(reopened(new TaskGraph(record.tasks), states, wanted));
  return new Map([...record.settled].filter(([id]) => !again.has(id)));
}
