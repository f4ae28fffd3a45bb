// What a goal adds to its turn in the chat: the line of its plan, a heading for each task, the line above the joined answer. Pure.
import type { RunView, TaskView } from '../../core/runs/runView';
import { inOrder } from '../../core/runs/taskOrder';
import type { TurnItem } from '../../protocol/chat/chatTurn';
import type { Shown } from './stepItems';

/** Headings in one turn; the view of runs and the report have all tasks. */
export const MAX_TASKS = 200;

type TaskItem = Extract<TurnItem, { kind: 'task' }>;

/** Several agents that were asked at once have tasks too, but no plan: their answers are what was asked for. */
export function isGoal({ plan }: RunView): boolean {
  return plan !== undefined;
}

/** Puts plan and headings after the route, and the supervisor's line above the answer. Items of tasks without a heading go. */
export function withGoal(items: readonly TurnItem[], shown: Shown): TurnItem[] {
  const { run } = shown;
  const heads = taskItems(shown);
  const named = new Set(heads.map(({ taskId }) => taskId));
  const own = items.filter((item) => item.taskId === undefined || named.has(item.taskId));
  const first = own.findIndex(({ kind }) => kind !== 'route');
  const begin = first === -1 ? own.length : first;
  const before = [...own.slice(0, begin), ...planItem(run, run.tasks.length - heads.length), ...heads];
  const rest = own.slice(begin);
  const answer = rest.findIndex(
    (item) => item.kind === 'text' && item.taskId === undefined && item.agent === 'supervisor',
  );
  const end = answer === -1 ? rest.length : answer;
  return [...before, ...rest.slice(0, end), ...synthesisItem(run), ...rest.slice(end)];
}

function planItem({ runId, plan, tasks, steps }: RunView, hidden: number): TurnItem[] {
  if (!plan) return [];
  const model = steps.find((step) => step.kind === 'model' && step.agent === 'supervisor' && step.taskId === undefined);
  return [
    {
      id: `${runId}/plan`,
      agent: 'supervisor',
      kind: 'plan',
      status: plan.status,
      done: tasks.filter(({ status }) => status === 'completed').length,
      all: tasks.length,
      revised: plan.revised,
      hidden,
      ...(model?.kind === 'model' && { model: model.model }),
      ...msOf(plan),
    },
  ];
}

function taskItems({ run, headings, texts }: Shown): TaskItem[] {
  return chosen(inOrder(run.tasks)).map((task) => {
    const { id, agent, title, status, attempts, usage, startedAt } = task;
    return {
      id: `${run.runId}/task/${id}`,
      agent,
      kind: 'task',
      taskId: id,
      title,
      status,
      note: texts.taskNote(task, headings),
      attempts,
      tokens: usage.inputTokens + usage.outputTokens,
      ...(usage.costUsd !== undefined && { costUsd: usage.costUsd }),
      ...(startedAt !== undefined && { startedAt }),
      ...msOf(task),
    };
  });
}

/** Of very many tasks those that a person looks for first, in their order. */
function chosen(tasks: TaskView[]): TaskView[] {
  if (tasks.length <= MAX_TASKS) return tasks;
  const matters = tasks.filter(({ status }) => status !== 'completed' && status !== 'pending' && status !== 'blocked');
  const kept = new Set(matters.slice(0, MAX_TASKS));
  for (const task of tasks) if (kept.size < MAX_TASKS) kept.add(task);
  return tasks.filter((task) => kept.has(task));
}

function synthesisItem({ runId, synthesis }: RunView): TurnItem[] {
  if (!synthesis) return [];
  const { status, startedAt } = synthesis;
  return [
    {
      id: `${runId}/synthesis`,
      agent: 'supervisor',
      kind: 'agent',
      status: status === 'running' || status === 'completed' ? status : 'failed',
      startedAt,
      ...msOf(synthesis),
    },
  ];
}

function msOf({ startedAt, endedAt }: Pick<TaskView, 'startedAt' | 'endedAt'>): { ms?: number } {
  if (startedAt === undefined || endedAt === undefined) return {};
  return { ms: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) };
}
