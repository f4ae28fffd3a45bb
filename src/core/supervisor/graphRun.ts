// Runs a task graph: each task starts the moment its own dependencies are done, the longest remaining path first, at most so many at once.
//
//   pending ──> blocked ──> running ──> completed
//                  │           ├──> failed ─────┐ dependents: skipped
//                  └─ skipped  └──> cancelled ──┘
import type { TaskState } from '../../api';
import { CANCELLED, failure, messageOf, type Failure } from '../failure';
import type { GraphNode, TaskGraph } from './taskGraph';

export interface RunnableTask extends GraphNode {
  onFailure?: 'continue' | 'abort';
}

/** How one task ended. It never rejects; a rejection is a bug and fails the task. */
export type TaskEnd<R> = { status: 'completed'; result: R } | { status: 'failed' | 'cancelled'; error: Failure };

export interface GraphRunOptions<T extends RunnableTask, R> {
  graph: TaskGraph<T>;
  /** Asked whenever a place may be free; at least 1 counts. */
  maxConcurrency: () => number;
  /** What happens after a failure, where the task itself does not say. */
  onFailure: () => 'continue' | 'abort';
  /** Does a task with the results of its dependencies; `signal` aborts it alone. */
  work: (task: T, dependencies: ReadonlyMap<string, R>, signal: AbortSignal) => Promise<TaskEnd<R>>;
  /** Told of every change of a state, in order; must not throw. */
  onState: (task: T, state: TaskState, details: { error?: Failure; reason?: string }) => void;
  signal: AbortSignal;
  /** Results of tasks that completed before (retry, resume): they are not run again. */
  completed?: ReadonlyMap<string, R>;
}

export interface GraphRunEnd<R> {
  results: ReadonlyMap<string, R>;
  states: ReadonlyMap<string, TaskState>;
  errors: ReadonlyMap<string, Failure>;
}

/** One passage through a graph. Every task ends with a verdict, whatever happens. */
export class GraphRun<T extends RunnableTask, R> {
  private readonly states = new Map<string, TaskState>();
  private readonly results = new Map<string, R>();
  private readonly errors = new Map<string, Failure>();
  private readonly running = new Map<string, AbortController>();
  /** Dependencies of a task that are not done yet. */
  private readonly waitsFor = new Map<string, number>();
  /** Tasks that could start, kept so that the longest remaining path comes last. */
  private ready: string[] = [];
  private paused = false;
  private finish: ((end: GraphRunEnd<R>) => void) | undefined;

  constructor(private readonly options: GraphRunOptions<T, R>) {
    for (const task of options.graph.tasks) this.states.set(task.id, 'pending');
  }

  /** Runs the graph to its end; resolves once no task is running any more. */
  run(): Promise<GraphRunEnd<R>> {
    const { graph, completed, signal } = this.options;
    return new Promise((resolve) => {
      this.finish = resolve;
      for (const task of graph.tasks) {
        const known = completed?.get(task.id);
        if (known === undefined) continue;
        this.results.set(task.id, known);
        this.states.set(task.id, 'completed');
      }
      for (const task of graph.tasks) this.prepare(task);
      signal.addEventListener('abort', () => this.cancelAll(), { once: true });
      if (signal.aborted) this.cancelAll();
      this.startReady();
    });
  }

  stateOf(id: string): TaskState | undefined {
    return this.states.get(id);
  }

  /** Starts nothing new until `resume`; what runs goes on. False if it is paused already. */
  pause(): boolean {
    if (this.paused) return false;
    this.paused = true;
    return true;
  }

  /** False if it is not paused. */
  resume(): boolean {
    if (!this.paused) return false;
    this.paused = false;
    this.startReady();
    return true;
  }

  /** Cancels one task; what can't be done without it is skipped, the rest goes on. Does nothing for one that has ended. */
  cancelTask(id: string): void {
    const controller = this.running.get(id);
    if (controller) {
      controller.abort(CANCELLED);
      return;
    }
    const state = this.states.get(id);
    if (state !== 'pending' && state !== 'blocked') return;
    this.ready = this.ready.filter((waiting) => waiting !== id);
    this.end(id, { status: 'cancelled', error: CANCELLED });
    this.startReady();
  }

  private prepare(task: T): void {
    if (this.states.get(task.id) === 'completed') return;
    const open = task.dependencies.filter((id) => this.states.get(id) !== 'completed').length;
    this.waitsFor.set(task.id, open);
    if (open === 0) this.enqueue(task.id);
    else this.setState(task, 'blocked', {});
  }

  /** Inserted by height, so that taking the last one is taking the longest remaining path. */
  private enqueue(id: string): void {
    const height = this.options.graph.height(id);
    let low = 0;
    let high = this.ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.options.graph.height(this.ready[middle] ?? '') < height) low = middle + 1;
      else high = middle;
    }
    this.ready.splice(low, 0, id);
  }

  private startReady(): void {
    const limit = Math.max(1, this.options.maxConcurrency());
    while (!this.paused && this.running.size < limit) {
      const id = this.ready.pop();
      if (id === undefined) break;
      this.start(id);
    }
    if (this.running.size === 0 && !this.hasOpen()) this.settle();
  }

  private hasOpen(): boolean {
    return (
      this.ready.length > 0 || [...this.states.values()].some((state) => state === 'pending' || state === 'blocked')
    );
  }

  private start(id: string): void {
    const task = this.options.graph.get(id);
    if (!task) return;
    const controller = new AbortController();
    this.running.set(id, controller);
    this.setState(task, 'running', {});
    const inputs = new Map<string, R>();
    for (const dependency of task.dependencies) {
      const result = this.results.get(dependency);
      if (result !== undefined) inputs.set(dependency, result);
    }
    void this.workOn(task, inputs, controller.signal).then((end) => {
      this.running.delete(id);
      this.end(id, end);
      this.startReady();
    });
  }

  private async workOn(task: T, inputs: ReadonlyMap<string, R>, signal: AbortSignal): Promise<TaskEnd<R>> {
    try {
      return await this.options.work(task, inputs, signal);
    } catch (error) {
      return { status: 'failed', error: failure('internal', `Internal error: ${messageOf(error)}`) };
    }
  }

  private end(id: string, end: TaskEnd<R>): void {
    const task = this.options.graph.get(id);
    if (!task) return;
    if (end.status === 'completed') {
      this.results.set(id, end.result);
      this.setState(task, 'completed', {});
      for (const dependent of this.options.graph.dependents(id)) this.release(dependent);
      return;
    }
    this.errors.set(id, end.error);
    this.setState(task, end.status, { error: end.error });
    this.skipDownstream(id, end.status);
    const reaction = task.onFailure ?? this.options.onFailure();
    if (end.status === 'failed' && reaction === 'abort') this.cancelAll();
  }

  private release(id: string): void {
    const open = (this.waitsFor.get(id) ?? 0) - 1;
    this.waitsFor.set(id, open);
    if (open === 0 && this.states.get(id) === 'blocked') {
      const task = this.options.graph.get(id);
      if (task) this.setState(task, 'pending', {});
      this.enqueue(id);
    }
  }

  private skipDownstream(id: string, why: 'failed' | 'cancelled'): void {
    for (const dependent of this.options.graph.downstream(id)) {
      const task = this.options.graph.get(dependent);
      if (task && this.states.get(dependent) === 'blocked') {
        this.setState(task, 'skipped', { reason: `${id} ${why}` });
      }
    }
  }

  private cancelAll(): void {
    this.ready = [];
    for (const controller of this.running.values()) controller.abort(CANCELLED);
    for (const task of this.options.graph.tasks) {
      const state = this.states.get(task.id);
      if (state !== 'pending' && state !== 'blocked') continue;
      this.errors.set(task.id, CANCELLED);
      this.setState(task, 'cancelled', { error: CANCELLED });
    }
    if (this.running.size === 0) this.settle();
  }

  private setState(task: T, state: TaskState, details: { error?: Failure; reason?: string }): void {
    this.states.set(task.id, state);
    this.options.onState(task, state, details);
  }

  private settle(): void {
    this.finish?.({ results: this.results, states: this.states, errors: this.errors });
    this.finish = undefined;
  }
}
