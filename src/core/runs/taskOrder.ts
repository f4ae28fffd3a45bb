// In which order tasks are shown, and what an open one waits for. Tolerant: a view may lack tasks, and nothing here recurses.
import type { TaskView } from './runView';

interface Planned {
  id: string;
  dependencies: readonly string[];
}

type Task = Planned & Pick<TaskView, 'status'>;

/** Dependencies first, otherwise as planned. Tasks on a cycle, which no checked plan has, come last. Algorithm: Kahn's. */
export function inOrder<T extends Planned>(tasks: readonly T[]): T[] {
  const position = new Map(tasks.map(({ id }, index) => [id, index]));
  const open = tasks.map(({ dependencies }) => new Set(dependencies.filter((id) => position.has(id))).size);
  const dependents = dependentsOf(tasks);
  const ordered: T[] = [];
  const placed = new Set<number>();
  // Goes through the plan, and after each task to those that it sets free and that the pass has left behind.
  const place = (start: number) => {
    const queue = [start];
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      const task = tasks[index];
      if (!task || placed.has(index) || open[index] !== 0) continue;
      placed.add(index);
      ordered.push(task);
      for (const dependent of dependents.get(task.id) ?? []) {
        open[dependent] = (open[dependent] ?? 0) - 1;
        if (dependent < start) queue.push(dependent);
      }
    }
  };
  for (let index = 0; index < tasks.length; index += 1) place(index);
  return ordered.length === tasks.length ? ordered : [...ordered, ...tasks.filter((_, index) => !placed.has(index))];
}

/** Positions of the tasks that name each task as a dependency, each once. */
function dependentsOf(tasks: readonly Planned[]): Map<string, number[]> {
  const dependents = new Map<string, number[]>();
  for (const [index, { dependencies }] of tasks.entries()) {
    for (const id of new Set(dependencies)) {
      const known = dependents.get(id);
      if (known) known.push(index);
      else dependents.set(id, [index]);
    }
  }
  return dependents;
}

/** The dependencies that a task which has not begun still waits for, in the plan's order. */
export function waitsFor<T extends Task>(task: Task, byId: ReadonlyMap<string, T>): T[] {
  if (task.status !== 'blocked') return [];
  return task.dependencies.flatMap((id) => {
    const dependency = byId.get(id);
    return dependency && dependency.status !== 'completed' ? [dependency] : [];
  });
}
