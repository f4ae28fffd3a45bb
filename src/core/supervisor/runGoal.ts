// A goal from plan to answer: plan, run what can run at once, join what there is.
//
//   invoke_workflow goal
//     plan supervisor > chat
//     task a > invoke_agent dev > …      task b …
//     synthesize > chat
import { withDeadline } from '../agents/deadline';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { runAgent } from '../agents/runAgent';
import { requestMessage } from '../agents/userMessage';
import { CANCELLED, failure, type Failure } from '../failure';
import { cutText } from '../memory/cutText';
import type { ContentPart } from '../model/chatModel';
import type { TeamServices } from '../routing/askTeam';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import { GraphRun, type GraphRunEnd, type TaskEnd } from './graphRun';
import type { PlannedTask } from './plan';
import { NO_AGENTS, planGoal } from './planner';
import { joinResults, synthesise, type TaskVerdict } from './synthesis';
import { TaskGraph } from './taskGraph';

export interface GoalRequest {
  text: string;
  images?: Extract<ContentPart, { type: 'image' }>[];
  contextText?: string;
  /** Called once the tasks are known: what may be done to them while they run. */
  onTasks?(control: GoalControl): void;
}

export interface GoalControl {
  cancelTask(taskId: string): void;
  /** False if it is paused already. */
  pause(): boolean;
  /** False if it is not paused. */
  resume(): boolean;
}

export interface GoalOutcome {
  status: 'completed' | 'partial' | 'failed';
  text: string;
  error?: Failure;
}

/** Tokens of one dependency's result that a task gets to see. */
const MAX_RESULT_TOKENS = 6_000;

/** Never rejects but for bugs. Every task of the plan ends with a verdict. */
export async function runGoal(services: TeamServices, request: GoalRequest, run: RunContext): Promise<GoalOutcome> {
  if (services.registry.enabled().length === 0) return { status: 'failed', text: '', error: NO_AGENTS };
  const { text, contextText, images } = request;
  const guarded = requestMessage(services, { text, contextText, images, agent: 'supervisor' }, run);
  if ('failure' in guarded) return { status: 'failed', text: '', error: guarded.failure };
  const instructions = await readInstructions(services, 'supervisor', run);
  const planned = await planGoal(
    services,
    { message: guarded.message, ...(instructions !== undefined && { instructions }) },
    guarded.eventId === undefined ? run : run.with({ cause: guarded.eventId }),
  );
  if (planned.kind === 'failed') return { status: 'failed', text: planned.text, error: planned.failure };
  return new GoalRun(services, request, planned.tasks, run.with({ cause: planned.eventId })).finish();
}

/** What helps but must not be in the way: a failure is reported and the work goes on without. */
async function readInstructions(services: TeamServices, agent: string, run: RunContext): Promise<string | undefined> {
  try {
    return await services.instructionsFor?.(agent, run.signal);
  } catch (error) {
    services.onBug(error, 'instructions');
    return undefined;
  }
}

class GoalRun {
  private readonly graph: TaskGraph<PlannedTask>;
  private readonly spans = new Map<string, Span>();

  constructor(
    private readonly services: TeamServices,
    private readonly request: GoalRequest,
    private readonly tasks: readonly PlannedTask[],
    private readonly run: RunContext,
  ) {
    this.graph = new TaskGraph(tasks);
  }

  async finish(): Promise<GoalOutcome> {
    const { services, run, request } = this;
    const passage = new GraphRun<PlannedTask, string>({
      graph: this.graph,
      maxConcurrency: () => services.settings().supervisor.maxConcurrency,
      onFailure: () => services.settings().supervisor.onFailure,
      work: (task, results, signal) => this.doTask(task, results, signal),
      onState: (task, state, { error, reason }) => {
        const scope = run.with({ taskId: task.id, agent: task.agent });
        if (state === 'skipped') scope.emit('task.skipped', { reason: reason ?? '' });
        // A task that had begun says so itself.
        if (state === 'cancelled' && !this.spans.has(task.id)) {
          scope.emit('task.cancelled', { reason: error?.reason ?? CANCELLED.reason });
        }
      },
      signal: run.signal,
    });
    request.onTasks?.({
      cancelTask: (id) => passage.cancelTask(id),
      pause: () => passage.pause(),
      resume: () => passage.resume(),
    });
    return this.judge(await passage.run());
  }

  private isStopped(): boolean {
    return this.run.signal.aborted;
  }

  private async judge(end: GraphRunEnd<string>): Promise<GoalOutcome> {
    const verdicts = this.tasks.map((task) => verdictOf(task, end));
    const done = verdicts.filter(({ status }) => status === 'completed');
    const missing = verdicts.find(({ status }) => status !== 'completed');
    if (this.isStopped()) return { status: 'failed', text: joinResults(done), error: CANCELLED };
    if (done.length === 0) {
      const error = missing?.error ?? failure('goal.nothing_completed', 'No task of the plan was completed.');
      return { status: 'failed', text: joinResults(verdicts), error };
    }
    const { text, error } = await synthesise(this.services, { goal: this.request.text, verdicts }, this.run);
    if (this.isStopped()) return { status: 'failed', text, error: CANCELLED };
    if (error) return { status: 'partial', text, error };
    return missing
      ? { status: 'partial', text, ...(missing.error && { error: missing.error }) }
      : { status: 'completed', text };
  }

  /** One task, within its time; a late result changes nothing. */
  private async doTask(
    task: PlannedTask,
    results: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<TaskEnd<string>> {
    const { services } = this;
    const { taskTimeoutSeconds } = services.settings().limits;
    const span = this.startSpan(task);
    this.spans.set(task.id, span);
    const scope = this.run.with({ span, taskId: task.id, signal, agent: task.agent });
    const started = scope.emit('task.started', { title: task.title, attempt: 1 });
    const message = `The task took longer than ${taskTimeoutSeconds} s (agentTeam.limits.taskTimeoutSeconds).`;
    const deadline = withDeadline(scope.with({ cause: started.id }), services.clock, {
      timeoutMs: taskTimeoutSeconds * 1_000,
      expired: failure('task.timeout', message, true),
    });
    try {
      const { end, eventId } = await this.askAgent(task, results, deadline.run);
      this.endTask(end, { scope, span, cause: eventId ?? started.id });
      return end;
    } finally {
      deadline.dispose();
    }
  }

  private async askAgent(
    task: PlannedTask,
    results: ReadonlyMap<string, string>,
    run: RunContext,
  ): Promise<{ end: TaskEnd<string>; eventId?: string | undefined }> {
    const { services } = this;
    const spec = services.registry.find(task.agent);
    if (!spec || !services.registry.isEnabled(spec.name)) {
      return { end: failed(failure('agent.unknown', `There is no agent '${task.agent}' any more.`)) };
    }
    const text = `${task.description}\n\n(Part of the goal: ${cutText(this.request.text, 500).text})`;
    const contextText = [this.request.contextText ?? '', ...resultSections(results)]
      .filter((part) => part !== '')
      .join('\n\n');
    const guarded = requestMessage(services, { text, contextText, agent: spec.name }, run);
    if ('failure' in guarded) return { end: failed(guarded.failure), eventId: guarded.eventId };
    const instructions = await readInstructions(services, spec.name, run);
    const outcome = await runAgent(
      services,
      {
        spec,
        messages: [guarded.message],
        from: 'supervisor',
        reason: task.title,
        ...(instructions !== undefined && { instructions }),
      },
      guarded.eventId === undefined ? run : run.with({ cause: guarded.eventId }),
    );
    if (outcome.kind === 'answer')
      return { end: { status: 'completed', result: outcome.text }, eventId: outcome.eventId };
    if (outcome.kind === 'failed') return { end: failed(outcome.failure), eventId: outcome.eventId };
    return {
      end: failed(failure('handoff.unavailable', 'A task of a plan is not handed over.')),
      eventId: outcome.eventId,
    };
  }

  private startSpan(task: PlannedTask): Span {
    return this.run.startSpan(`task ${task.id}`, {
      [AGENT_TEAM.runId]: this.run.runId,
      [AGENT_TEAM.taskId]: task.id,
      [AGENT_TEAM.taskType]: task.agent,
      [AGENT_TEAM.taskIndex]: this.tasks.indexOf(task),
      [AGENT_TEAM.taskDependencies]: task.dependencies,
      [AGENT_TEAM.taskAttempt]: 1,
    });
  }

  private endTask(end: TaskEnd<string>, at: { scope: RunContext; span: Span; cause: string }): void {
    const { scope, span, cause } = at;
    const details = { causationId: cause };
    if (end.status === 'completed') scope.emit('task.completed', { text: end.result }, details);
    else if (end.status === 'cancelled') scope.emit('task.cancelled', { reason: end.error.reason }, details);
    else scope.emit('task.failed', { error: end.error }, details);
    const isFailed = end.status === 'failed';
    span.end({
      status: isFailed ? 'error' : 'ok',
      ...(isFailed && { message: end.error.message }),
      attributes: {
        [AGENT_TEAM.taskStatus]: end.status,
        ...(end.status === 'completed' && { [AGENT_TEAM.resultLength]: end.result.length }),
        ...(isFailed && { [GEN_AI.errorType]: end.error.reason }),
      },
    });
  }
}

function failed(error: Failure): TaskEnd<string> {
  return { status: error.reason === CANCELLED.reason ? 'cancelled' : 'failed', error };
}

function resultSections(results: ReadonlyMap<string, string>): string[] {
  return [...results].map(
    ([id, text]) => `Result of task ${id}:\n${markUntrusted(cutText(text, MAX_RESULT_TOKENS).text, id)}`,
  );
}

function verdictOf(task: PlannedTask, end: GraphRunEnd<string>): TaskVerdict {
  const text = end.results.get(task.id);
  if (text !== undefined) return { task, status: 'completed', text };
  const error = end.errors.get(task.id);
  const state = end.states.get(task.id);
  const status = state === 'failed' || state === 'cancelled' ? state : 'skipped';
  return { task, status, text: '', ...(error && { error }) };
}
