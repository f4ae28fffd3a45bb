// The part of a run's view that tells of the tasks of its plan.
import type { CallUsage, EventPayloads, RunState, TaskState } from '../../api';
import type { TeamEvent } from '../events/teamEvent';
import { positionsOf } from './positions';
import { FINAL, isOpenTask, isWorkingTask } from './runStates';
import type { RunView, TaskActivity, TaskView } from './runView';
import { UsageMeter } from './usageMeter';

type PlannedTask = EventPayloads['plan.created']['tasks'][number];

/** Tools of one task that are remembered while they run. */
const MAX_ACTIVITIES = 8;

/**
 * Mutates `view`, which is the caller's own copy; a changed task is a new object in the shared array. `before` is the run's
 * state before the event: what comes after a run's end changes no task.
 */
export function reduceTask(view: RunView, event: TeamEvent, before: RunState): void {
  if (event.topic === 'run.resumed') {
    if (before === 'cancelled' || before === 'interrupted') reopenStopped(view);
    return;
  }
  if (FINAL.has(before)) return;
  if (FINAL.has(view.status) || event.topic === 'run.interrupted') {
    settleTasks(view, event.time);
    return;
  }
  if (event.topic === 'plan.created' || event.topic === 'plan.revised') {
    replan(view, event.payload.tasks);
    return;
  }
  if (event.topic.startsWith('approval.')) {
    showWaiting(view, event);
    return;
  }
  if (event.taskId === undefined) return;
  if (event.topic.startsWith('task.')) changeTask(view, event, event.taskId);
  else reduceWork(view, event, event.taskId);
}

function changeTask(view: RunView, event: TeamEvent, taskId: string): void {
  const change = changeOf(event);
  if (!change) return;
  const known = taskOf(view, taskId);
  const { reason: _reason, ...task } = known ?? unplanned(taskId, event.agent);
  const next: TaskView = { ...task, activities: [], ...change };
  if (event.topic === 'task.started' || event.topic === 'task.retrying') delete next.endedAt;
  if (event.topic === 'task.started' || event.topic === 'task.completed') delete next.error;
  if (event.agent !== undefined) next.agent = event.agent;
  positionsOf(view.tasks).put(next);
  if (event.topic === 'task.completed') unblock(view, taskId);
  if (event.topic === 'task.started' && known && !isOpenTask(known.status)) reopenDependents(view, taskId);
}

/** What a task does and has used, told by the events of its agent, its model calls and its tools. */
function reduceWork(view: RunView, event: TeamEvent, taskId: string): void {
  const task = taskOf(view, taskId);
  if (!task) return;
  const next = workedOn(task, event);
  if (next !== task) positionsOf(view.tasks).put(next);
}

function workedOn(task: TaskView, event: TeamEvent): TaskView {
  switch (event.topic) {
    case 'tool.started': {
      const { callId, tool, title } = event.payload;
      return begin(task, { id: callId, kind: 'tool', name: tool, title });
    }
    case 'tool.completed':
    case 'tool.failed':
    case 'model.requested':
      return finish(task, event.payload.callId);
    case 'model.retrying': {
      const { callId, error } = event.payload;
      return begin(used(task, {}), { id: callId, kind: 'wait', name: error.reason, title: error.message });
    }
    case 'model.completed':
    case 'model.failed':
      return used(finish(task, event.payload.callId), event.payload.usage);
    default:
      return task;
  }
}

/** A task that has its verdict does nothing any more. */
function begin(task: TaskView, activity: TaskActivity): TaskView {
  if (!isWorkingTask(task.status)) return task;
  const others = task.activities.filter(({ id }) => id !== activity.id);
  return { ...task, activities: [...others, activity].slice(-MAX_ACTIVITIES) };
}

function finish(task: TaskView, callId: string): TaskView {
  const activities = task.activities.filter(({ id }) => id !== callId);
  return activities.length === task.activities.length ? task : { ...task, activities };
}

function used(task: TaskView, usage: CallUsage): TaskView {
  const meter = new UsageMeter(task.usage);
  meter.add(usage);
  return { ...task, usage: meter.snapshot() };
}

/** A task waits as long as one of its questions does. The view's list is that before the event. */
function showWaiting(view: RunView, event: TeamEvent): void {
  const task = event.taskId === undefined ? undefined : taskOf(view, event.taskId);
  if (!task) return;
  if (event.topic === 'approval.requested') {
    if (task.status === 'running') positionsOf(view.tasks).put({ ...task, status: 'waiting-approval' });
    return;
  }
  if (!('id' in event.payload) || task.status !== 'waiting-approval') return;
  const { id } = event.payload;
  const waits = view.approvals.some((approval) => approval.taskId === task.id && approval.id !== id);
  if (!waits) positionsOf(view.tasks).put({ ...task, status: 'running' });
}

function changeOf(event: TeamEvent): Partial<TaskView> | undefined {
  const endedAt = event.time;
  switch (event.topic) {
    case 'task.started':
      return {
        status: 'running',
        title: event.payload.title,
        attempts: event.payload.attempt,
        startedAt: event.time,
      };
    case 'task.retrying':
      return { status: 'retrying', attempts: event.payload.attempt, error: event.payload.error };
    case 'task.completed':
      return { status: 'completed', text: event.payload.text, endedAt };
    case 'task.failed':
      return { status: 'failed', error: event.payload.error, endedAt };
    case 'task.skipped':
      return { status: 'skipped', reason: event.payload.reason, endedAt };
    case 'task.cancelled':
      return { status: 'cancelled', reason: event.payload.reason, endedAt };
    case 'task.interrupted':
      return { status: 'interrupted', reason: event.payload.reason, endedAt };
    default:
      return undefined;
  }
}

function taskOf(view: RunView, id: string): TaskView | undefined {
  const index = positionsOf(view.tasks).indexOf(id);
  return index === undefined ? undefined : view.tasks[index];
}

function unplanned(id: string, agent = ''): TaskView {
  return newTask({ id, agent, title: id, description: '', dependencies: [] }, 'pending');
}

function newTask({ id, agent, title, description, dependencies }: PlannedTask, status: TaskState): TaskView {
  const usage = new UsageMeter().snapshot();
  return { id, agent, title, description, status, dependencies, text: '', attempts: 0, usage, activities: [] };
}

/** What has begun stays as it is; only open tasks change, come or go. */
function replan(view: RunView, planned: PlannedTask[]): void {
  const begun = new Map(view.tasks.filter(({ status }) => !isOpenTask(status)).map((task) => [task.id, task]));
  const isDone = (id: string) => begun.get(id)?.status === 'completed';
  const next = planned.map((task) => begun.get(task.id) ?? newTask(task, openState(task, isDone)));
  const names = new Set(planned.map(({ id }) => id));
  view.tasks = [...[...begun.values()].filter(({ id }) => !names.has(id)), ...next];
}

function openState({ dependencies }: { dependencies: readonly string[] }, isDone: (id: string) => boolean): TaskState {
  return dependencies.every(isDone) ? 'pending' : 'blocked';
}

function unblock(view: RunView, completedId: string): void {
  const isDone = (id: string) => taskOf(view, id)?.status === 'completed';
  for (const task of view.tasks) {
    if (task.status === 'blocked' && task.dependencies.includes(completedId) && task.dependencies.every(isDone)) {
      positionsOf(view.tasks).put({ ...task, status: 'pending' });
    }
  }
}

/** A task that is tried again gives those a chance that were skipped because of it. */
function reopenDependents(view: RunView, id: string): void {
  const again = new Set([id]);
  // Each pass reaches the next row of dependents; a plan has no cycles, so the passes end.
  for (let grows = true; grows;) {
    grows = false;
    for (const task of view.tasks) {
      if (task.status !== 'skipped' || !task.dependencies.some((dependency) => again.has(dependency))) continue;
      again.add(task.id);
      positionsOf(view.tasks).put(reopened(task, 'blocked'));
      grows = true;
    }
  }
}

/** A run that was stopped goes on: what had no result is open again. What failed stays failed until it is tried again. */
function reopenStopped(view: RunView): void {
  const isDone = (id: string) => taskOf(view, id)?.status === 'completed';
  for (const task of view.tasks) {
    const isOpen = task.status === 'cancelled' || task.status === 'interrupted' || task.status === 'skipped';
    if (isOpen) positionsOf(view.tasks).put(reopened(task, openState(task, isDone)));
  }
}

function reopened(
  { endedAt: _endedAt, reason: _reason, error: _error, ...task }: TaskView,
  status: TaskState,
): TaskView {
  return { ...task, status };
}

/** A run that is over has no task that still works or waits, whatever its journal lacks. */
function settleTasks(view: RunView, endedAt: string): void {
  const isInterrupted = view.status === 'interrupted';
  for (const task of view.tasks) {
    const isWorking = isWorkingTask(task.status);
    if (!isWorking && (isInterrupted || !isOpenTask(task.status))) continue;
    const unfinished = view.status === 'cancelled' || isWorking ? 'cancelled' : 'skipped';
    positionsOf(view.tasks).put({
      ...task,
      status: isInterrupted ? 'interrupted' : unfinished,
      activities: [],
      endedAt,
    });
  }
}
