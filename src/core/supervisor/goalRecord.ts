// What a run's journal says of its goal: the plan as it stands, how each task ended, what was in flight when nobody wrote any more.
// The journal is the truth: whoever goes on with a goal knows no more than this.
import type { EventEnvelope, TaskState } from '../../api';
import { INTERRUPTED } from '../failure';
import { isTeamEvent, type TeamEvent } from '../events/teamEvent';
import type { SettledTask } from './graphRun';
import type { PlannedTask } from './plan';
import type { TaskOutput } from './taskOutput';

/** A call that began and of which nobody knows whether it was carried out. */
export interface UnknownCall {
  tool: string;
  /** One line for people: `run_command npm publish`. */
  title: string;
  effect: 'read' | 'write' | 'execute';
}

export interface GoalRecord {
  /** Empty where there was no plan yet. */
  tasks: readonly PlannedTask[];
  /** How tasks ended; those that were going or had not begun are missing. */
  settled: ReadonlyMap<string, SettledTask<TaskOutput>>;
  /** Attempts made, by task. */
  attempts: ReadonlyMap<string, number>;
  /** By task; under `''` those of no task. */
  unknownCalls: ReadonlyMap<string, readonly UnknownCall[]>;
  /** Revisions of the plan that were asked for. */
  revisions: number;
  /** What the person said about the goal while it worked. */
  said: readonly string[];
  /** True if the run was paused when it was interrupted. */
  wasPaused: boolean;
  /** Tools that wrote or executed something, wherever. */
  hasMutated: boolean;
  /** How often in a row a window went on with the run by itself, without any task getting done. */
  automaticResumptions: number;
}

/** The reason of `run.resumed` where no person and no caller asked for it. */
export const AUTOMATIC = 'automatic';

/** Reads a whole journal, in order. */
export function readGoal(events: Iterable<EventEnvelope>): GoalRecord {
  const reader = new GoalReader();
  for (const event of events) if (isTeamEvent(event)) reader.take(event);
  return reader.record();
}

class GoalReader {
  private tasks: readonly PlannedTask[] = [];
  private readonly settled = new Map<string, SettledTask<TaskOutput>>();
  private readonly attempts = new Map<string, number>();
  private readonly calls = new Map<string, Map<string, UnknownCall>>();
  private readonly said: string[] = [];
  private revisions = 0;
  private isPaused = false;
  private wasPaused = false;
  private hasMutated = false;
  private automaticResumptions = 0;

  take(event: TeamEvent): void {
    this.takePlan(event);
    this.takeTask(event);
    this.takeCall(event);
    this.takeRun(event);
  }

  private takeRun(event: TeamEvent): void {
    if (event.topic === 'run.paused') this.isPaused = true;
    if (event.topic === 'run.interrupted') this.wasPaused = this.isPaused;
    if (event.topic === 'task.completed') this.automaticResumptions = 0;
    if (event.topic !== 'run.resumed') return;
    this.isPaused = false;
    this.automaticResumptions = event.payload.reason === AUTOMATIC ? this.automaticResumptions + 1 : 0;
  }

  record(): GoalRecord {
    const { tasks, settled, attempts, revisions, said, wasPaused, hasMutated, automaticResumptions } = this;
    const known = new Set(tasks.map(({ id }) => id));
    for (const id of settled.keys()) if (!known.has(id)) settled.delete(id);
    const unknownCalls = new Map(
      [...this.calls].filter(([, calls]) => calls.size > 0).map(([taskId, calls]) => [taskId, [...calls.values()]]),
    );
    return {
      tasks,
      settled,
      attempts,
      unknownCalls,
      revisions,
      said,
      wasPaused,
      hasMutated,
      automaticResumptions,
    };
  }

  private takePlan(event: TeamEvent): void {
    if (event.topic === 'plan.created' || event.topic === 'plan.revised') this.tasks = event.payload.tasks;
    if (event.topic === 'plan.created') this.revisions = 0;
    if (event.topic === 'plan.revised') this.revisions += 1;
    if (event.topic === 'task.progress' && event.payload.from === 'person') this.said.push(event.payload.message);
  }

  private takeTask(event: TeamEvent): void {
    const { taskId } = event;
    if (taskId === undefined) return;
    switch (event.topic) {
      case 'task.started':
        this.attempts.set(taskId, event.payload.attempt);
        this.settled.delete(taskId);
        // Whether it may be repeated was decided before it started again.
        this.calls.delete(taskId);
        return;
      case 'task.completed': {
        const { text, files = [], findings = [] } = event.payload;
        this.settled.set(taskId, { state: 'completed', result: { text, files, findings } });
        return;
      }
      case 'task.failed':
        this.settled.set(taskId, { state: 'failed', error: event.payload.error });
        return;
      case 'task.cancelled':
        this.settled.set(taskId, { state: 'cancelled' });
        return;
      case 'task.skipped':
        this.settled.set(taskId, { state: 'skipped' });
        return;
      default:
    }
  }

  /** Ids of calls are unique within a task, not within the run. */
  private takeCall(event: TeamEvent): void {
    const taskId = event.taskId ?? '';
    if (event.topic === 'tool.started') {
      const { callId, tool, title, effect } = event.payload;
      this.hasMutated ||= effect !== 'read';
      const calls = this.calls.get(taskId) ?? new Map<string, UnknownCall>();
      this.calls.set(taskId, calls.set(callId, { tool, title, effect }));
    } else if (
      event.topic === 'tool.completed' ||
      (event.topic === 'tool.failed' && !isTornOff(event.payload.reason))
    ) {
      this.calls.get(taskId)?.delete(event.payload.callId);
    }
  }
}

/** The window closed while the call was carried out: how far it came is as unknown as if nobody had written anything. */
function isTornOff(reason: string): boolean {
  return reason === INTERRUPTED.reason;
}

/** The states that a passage begins with, for those who ask which tasks hang together. */
export function statesOf({ tasks, settled }: Pick<GoalRecord, 'tasks' | 'settled'>): Map<string, TaskState> {
  return new Map(tasks.map(({ id }) => [id, settled.get(id)?.state ?? 'pending']));
}
