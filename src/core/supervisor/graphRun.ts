// Runs a task graph: each task starts the moment its own dependencies are done, the longest remaining path first, at most so many at once.
//
//   pending ──> blocked ──> running ──> completed
//                  │           ├──> failed ─────┐ dependents: skipped
//                  ├─ skipped  ├──> cancelled ──┘
//                  │           └──> interrupted     (the window closes: what has not begun stays as it is)
//                  └─ failed, cancelled and skipped ones can be opened again while the others go on
import type { TaskState } from '../../api';
import { CANCELLED, failure, INTERRUPTED, messageOf, type Failure } from '../failure';
import { TaskGraph, type GraphNode } from './taskGraph';
import { TaskPlaces, type TaskPlace } from './taskPlaces';

export interface RunnableTask extends GraphNode {
  onFailure?: 'continue' | 'abort';
}

/** How one task ended. It never rejects; a rejection is a bug and fails the task. */
export type TaskEnd<R> =
  { status: 'completed'; result: R } | { status: 'failed' | 'cancelled' | 'interrupted'; error: Failure };

/** How a task had ended before this passage (retry, resume): it is not run again. */
export type SettledTask<R> =
  { state: 'completed'; result: R } | { state: 'failed' | 'cancelled' | 'skipped'; error?: Failure };

export interface GraphRunOptions<T extends RunnableTask, R> {
  graph: TaskGraph<T>;
  /** Asked whenever a place may be free; at least 1 counts. */
  maxConcurrency: () => number;
  /** What happens after a failure, where the task itself does not say. */
  onFailure: () => 'continue' | 'abort';
  /** Does a task with the results of its dependencies; `signal` aborts it alone. */
  work: (
    task: T,
    dependencies: ReadonlyMap<string, R>,
    at: { signal: AbortSignal; place: TaskPlace },
  ) => Promise<TaskEnd<R>>;
  /** Told of every change of a state, in order; must not throw. */
  onState: (task: T, state: TaskState, details: { error?: Failure; reason?: string }) => void;
  /** Aborted with `INTERRUPTED`, it leaves what has not begun for another window. */
  signal: AbortSignal;
  settled?: ReadonlyMap<string, SettledTask<R>>;
}

export interface GraphRunEnd<T extends RunnableTask, R> {
  /** As they are in the end: a revision may have changed them. */
  tasks: readonly T[];
  results: ReadonlyMap<string, R>;
  states: ReadonlyMap<string, TaskState>;
  errors: ReadonlyMap<string, Failure>;
}

const OPEN: ReadonlySet<TaskState | undefined> = new Set<TaskState>(['pending', 'blocked']);
const GONE: ReadonlySet<TaskState | undefined> = new Set<TaskState>(['failed', 'cancelled', 'skipped']);

/** One passage through a graph. Every task ends with a verdict, whatever happens. */
export class GraphRun<T extends RunnableTask, R> {
  private graph: TaskGraph<T>;
  private readonly states = new Map<string, TaskState>();
  private readonly results = new Map<string, R>();
  private readonly errors = new Map<string, Failure>();
  private readonly running = new Map<string, AbortController>();
  /** Dependencies of a task that are not done yet. */
  private readonly waitsFor = new Map<string, number>();
  private readonly places: TaskPlaces;
  /** Tasks that have not begun. */
  private open = 0;
  private isStopped = false;
  private finish: ((end: GraphRunEnd<T, R>) => void) | undefined;

  constructor(private readonly options: GraphRunOptions<T, R>) {
    this.graph = options.graph;
    this.places = new TaskPlaces(options.maxConcurrency);
    for (const task of this.graph.tasks) this.states.set(task.id, 'pending');
  }

  /** Runs the graph to its end; resolves once no task is running any more. */
  run(): Promise<GraphRunEnd<T, R>> {
    const { settled, signal } = this.options;
    return new Promise((resolve) => {
      this.finish = resolve;
      for (const [id, before] of settled ?? []) this.recall(id, before);
      this.prepareAll(this.graph.tasks);
      const stop = () => this.cancelAll(signal.reason === INTERRUPTED ? INTERRUPTED : CANCELLED);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      this.goOn();
    });
  }

  stateOf(id: string): TaskState | undefined {
    return this.states.get(id);
  }

  /** The tasks that have not begun. */
  openTasks(): T[] {
    return this.graph.tasks.filter(({ id }) => OPEN.has(this.states.get(id)));
  }

  /** Starts nothing new until `resume`; what runs goes on. False if it is paused already. */
  pause(): boolean {
    return this.places.close();
  }

  /** False if it is not paused. */
  resume(): boolean {
    if (!this.places.open()) return false;
    this.goOn();
    return true;
  }

  /** Cancels a task and with it everything below that is not done; the rest goes on. Of a task that is done, only what is below. */
  cancelTask(id: string): void {
    const controller = this.running.get(id);
    const state = this.states.get(id);
    if (controller) controller.abort(CANCELLED);
    else if (OPEN.has(state)) this.cancelOpen(id);
    else if (state === 'completed') {
      for (const below of this.graph.downstream(id)) this.running.get(below)?.abort(CANCELLED);
      for (const below of this.graph.dependents(id)) if (OPEN.has(this.states.get(below))) this.cancelOpen(below);
    }
    this.goOn();
  }

  /**
   * Opens a failed, cancelled or skipped task again, with what it needs and what was skipped because of it. False where nothing was opened:
   * the task is not one of these, or the passage has ended.
   */
  reopen(id: string): boolean {
    if (!this.finish || this.isStopped || !GONE.has(this.states.get(id))) return false;
    const again = new Set(reopened(this.graph, this.states, [id]));
    for (const task of again) {
      this.errors.delete(task);
      this.states.set(task, 'pending');
    }
    this.prepareAll(this.graph.tasks.filter((task) => again.has(task.id)));
    this.goOn();
    return true;
  }

  /** Starts nothing and does not end until what is returned is called, once; undefined where the passage has ended. */
  hold(): (() => void) | undefined {
    if (!this.finish || this.isStopped) return undefined;
    const release = this.places.hold();
    return () => {
      release();
      this.goOn();
    };
  }

  get isOver(): boolean {
    return this.finish === undefined;
  }

  indexOf(id: string): number {
    return this.graph.tasks.findIndex((task) => task.id === id);
  }

  /** All tasks with their states. */
  snapshot(): { task: T; state: TaskState }[] {
    return this.graph.tasks.map((task) => ({ task, state: this.states.get(task.id) ?? 'pending' }));
  }

  /** Puts `tasks` in the place of all that have not begun. They must make a valid graph with the others (see `checkRevision`). */
  revise(tasks: readonly T[]): void {
    if (!this.finish || this.isStopped) return;
    for (const { id } of this.openTasks()) {
      this.places.leave(id);
      this.states.delete(id);
      this.waitsFor.delete(id);
      this.open -= 1;
    }
    const kept = this.graph.tasks.filter(({ id }) => this.states.has(id));
    const known = new Set([...kept, ...tasks].map(({ id }) => id));
    // What was skipped may have waited for a task that is gone.
    const whole = kept.map((task) => {
      const dependencies = task.dependencies.filter((id) => known.has(id));
      return dependencies.length === task.dependencies.length ? task : { ...task, dependencies };
    });
    this.graph = new TaskGraph([...whole, ...tasks]);
    for (const { id } of tasks) this.states.set(id, 'pending');
    this.prepareAll(tasks);
    this.goOn();
  }

  private recall(id: string, before: SettledTask<R>): void {
    if (!this.states.has(id)) return;
    this.states.set(id, before.state);
    if (before.state === 'completed') this.results.set(id, before.result);
    else if (before.error) this.errors.set(id, before.error);
  }

  private prepareAll(tasks: readonly T[]): void {
    const fresh = tasks.filter(({ id }) => this.states.get(id) === 'pending');
    this.open += fresh.length;
    for (const task of fresh) {
      const waiting = task.dependencies.filter((id) => this.states.get(id) !== 'completed');
      this.waitsFor.set(task.id, waiting.length);
      if (waiting.length === 0) this.enqueue(task.id);
      else this.setState(task, 'blocked', {});
    }
    for (const task of fresh) {
      const lost = task.dependencies.find((id) => GONE.has(this.states.get(id)));
      if (lost !== undefined) this.skipBelow(lost);
    }
  }

  private enqueue(id: string): void {
    this.places.enter({ id, height: this.graph.height(id), start: () => this.start(id) });
  }

  private goOn(): void {
    this.places.fill();
    const isOver = this.running.size === 0 && (this.isStopped || (this.open === 0 && !this.places.isHeld));
    if (!isOver) return;
    const { results, states, errors } = this;
    this.finish?.({ tasks: this.graph.tasks, results, states, errors });
    this.finish = undefined;
  }

  private start(id: string): void {
    const task = this.graph.get(id);
    if (!task) throw new Error(`Internal error: ${id} is not in the graph.`);
    const controller = new AbortController();
    this.running.set(id, controller);
    this.open -= 1;
    this.setState(task, 'running', {});
    const inputs = new Map<string, R>();
    for (const dependency of task.dependencies) {
      const result = this.results.get(dependency);
      if (result !== undefined) inputs.set(dependency, result);
    }
    const place = this.places.placeOf(id, this.graph.height(id));
    void this.workOn(task, inputs, { signal: controller.signal, place }).then((end) => {
      this.running.delete(id);
      this.places.release();
      this.end(task, end);
      this.goOn();
    });
  }

  private async workOn(
    task: T,
    inputs: ReadonlyMap<string, R>,
    at: { signal: AbortSignal; place: TaskPlace },
  ): Promise<TaskEnd<R>> {
    try {
      return await this.options.work(task, inputs, at);
    } catch (error) {
      return { status: 'failed', error: failure('internal', `Internal error: ${messageOf(error)}`) };
    }
  }

  private end(task: T, end: TaskEnd<R>): void {
    const { id } = task;
    if (end.status === 'completed') {
      this.results.set(id, end.result);
      this.setState(task, 'completed', {});
      for (const dependent of this.graph.dependents(id)) this.unblock(dependent);
      return;
    }
    this.errors.set(id, end.error);
    this.setState(task, end.status, { error: end.error });
    if (end.status === 'interrupted') return;
    this.skipBelow(id);
    const reaction = task.onFailure ?? this.options.onFailure();
    if (end.status === 'failed' && reaction === 'abort') this.cancelAll(CANCELLED);
  }

  private unblock(id: string): void {
    const waiting = (this.waitsFor.get(id) ?? 0) - 1;
    this.waitsFor.set(id, waiting);
    const task = this.graph.get(id);
    if (waiting !== 0 || !task || this.states.get(id) !== 'blocked') return;
    this.setState(task, 'pending', {});
    this.enqueue(id);
  }

  private cancelOpen(id: string): void {
    const task = this.graph.get(id);
    if (!task) return;
    this.places.leave(id);
    this.open -= 1;
    this.errors.set(id, CANCELLED);
    this.setState(task, 'cancelled', { error: CANCELLED });
    this.skipBelow(id);
  }

  /** Nearest first; what is skipped already has been walked through. */
  private skipBelow(lost: string): void {
    const queue = [lost];
    for (const id of queue) {
      const reason = `${id} ${this.states.get(id) ?? ''}`;
      for (const below of this.graph.dependents(id)) {
        const task = this.graph.get(below);
        if (!task || this.states.get(below) !== 'blocked') continue;
        this.open -= 1;
        this.setState(task, 'skipped', { reason });
        queue.push(below);
      }
    }
  }

  private cancelAll(why: Failure): void {
    this.isStopped = true;
    for (const controller of this.running.values()) controller.abort(why);
    this.places.clear();
    if (why !== INTERRUPTED) {
      for (const task of this.openTasks()) {
        this.open -= 1;
        this.errors.set(task.id, CANCELLED);
        this.setState(task, 'cancelled', { error: CANCELLED });
      }
    }
    this.goOn();
  }

  private setState(task: T, state: TaskState, details: { error?: Failure; reason?: string }): void {
    this.states.set(task.id, state);
    this.options.onState(task, state, details);
  }
}

/** What is done again when `ids` are: they, what they need that is not done, and what was skipped below any of these. */
export function reopened<T extends GraphNode>(
  graph: TaskGraph<T>,
  states: ReadonlyMap<string, TaskState>,
  ids: readonly string[],
): string[] {
  const found = new Set<string>();
  const queue = ids.filter((id) => GONE.has(states.get(id)));
  for (const id of queue) {
    if (found.has(id)) continue;
    found.add(id);
    queue.push(...(graph.get(id)?.dependencies ?? []).filter((needed) => GONE.has(states.get(needed))));
    queue.push(...graph.dependents(id).filter((below) => states.get(below) === 'skipped'));
  }
  return [...found];
}
