// The part of a run's view that tells of the tasks of its plan.
import type { EventPayloads } from '../../api';
import type { TeamEvent } from '../events/teamEvent';
import type { RunView, TaskView } from './runView';
import { positionsOf } from './positions';

type PlannedTask = EventPayloads['plan.created']['tasks'][number];

const OPEN: ReadonlySet<string> = new Set(['pending', 'blocked']);

/** Mutates `view`, which is the caller's own copy; a changed task is a new object in the shared array. */
export function reduceTask(view: RunView, event: TeamEvent): void {
  if (event.topic === 'plan.created' || event.topic === 'plan.revised') {
    replan(view, event.payload.tasks);
    return;
  }
  if (event.topic.startsWith('approval.')) {
    showWaiting(view, event);
    return;
  }
  if (event.taskId === undefined || !event.topic.startsWith('task.')) return;
  const change = changeOf(event);
  if (!change) return;
  const tasks = positionsOf(view.tasks);
  const index = tasks.indexOf(event.taskId);
  const task = index === undefined ? unplanned(event.taskId, event.agent) : view.tasks[index];
  if (!task) return;
  const next: TaskView = { ...task, ...change };
  if (event.topic === 'task.started' || event.topic === 'task.retrying') delete next.endedAt;
  if (event.topic === 'task.started' || event.topic === 'task.completed') delete next.error;
  if (event.agent !== undefined) next.agent = event.agent;
  tasks.put(next);
  if (event.topic === 'task.completed') unblock(view, event.taskId);
}

/** A task waits as long as one of its questions does. The view's list is that before the event. */
function showWaiting(view: RunView, event: TeamEvent): void {
  const tasks = positionsOf(view.tasks);
  const index = event.taskId === undefined ? undefined : tasks.indexOf(event.taskId);
  const task = index === undefined ? undefined : view.tasks[index];
  if (!task) return;
  if (event.topic === 'approval.requested') {
    if (task.status === 'running') tasks.put({ ...task, status: 'waiting-approval' });
    return;
  }
  if (!('id' in event.payload) || task.status !== 'waiting-approval') return;
  const { id } = event.payload;
  const waits = view.approvals.some((approval) => approval.taskId === task.id && approval.id !== id);
  if (!waits) tasks.put({ ...task, status: 'running' });
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
      return { status: 'skipped', endedAt };
    case 'task.cancelled':
      return { status: 'cancelled', endedAt };
    case 'task.interrupted':
      return { status: 'interrupted', endedAt };
    default:
      return undefined;
  }
}

function unplanned(id: string, agent = ''): TaskView {
  return { id, agent, title: id, status: 'pending', dependencies: [], text: '', attempts: 0 };
}

/** What has begun stays as it is; only open tasks change, come or go. */
function replan(view: RunView, planned: PlannedTask[]): void {
  const begun = new Map(view.tasks.filter(({ status }) => !OPEN.has(status)).map((task) => [task.id, task]));
  const next = planned.map((task) => begun.get(task.id) ?? open(task, begun));
  const names = new Set(planned.map(({ id }) => id));
  view.tasks = [...[...begun.values()].filter(({ id }) => !names.has(id)), ...next];
}

function open({ id, agent, title, dependencies }: PlannedTask, begun: ReadonlyMap<string, TaskView>): TaskView {
  const ready = dependencies.every((dependency) => begun.get(dependency)?.status === 'completed');
  return { id, agent, title, status: ready ? 'pending' : 'blocked', dependencies, text: '', attempts: 0 };
}

function unblock(view: RunView, completedId: string): void {
  const tasks = positionsOf(view.tasks);
  const isDone = (id: string) => {
    const index = tasks.indexOf(id);
    return index !== undefined && view.tasks[index]?.status === 'completed';
  };
  for (const task of view.tasks) {
    if (task.status === 'blocked' && task.dependencies.includes(completedId) && task.dependencies.every(isDone)) {
      tasks.put({ ...task, status: 'pending' });
    }
  }
}
