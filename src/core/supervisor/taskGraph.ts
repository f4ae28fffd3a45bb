// The tasks of a plan and who waits for whom. Everything walks with loops: a chain of thousands must not overflow the stack.

export interface GraphNode {
  id: string;
  dependencies: readonly string[];
}

/** A cycle as `[a, b, a]`, or undefined. Unknown dependencies are ignored. Algorithm: depth-first search in three colours. */
export function findCycle(nodes: readonly GraphNode[]): string[] | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  for (const { id } of nodes) {
    const path: { id: string; next: number }[] = done.has(id) ? [] : [{ id, next: 0 }];
    const onPath = new Set(path.map((step) => step.id));
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const dependency = byId.get(step.id)?.dependencies[step.next];
      step.next += 1;
      if (dependency === undefined) {
        path.pop();
        onPath.delete(step.id);
        done.add(step.id);
      } else if (onPath.has(dependency)) {
        const ids = path.map((entry) => entry.id);
        return [...ids.slice(ids.indexOf(dependency)), dependency];
      } else if (byId.has(dependency) && !done.has(dependency)) {
        path.push({ id: dependency, next: 0 });
        onPath.add(dependency);
      }
    }
  }
  return undefined;
}

/** A checked graph: ids are unique, dependencies known, no cycle (see `checkPlan`); anything else is a bug. */
export class TaskGraph<T extends GraphNode> {
  private readonly nodes: ReadonlyMap<string, T>;
  private readonly dependentsOf = new Map<string, string[]>();
  /** Tasks on the longest way from each task to an end, itself included. */
  private readonly heights = new Map<string, number>();

  constructor(readonly tasks: readonly T[]) {
    this.nodes = new Map(tasks.map((task) => [task.id, task]));
    if (this.nodes.size !== tasks.length || findCycle(tasks))
      throw new Error('Internal error: the task graph is not valid.');
    for (const task of tasks) {
      this.dependentsOf.set(task.id, this.dependentsOf.get(task.id) ?? []);
      for (const dependency of task.dependencies) {
        if (!this.nodes.has(dependency)) throw new Error(`Internal error: the task graph lacks ${dependency}.`);
        const dependents = this.dependentsOf.get(dependency) ?? [];
        dependents.push(task.id);
        this.dependentsOf.set(dependency, dependents);
      }
    }
    this.measureHeights();
  }

  get(id: string): T | undefined {
    return this.nodes.get(id);
  }

  /** Those that wait for `id` itself. */
  dependents(id: string): readonly string[] {
    return this.dependentsOf.get(id) ?? [];
  }

  /** Everything that can't be done without `id`, nearest first, without `id`. */
  downstream(id: string): string[] {
    const found = new Set<string>(this.dependents(id));
    // A set is walked in the order in which it grows.
    for (const next of found) for (const below of this.dependents(next)) found.add(below);
    return [...found];
  }

  /** Length of the longest way from `id` to an end, in tasks: what should start first. */
  height(id: string): number {
    return this.heights.get(id) ?? 0;
  }

  /** Ends first, so that each task comes after all of its dependents. Algorithm: Kahn's, on the reversed graph. */
  private measureHeights(): void {
    const open = new Map(this.tasks.map((task) => [task.id, this.dependents(task.id).length]));
    const ready = this.tasks.filter((task) => open.get(task.id) === 0).map((task) => task.id);
    for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
      let below = 0;
      for (const dependent of this.dependents(id)) below = Math.max(below, this.heights.get(dependent) ?? 0);
      this.heights.set(id, 1 + below);
      for (const dependency of this.nodes.get(id)?.dependencies ?? []) {
        const left = (open.get(dependency) ?? 0) - 1;
        open.set(dependency, left);
        if (left === 0) ready.push(dependency);
      }
    }
  }
}
