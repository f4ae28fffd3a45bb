// The rows of a goal: its plan, its tasks in the order in which they can be done, the joining of their results. Pure.
import type { Failure } from '../../api';
import { isOpenTask, isWorkingTask } from '../../core/runs/runStates';
import type { PhaseView, RunView, TaskView } from '../../core/runs/runView';
import { inOrder, waitsFor } from '../../core/runs/taskOrder';
import { formatDuration } from '../../protocol/measures';
import { joined, type Row } from './row';
import type { RunWords } from './runRows';
import { stateLook } from './stateLooks';
import { stepRows } from './stepRows';
import { usageDetails, usageParts } from './usageText';

export interface GoalContext {
  now: number;
  words: RunWords;
  /** This window works on the run, so that its tasks can be stopped. */
  isHere: boolean;
}

/** Characters of a result in a tooltip. */
const MAX_RESULT_TEXT = 600;

export function goalRows(view: RunView, context: GoalContext): Row[] {
  const { words } = context;
  const rows: Row[] = [];
  if (view.plan) {
    const { rejected, revised } = view.plan;
    const notes = [rejected > 0 ? words.planRejected(rejected) : '', revised > 0 ? words.planRevised(revised) : ''];
    rows.push(phaseRow(view.plan, { id: `${view.runId}/plan`, label: words.plan, notes, context }));
  }
  const byId = new Map(view.tasks.map((task) => [task.id, task]));
  for (const task of inOrder(view.tasks)) rows.push(taskRow(view, { task, byId, context }));
  if (view.synthesis) {
    const id = `${view.runId}/synthesis`;
    rows.push(phaseRow(view.synthesis, { id, label: words.synthesis, notes: [], context }));
  }
  return rows;
}

interface PhaseRow {
  id: string;
  label: string;
  notes: string[];
  context: GoalContext;
}

function phaseRow(phase: PhaseView, { id, label, notes, context }: PhaseRow): Row {
  const { now, words } = context;
  const state = phase.error ? words.failed(phase.error.reason) : words.state(phase.status);
  const isPlain = phase.status === 'completed' || phase.status === 'running';
  return {
    id,
    label,
    description: joined([
      'supervisor',
      isPlain ? '' : state,
      timeOf(phase, now),
      ...notes,
      ...usageParts(phase.usage, words),
    ]),
    ...stateLook(phase.status),
    details: [['error', phase.error?.message ?? ''], ...usageDetails(phase.usage, words)],
    contextValue: 'step phase',
  };
}

interface TaskAtHand {
  task: TaskView;
  byId: ReadonlyMap<string, TaskView>;
  context: GoalContext;
}

function taskRow(view: RunView, at: TaskAtHand): Row {
  const { task, context } = at;
  const hasBegun = task.attempts > 0;
  return {
    id: `${view.runId}/task/${task.id}`,
    label: task.title,
    description: taskDescription(at),
    ...stateLook(task.status),
    details: taskDetails(at),
    ...(hasBegun && { children: () => rowsBelowTask(view, task, context) }),
    contextValue: taskContextValue(task, context),
    target: { taskId: task.id },
  };
}

/** What the menus of a task go by: its state, `stoppable` while that can be done from here, `result` where there is one. */
function taskContextValue(task: TaskView, { isHere }: GoalContext): string {
  const canStop = isHere && (isOpenTask(task.status) || isWorkingTask(task.status));
  return ['task', task.status, canStop ? 'stoppable' : 'settled', task.text === '' ? '' : 'result']
    .filter(Boolean)
    .join(' ');
}

/** Who, in which state, how long, doing what, at what price; of a task that has not begun what it waits for. */
export function taskDescription({ task, byId, context: { now, words } }: TaskAtHand): string {
  const { agent, status } = task;
  if (status === 'blocked') return words.waitsFor(waitsFor(task, byId).map(({ title }) => title));
  if (status === 'pending') return joined([agent, words.queued]);
  return joined([
    agent,
    taskState(task, byId, words),
    status === 'skipped' ? '' : timeOf(task, now),
    isWorkingTask(status) ? activityOf(task) : '',
    task.attempts > 1 ? words.attempts(task.attempts) : '',
    ...usageParts(task.usage, words),
  ]);
}

function taskState(task: TaskView, byId: ReadonlyMap<string, TaskView>, words: RunWords): string {
  const reason = task.error?.reason;
  if (task.status === 'failed' && reason !== undefined) return words.failed(reason);
  if (task.status === 'retrying' && reason !== undefined) return words.triesAgain(reason);
  if (task.status !== 'skipped') return words.state(task.status);
  const missing = task.dependencies.map((id) => byId.get(id)).find((one) => one && one.status !== 'completed');
  return missing ? words.skippedBecause(missing.title, missing.status) : words.state('skipped');
}

/** What it does, waits for or failed with, for a place that has an icon for the state; empty for one that is done. */
export function taskNote(task: TaskView, byId: ReadonlyMap<string, TaskView>, words: RunWords): string {
  switch (task.status) {
    case 'completed':
      return '';
    case 'blocked':
      return words.waitsFor(waitsFor(task, byId).map(({ title }) => title));
    case 'running':
      return activityOf(task);
    default:
      return taskState(task, byId, words);
  }
}

/** The tool that was started last, by its name. */
function activityOf({ activities }: TaskView): string {
  return activities.findLast(({ kind }) => kind === 'tool')?.name ?? '';
}

function timeOf({ startedAt, endedAt }: Pick<TaskView, 'startedAt' | 'endedAt'>, now: number): string {
  if (startedAt === undefined) return '';
  return formatDuration((endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

function taskDetails({ task, byId, context: { words } }: TaskAtHand): [string, string][] {
  const titles = (ids: readonly string[]) => ids.map((id) => byId.get(id)?.title ?? id).join(', ');
  const waiting = waitsFor(task, byId).map(({ id }) => id);
  return [
    ['task', task.description],
    ['agent', task.agent],
    ['state', words.state(task.status)],
    ['waitsFor', titles(waiting)],
    ['needs', titles(task.dependencies)],
    ['doing', task.activities.map(({ title }) => title).join(', ')],
    ['started', task.startedAt ?? ''],
    ['attempts', task.attempts > 1 ? String(task.attempts) : ''],
    ...usageDetails(task.usage, words),
    ['error', errorOf(task.error)],
    ['result', task.text.length > MAX_RESULT_TEXT ? `${task.text.slice(0, MAX_RESULT_TEXT)}…` : task.text],
  ];
}

function errorOf(error: Failure | undefined): string {
  return error?.message ?? '';
}

/** The tools of the one agent that works on the task; of several attempts each with its own. */
function rowsBelowTask(view: RunView, task: TaskView, { now, words }: GoalContext): Row[] {
  const rows = stepRows(view, task.id, { now, words });
  const attempts = rows.filter(({ contextValue }) => contextValue === 'step agent');
  const [only] = attempts;
  if (attempts.length === 1 && only) return rows.flatMap((row) => (row === only ? (row.children?.() ?? []) : [row]));
  let number = 0;
  return rows.map((row) => {
    if (row.contextValue !== 'step agent') return row;
    number += 1;
    return { ...row, description: joined([words.attempt(number), row.description]) };
  });
}
