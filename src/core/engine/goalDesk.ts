// The goals that are going: from a request to the supervisor, and what may be done to them meanwhile.
import type { ContextItem } from '../../api';
import type { AgentRegistry } from '../agents/agentRegistry';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { parseRequest } from '../routing/parseRequest';
import type { RunContext } from '../runs/runContext';
import type { EarlierWork } from '../supervisor/goalResumption';
import type { GoalControl, GoalOutcome } from '../supervisor/goalRun';
import type { GoalRequest } from '../supervisor/runGoal';
import { placesOf } from './chooseStart';
import type { ResolveContext } from './resolvedContext';
import type { WorkOutcome } from './runLifecycle';

export interface GoalDeskOptions {
  /** Plans a goal, runs its tasks and joins their results; never rejects but for bugs. */
  runGoal(request: GoalRequest, run: RunContext): Promise<GoalOutcome>;
  registry: AgentRegistry;
  onBug: (error: unknown, where: string) => void;
  /** Waited for before a request is read: agents that are still being loaded. */
  ready?(): Promise<void>;
  resolveContext: ResolveContext;
}

type PartControl = Pick<GoalControl, 'cancelTask'>;

interface Going {
  run: RunContext;
  /** Absent while it is planned. */
  control?: PartControl & Partial<GoalControl>;
  isGoal: boolean;
  isPaused: boolean;
  /** What was said while the goal was planned. */
  said: string[];
  /** Messages keep their order although their context takes time to read. */
  last: Promise<void>;
}

const SUPERVISOR = 'supervisor';

export class GoalDesk {
  private readonly going = new Map<string, Going>();

  constructor(private readonly options: GoalDeskOptions) {}

  /** A goal as it was asked for; with `earlier`, what is left of it. */
  async pursue(
    { goal, context, earlier }: { goal: string; context: ContextItem[]; earlier?: EarlierWork },
    run: RunContext,
  ): Promise<WorkOutcome> {
    await this.options.ready?.();
    const parsed = parseRequest(goal, this.options.registry);
    const { text: contextText, images } = await this.options.resolveContext(context, parsed.references, run.signal);
    const places = placesOf(context, parsed);
    return this.work({ text: parsed.text, contextText, images, places, ...(earlier && { earlier }) }, run);
  }

  async work(request: GoalRequest, run: RunContext): Promise<WorkOutcome> {
    const going: Going = { run, isGoal: true, isPaused: false, said: [], last: Promise.resolve() };
    this.going.set(run.runId, going);
    const onTasks = (control: GoalControl) => {
      going.control = control;
      if (going.isPaused) control.pause();
      for (const message of going.said) control.steer(message);
    };
    try {
      return { ...(await this.options.runGoal({ ...request, onTasks }, run)), agent: SUPERVISOR };
    } finally {
      this.going.delete(run.runId);
    }
  }

  /** Other work whose parts can be stopped as tasks can. */
  async withParts<V>(run: RunContext, work: (onParts: (control: PartControl) => void) => Promise<V>): Promise<V> {
    const going: Going = { run, isGoal: false, isPaused: false, said: [], last: Promise.resolve() };
    this.going.set(run.runId, going);
    try {
      return await work((control) => void (going.control = control));
    } finally {
      this.going.delete(run.runId);
    }
  }

  /** Hands what the person says to those that work and to the supervisor; false for a run that is no goal. */
  steer(runId: string, text: string, context: ContextItem[]): boolean {
    const goal = this.going.get(runId);
    if (!goal?.isGoal || goal.control?.isOver?.()) return false;
    const { references } = parseRequest(text, this.options.registry);
    const resolved = this.options.resolveContext(context, references, goal.run.signal);
    goal.last = Promise.all([goal.last, resolved])
      .then(([, { text: contextText }]) => {
        goal.run.emit('task.progress', { message: text, from: 'person' });
        const message = contextText === '' ? text : `${text}\n${markUntrusted(contextText, 'context')}`;
        if (goal.control) goal.control.steer?.(message);
        else goal.said.push(message);
      })
      .catch((error: unknown) => this.options.onBug(error, 'steering'));
    return true;
  }

  /** Stops a task and what is below it; the rest goes on. */
  cancelTask(runId: string, taskId: string): void {
    this.going.get(runId)?.control?.cancelTask(taskId);
  }

  /** Does a task again that failed, was cancelled or skipped, while the others go on; false where there is none to be done again. */
  retryTask(runId: string, taskId: string): boolean {
    return this.going.get(runId)?.control?.retryTask?.(taskId) ?? false;
  }

  /** No task starts and no agent of one asks a model until it is resumed; does nothing for other runs. */
  pause(runId: string): void {
    const goal = this.going.get(runId);
    if (!goal?.isGoal || goal.isPaused) return;
    goal.isPaused = true;
    goal.control?.pause?.();
    goal.run.emit('run.paused', {});
  }

  /** False for a run that is not paused. */
  resume(runId: string): boolean {
    const goal = this.going.get(runId);
    if (!goal?.isPaused) return false;
    goal.isPaused = false;
    goal.control?.resume?.();
    goal.run.emit('run.resumed', {});
    return true;
  }
}
