// The tasks of a goal: runs what can run at once, and joins what there is. Every task ends with a verdict.
import { CANCELLED, failure, INTERRUPTED, isStop, type Failure } from '../failure';
import { failureOfSignal } from '../model/modelAttempt';
import type { RunContext } from '../runs/runContext';
import type { EarlierWork } from './goalResumption';
import type { GoalServices } from './goalServices';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { GraphRun, type GraphRunEnd } from './graphRun';
import type { PlannedTask } from './plan';
import { revisePlan } from './revision';
import type { SuggestionAnswer } from './revisionTool';
import { joinResults, synthesise, type TaskVerdict } from './synthesis';
import { TaskGraph } from './taskGraph';
import type { TaskOutput } from './taskOutput';
import { TaskMerges } from './taskMerges';
import { TaskRun } from './taskRun';

export interface GoalControl {
  /** Cancels a task and what is below it; the rest goes on. */
  cancelTask(taskId: string): void;
  /** Does a failed, cancelled or skipped task again while the others go on; false where that is not possible any more. */
  retryTask(taskId: string): boolean;
  /** Nothing new starts, and what works stops before its next model call. */
  pause(): void;
  resume(): void;
  /** Tells those that work and the supervisor, who may revise what is open. False once the tasks are done. */
  steer(message: string): boolean;
  /** True once every task has its verdict. */
  isOver(): boolean;
}

export interface GoalOutcome {
  status: 'completed' | 'partial' | 'failed';
  text: string;
  error?: Failure;
}

export interface GoalMaterial {
  text: string;
  contextText?: string;
  places?: readonly string[];
}

export interface GoalRunOptions {
  goal: GoalMaterial;
  tasks: readonly PlannedTask[];
  earlier?: EarlierWork | undefined;
}

/** One passage through the plan of a goal. */
export class GoalRun {
  private readonly passage: GraphRun<PlannedTask, TaskOutput>;
  /** Tasks that report their end themselves. */
  private readonly begun = new Set<string>();
  private readonly merges: TaskMerges;
  private readonly attempts: Map<string, number>;
  /** What the person said so far; tasks read on from where they were. */
  private readonly said: string[];
  private revisions: number;
  private revising: Promise<void> = Promise.resolve();
  private paused: { resumed: Promise<void>; resume: () => void } | undefined;

  /** `run` is the run's scope; its cause is what made the plan. */
  constructor(
    private readonly services: GoalServices,
    private readonly options: GoalRunOptions,
    private readonly run: RunContext,
  ) {
    const { settings } = services;
    const { tasks, earlier } = options;
    this.merges = new TaskMerges(services);
    this.said = [...(earlier?.said ?? [])];
    this.revisions = earlier?.revisions ?? 0;
    this.attempts = new Map(earlier?.attempts);
    this.passage = new GraphRun<PlannedTask, TaskOutput>({
      graph: new TaskGraph(tasks),
      maxConcurrency: () => settings().supervisor.maxConcurrency,
      onFailure: () => settings().supervisor.onFailure,
      work: async (task, inputs, at) => {
        const { signal, place } = at;
        this.begun.add(task.id);
        const assignment = {
          task,
          index: this.passage.indexOf(task.id),
          goal: options.goal,
          inputs,
          attemptsBefore: this.attempts.get(task.id) ?? 0,
          unknownCalls: earlier?.unknownCalls.get(task.id) ?? [],
          place,
          merges: this.merges,
          untilResumed: () => this.paused?.resumed,
          said: this.said,
          ...(this.mayRevise() && { suggestRevision: (why: string) => this.suggest(task, why) }),
        };
        // Tasks that start at once prepare one after the other: the first has its model at work while the last still gets ready.
        await services.clock.turn();
        return new TaskRun(services, assignment, run.with({ signal })).finish();
      },
      onState: (task, state, { error, reason }) => {
        if (state !== 'skipped' && state !== 'cancelled') return;
        const scope = run.with({ taskId: task.id, ...services.registry.scopeOf(task.agent) });
        if (state === 'skipped') scope.emit('task.skipped', { reason: reason ?? '' });
        if (state === 'cancelled' && !this.begun.has(task.id)) {
          scope.emit('task.cancelled', { reason: error?.reason ?? CANCELLED.reason });
        }
      },
      signal: run.signal,
      ...(earlier && { settled: earlier.settled }),
    });
  }

  get control(): GoalControl {
    const { passage } = this;
    return {
      cancelTask: (id) => passage.cancelTask(id),
      retryTask: (id) => passage.reopen(id),
      pause: () => this.pause(),
      resume: () => this.resume(),
      steer: (message) => this.steer(message),
      isOver: () => passage.isOver,
    };
  }

  async finish(): Promise<GoalOutcome> {
    return this.judge(await this.passage.run());
  }

  private steer(message: string): boolean {
    const release = this.passage.hold();
    if (!release) return false;
    this.said.push(message);
    this.reviseThen(release, { text: `The person says: ${message}`, source: 'request' });
    return true;
  }

  /** True while there is something to revise, and a revision left. */
  private mayRevise(): boolean {
    return this.revisions < this.services.settings().supervisor.maxReplans && this.passage.openTasks().length > 0;
  }

  /** What an agent found out at its task. Nothing starts until the supervisor has looked at it. */
  private suggest(task: PlannedTask, why: string): SuggestionAnswer {
    if (this.passage.openTasks().length === 0) return 'nothing_open';
    const release = this.mayRevise() ? this.passage.hold() : undefined;
    if (!release) return 'no_more';
    const text = `${task.agent} found out at the task "${task.id}":\n${markUntrusted(why, `task ${task.id}`)}`;
    this.reviseThen(release, { text, source: `task ${task.id}` });
    return 'taken';
  }

  private reviseThen(release: () => void, news: { text: string; source: string }): void {
    this.revising = this.revising
      .then(() => this.revise(news))
      .catch((error: unknown) => this.services.onBug(error, 'revision'))
      .finally(release);
  }

  /** Finished tasks stay; an invalid revision leaves the plan as it is. */
  private async revise({ text, source }: { text: string; source: string }): Promise<void> {
    const { maxReplans } = this.services.settings().supervisor;
    if (this.isStopped() || this.revisions >= maxReplans) return;
    this.revisions += 1;
    const input = { stage: 'input', text, agent: 'supervisor', source } as const;
    const guarded = this.services.guardrails.apply(input, this.run);
    if (guarded.blocked) return;
    const all = this.passage.snapshot();
    const open = new Set(this.passage.openTasks().map(({ id }) => id));
    const tasks = await revisePlan(
      this.services,
      {
        goal: this.options.goal.text,
        kept: all.filter(({ task }) => !open.has(task.id)),
        open: all.flatMap(({ task }) => (open.has(task.id) ? [task] : [])),
        why: guarded.text,
      },
      this.run,
    );
    if (tasks && !this.isStopped()) this.passage.revise(tasks);
  }

  private pause(): void {
    if (!this.passage.pause()) return;
    let resume: () => void = () => undefined;
    const resumed = new Promise<void>((resolve) => (resume = resolve));
    this.paused = { resumed, resume };
  }

  private resume(): void {
    this.paused?.resume();
    this.paused = undefined;
    this.passage.resume();
  }

  private async judge(end: GraphRunEnd<PlannedTask, TaskOutput>): Promise<GoalOutcome> {
    const { goal } = this.options;
    const verdicts = end.tasks.map((task) => verdictOf(task, end));
    const done = verdicts.filter(({ status }) => status === 'completed');
    const missing = verdicts.find(({ status }) => status !== 'completed');
    // A task that was cancelled does not make its run a cancelled one.
    const error = verdicts.find((verdict) => verdict.error && !isStop(verdict.error))?.error;
    if (this.isStopped()) return { status: 'failed', text: joinResults(done), error: this.why() };
    if (done.length === 0) {
      return { status: 'failed', text: joinResults(verdicts), error: error ?? NOTHING_COMPLETED };
    }
    const joined = await synthesise(this.services, { goal: goal.text, verdicts }, this.run);
    const text = [joined.text, ...this.merges.verdicts].join('\n\n');
    if (this.isStopped()) return { status: 'failed', text, error: this.why() };
    if (joined.error) return { status: 'partial', text, error: joined.error };
    return missing ? { status: 'partial', text, ...(error && { error }) } : { status: 'completed', text };
  }

  private isStopped(): boolean {
    return this.run.signal.aborted;
  }

  private why(): Failure {
    const why = failureOfSignal(this.run.signal);
    return why.reason === INTERRUPTED.reason ? INTERRUPTED : CANCELLED;
  }
}

const NOTHING_COMPLETED = failure('goal.nothing_completed', 'No task of the plan was completed.');

function verdictOf(task: PlannedTask, end: GraphRunEnd<PlannedTask, TaskOutput>): TaskVerdict {
  const output = end.results.get(task.id);
  if (output !== undefined) return { task, status: 'completed', output };
  const error = end.errors.get(task.id);
  const state = end.states.get(task.id);
  const status = state === 'failed' || state === 'cancelled' ? state : 'skipped';
  return { task, status, ...(error && { error }) };
}
