// Where the tasks of a plan stand in a picture of it: a column behind the last of their dependencies, a row near them. Pure.
import { inOrder } from './taskOrder';

interface Task {
  id: string;
  dependencies: readonly string[];
}

export interface PlanLayout {
  columns: number;
  rows: number;
  /** In the order of the tasks' columns; each place is taken once. */
  places: { id: string; column: number; row: number }[];
  /** From a task to one that needs it. */
  links: { from: string; to: string }[];
}

/** Of larger plans a picture says nothing; their tasks are listed. */
const MAX_TASKS = 300;

/** Undefined for a plan without links between its tasks, and for one that is too large to be looked at. */
export function layOutPlan(tasks: readonly Task[]): PlanLayout | undefined {
  if (tasks.length > MAX_TASKS) return undefined;
  const known = new Set(tasks.map(({ id }) => id));
  const links = tasks.flatMap(({ id, dependencies }) =>
    [...new Set(dependencies)].flatMap((from) => (known.has(from) && from !== id ? [{ from, to: id }] : [])),
  );
  if (links.length === 0) return undefined;
  const columns = columnsOf(inOrder(tasks));
  const rows = new Map<string, number>();
  for (const column of columns) placeRows(column, rows);
  const places = columns.flatMap((column, index) =>
    column.map(({ id }) => ({ id, column: index, row: rows.get(id) ?? 0 })),
  );
  return { columns: columns.length, rows: 1 + Math.max(0, ...places.map(({ row }) => row)), places, links };
}

/** Tasks by the number of tasks on the longest way to them. */
function columnsOf(ordered: readonly Task[]): Task[][] {
  const columnOf = new Map<string, number>();
  const columns: Task[][] = [];
  for (const task of ordered) {
    const before = task.dependencies.map((id) => columnOf.get(id) ?? -1);
    const column = 1 + Math.max(-1, ...before);
    columnOf.set(task.id, column);
    (columns[column] ??= []).push(task);
  }
  return columns;
}

/** Gives each task of a column the free row that is nearest to the middle of its dependencies. */
function placeRows(column: readonly Task[], rows: Map<string, number>): void {
  const wanted = column.map((task, index) => {
    const near = task.dependencies.flatMap((id) => rows.get(id) ?? []);
    const middle = near.length === 0 ? index : near.reduce((sum, row) => sum + row, 0) / near.length;
    return { id: task.id, middle };
  });
  const taken = new Set<number>();
  for (const { id, middle } of wanted.sort((a, b) => a.middle - b.middle)) {
    const row = nearestFree(Math.round(middle), taken);
    taken.add(row);
    rows.set(id, row);
  }
}

function nearestFree(wanted: number, taken: ReadonlySet<number>): number {
  for (let distance = 0; ; distance += 1) {
    if (!taken.has(wanted + distance)) return wanted + distance;
    if (wanted >= distance && !taken.has(wanted - distance)) return wanted - distance;
  }
}
