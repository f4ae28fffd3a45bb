// One task of a goal, from its start to its verdict: within its time, in a layer of its own, tried again where its failure may pass.
//
//   task a                          task.started
//     invoke_agent dev > …
//     wait backoff                  task.retrying
//     invoke_agent dev > …          task.started (attempt 2): the agent goes on where it was
//                                   task.completed | failed | cancelled | interrupted
import { whyUnavailable } from '../agents/agentUnavailable';
import { withDeadline } from '../agents/deadline';
import { runAgent } from '../agents/runAgent';
import { untilAborted } from '../agents/untilAborted';
import { requestMessage } from '../agents/userMessage';
import { delay } from '../clock';
import type { Disposable } from '../disposable';
import { CANCELLED, failure, INTERRUPTED, isFailure, messageOf, type Failure } from '../failure';
import { cutText } from '../memory/cutText';
import type { ChatMessage, UserMessage } from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import type { Tool } from '../tools/tool';
import { askToRepeat } from './goalQuestions';
import type { UnknownCall } from './goalRecord';
import type { GoalServices } from './goalServices';
import type { TaskEnd } from './graphRun';
import { mentionedPlaces } from './mentionedPlaces';
import type { PlannedTask } from './plan';
import { FindingCollector, outputText, type TaskOutput } from './taskOutput';
import { createRevisionTool, type SuggestionAnswer } from './revisionTool';
import type { TaskMerges } from './taskMerges';
import type { TaskPlace } from './taskPlaces';
import { TaskRetry } from './taskRetry';

export interface TaskAssignment {
  task: PlannedTask;
  /** Its place in the plan, from 0. */
  index: number;
  /** The goal that it is a part of, with the material that came with it. */
  goal: { text: string; contextText?: string; places?: readonly string[] };
  /** Outputs of the tasks that it depends on. */
  inputs: ReadonlyMap<string, TaskOutput>;
  /** Attempts that were made before this passage. */
  attemptsBefore?: number;
  /** Calls of those attempts of which nobody knows whether they were carried out. */
  unknownCalls?: readonly UnknownCall[];
  place: TaskPlace;
  merges: TaskMerges;
  /** What the person said about the goal; grows while the task works. */
  said: readonly string[];
  /** Waited for before each model call: a paused run goes on when it resolves. */
  untilResumed?(): Promise<void> | undefined;
  /** Present where other tasks may still be changed: tells the supervisor what the task found out. */
  suggestRevision?: (why: string) => SuggestionAnswer;
}

interface Tried {
  end: TaskEnd<{ text: string }>;
  /** The cause of what comes next. */
  cause: string;
}

interface Closed {
  end: TaskEnd<TaskOutput>;
  cause: string;
}

/** Tokens of one dependency's result that a task gets to see. */
const MAX_RESULT_TOKENS = 6_000;
/** How long a task that was stopped may take to come back by itself before it ends without; less than a run has. */
const GRACE_MS = 500;
const GO_ON = 'Your answer broke off because of a fault that may have passed. Go on from where you were.';

/** Never rejects; a bug fails the task. */
export class TaskRun {
  private readonly span: Span;
  private readonly scope: RunContext;
  private readonly collector: FindingCollector;
  private readonly retry: TaskRetry;
  private readonly revisionTool: Tool | undefined;
  private attempt: number;
  /** How much of what the person said the agent has heard. */
  private heard = 0;

  /** `run` is the goal's scope with the task's signal. */
  constructor(
    private readonly services: GoalServices,
    private readonly assignment: TaskAssignment,
    run: RunContext,
  ) {
    const { task, index, attemptsBefore = 0 } = assignment;
    this.attempt = attemptsBefore + 1;
    const whose = services.registry.scopeOf(task.agent);
    this.span = run.with(whose).startSpan(`task ${task.id}`, {
      [AGENT_TEAM.taskId]: task.id,
      [AGENT_TEAM.taskType]: task.agent,
      [AGENT_TEAM.taskIndex]: index,
      [AGENT_TEAM.taskDependencies]: task.dependencies,
      [AGENT_TEAM.taskAttempt]: this.attempt,
    });
    this.collector = new FindingCollector(run.shared.publisher);
    this.scope = new RunContext(
      { ...run.shared, publisher: this.collector },
      { ...run.scope, ...whose, span: this.span, taskId: task.id },
    );
    const { suggestRevision } = assignment;
    this.revisionTool = suggestRevision && createRevisionTool(suggestRevision);
    this.retry = new TaskRetry(services, task.agent, services.random ?? Math.random);
  }

  async finish(): Promise<TaskEnd<TaskOutput>> {
    const { services, scope } = this;
    const started = this.begin(scope.scope.cause);
    const { taskTimeoutSeconds } = services.settings().limits;
    const message = `The task took longer than ${taskTimeoutSeconds} s (agentTeam.limits.taskTimeoutSeconds).`;
    const deadline = withDeadline(scope.with({ cause: started }), services.clock, {
      timeoutMs: taskTimeoutSeconds * 1_000,
      expired: failure('task.timeout', message, true),
    });
    try {
      const tried = await this.untilStopped(deadline.run, this.tryIn(deadline.run));
      const { end, cause } = await this.closeLayer(tried, deadline.run);
      return this.report(end, cause);
    } catch (error) {
      services.onBug(error, `task ${this.assignment.task.id}`);
      services.layers?.dropLayer(this.layer);
      return this.report(failed(failure('internal', `Internal error: ${messageOf(error)}`)), started);
    } finally {
      deadline.dispose();
    }
  }

  private get layer(): { runId: string; taskId: string } {
    return { runId: this.scope.runId, taskId: this.assignment.task.id };
  }

  private begin(cause: string | undefined): string {
    const { title } = this.assignment.task;
    const details = cause === undefined ? {} : { causationId: cause };
    return this.scope.emit('task.started', { title, attempt: this.attempt }, details).id;
  }

  private async tryIn(run: RunContext): Promise<Tried> {
    const { task, unknownCalls: calls = [] } = this.assignment;
    const refusal = await askToRepeat(this.services.questions, { agent: task.agent, task, calls }, run);
    if (refusal) return { end: failed(refusal), cause: run.scope.cause ?? '' };
    await this.services.layers?.openLayer(this.layer);
    return this.tryAgain(run);
  }

  /** Invokes the agent until it answers or its failure is the verdict. */
  private async tryAgain(run: RunContext): Promise<Tried> {
    const prepared = await this.prepare(run);
    let { cause } = prepared;
    if ('failure' in prepared) return { end: failed(prepared.failure), cause };
    const { spec, instructions } = prepared;
    let { messages } = prepared;
    for (;;) {
      const outcome = await runAgent(
        this.services,
        {
          spec,
          messages,
          from: 'supervisor',
          reason: this.assignment.task.title,
          untilResumed: () => this.untilResumed(run),
          takeSteering: () => this.takeNews().map(userMessage),
          ...(this.revisionTool && { extraTools: [this.revisionTool] }),
          ...(instructions !== undefined && { instructions }),
        },
        run.with({ cause }),
      );
      cause = outcome.eventId ?? cause;
      if (outcome.kind === 'answer') return { end: { status: 'completed', result: { text: outcome.text } }, cause };
      if (outcome.kind === 'handoff') return { end: failed(NO_HANDOFF), cause };
      const delayMs = this.retry.delayAfter(outcome.failure, run.scope.deadline?.at ?? Infinity);
      if (delayMs === undefined || isAborted(run)) return { end: failed(outcome.failure), cause };
      cause = await this.backOff(run.with({ cause }), outcome.failure, delayMs);
      if (isAborted(run)) return { end: failed(failureOfSignal(run.signal)), cause };
      cause = this.begin(cause);
      messages = continued(outcome.messages);
    }
  }

  private async prepare(run: RunContext) {
    const { services } = this;
    const { task, goal, inputs } = this.assignment;
    const cause = run.scope.cause ?? '';
    const spec = services.registry.find(task.agent);
    if (!spec) return { failure: failure('agent.unknown', `There is no agent '${task.agent}' any more.`), cause };
    const unavailable = whyUnavailable(services.registry, spec.name);
    if (unavailable) return { failure: unavailable, cause };
    const news = this.takeNews().map((message) => `\nThe person said meanwhile: ${message}`);
    const text = `${task.description}\n\n(Part of the goal: ${cutText(goal.text, 500).text})${news.join('')}`;
    const results = [...inputs].map(
      ([id, output]) => `Result of task ${id}:\n${outputText(id, output, MAX_RESULT_TOKENS)}`,
    );
    const contextText = [goal.contextText ?? '', ...results].filter((part) => part !== '').join('\n\n');
    const guarded = requestMessage(services, { text, contextText, agent: spec.name }, run);
    if ('failure' in guarded) return { failure: guarded.failure, cause: guarded.eventId };
    const instructions = await readInstructions(services, spec.name, { run, places: placesOf(this.assignment) });
    const messages: ChatMessage[] = [guarded.message];
    return { spec, messages, instructions, cause: guarded.eventId ?? cause };
  }

  private takeNews(): string[] {
    const news = this.assignment.said.slice(this.heard);
    this.heard += news.length;
    return news;
  }

  /** Waits before the next attempt; other tasks may work meanwhile. */
  private async backOff(run: RunContext, error: Failure, delayMs: number): Promise<string> {
    const retrying = run.emit('task.retrying', { error, attempt: this.attempt, delayMs });
    const span = run.startSpan('wait backoff');
    await this.assignment.place.yieldWhile(delay(this.services.clock, delayMs, run.signal), run.signal);
    span.end();
    this.attempt += 1;
    return retrying.id;
  }

  private async untilResumed(run: RunContext): Promise<void> {
    const waiting = this.assignment.untilResumed?.();
    if (!waiting) return;
    const hold = run.scope.deadline?.hold();
    await untilAborted(waiting, run.signal);
    hold?.dispose();
  }

  /** What ignores an abort must not hold the goal: it ends without. */
  private untilStopped({ signal, scope }: RunContext, work: Promise<Tried>): Promise<Tried> {
    const { clock } = this.services;
    return new Promise((resolve, reject) => {
      let grace: Disposable | undefined;
      const onAbort = () => {
        const end = failed(failureOfSignal(signal));
        grace = clock.after(GRACE_MS, () => resolve({ end, cause: scope.cause ?? '' }));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(resolve, reject).finally(() => {
        grace?.dispose();
        signal.removeEventListener('abort', onAbort);
      });
    });
  }

  /** The edits of a task that did not complete are gone: half of a change is none. */
  private async closeLayer({ end, cause }: Tried, run: RunContext): Promise<Closed> {
    const { layers } = this.services;
    const { task, merges } = this.assignment;
    if (end.status !== 'completed') {
      layers?.dropLayer(this.layer);
      return { end, cause };
    }
    const { text } = end.result;
    const merged = await merges.merge(task, text, run.with({ cause }));
    if (isFailure(merged)) {
      layers?.dropLayer(this.layer);
      return { end: failed(merged), cause };
    }
    const result = { text, files: merged.files, findings: this.collector.findings };
    return { end: { status: 'completed', result }, cause: merged.cause ?? cause };
  }

  private report(end: TaskEnd<TaskOutput>, causationId: string): TaskEnd<TaskOutput> {
    const { scope, span } = this;
    const details = { causationId };
    if (end.status === 'completed') scope.emit('task.completed', completedPayload(end.result), details);
    else if (end.status === 'failed') scope.emit('task.failed', { error: end.error }, details);
    else scope.emit(`task.${end.status}`, { reason: end.error.reason }, details);
    const isFailed = end.status === 'failed';
    span.end({
      status: isFailed ? 'error' : 'ok',
      ...(isFailed && { message: end.error.message }),
      attributes: {
        [AGENT_TEAM.taskStatus]: end.status,
        [AGENT_TEAM.taskAttempt]: this.attempt,
        ...(end.status === 'completed' && { [AGENT_TEAM.resultLength]: end.result.text.length }),
        ...(isFailed && { [GEN_AI.errorType]: end.error.reason }),
      },
    });
    return end;
  }
}

/** What helps but must not be in the way: a failure is reported and the work goes on without. */
export async function readInstructions(
  services: GoalServices,
  agent: string,
  { run, places }: { run: RunContext; places: readonly string[] },
): Promise<string | undefined> {
  try {
    const asked = services.instructionsFor?.(agent, run.signal, places);
    const outcome = asked && (await untilAborted(asked, run.signal));
    return outcome === 'aborted' ? undefined : outcome?.value;
  } catch (error) {
    services.onBug(error, 'instructions');
    return undefined;
  }
}

const NO_HANDOFF = failure('handoff.unavailable', 'A task of a plan is not handed over.');

function failed(error: Failure): { status: 'failed' | 'cancelled' | 'interrupted'; error: Failure } {
  if (error.reason === CANCELLED.reason) return { status: 'cancelled', error };
  return { status: error.reason === INTERRUPTED.reason ? 'interrupted' : 'failed', error };
}

/** A call, so that the compiler does not take an earlier answer for this one. */
function isAborted({ signal }: RunContext): boolean {
  return signal.aborted;
}

/** What the task is about: places of the goal, of its own words, and what the tasks before it changed. */
function placesOf({ task, goal, inputs }: TaskAssignment): string[] {
  const changed = [...inputs.values()].flatMap(({ files }) => files);
  return [...mentionedPlaces(`${task.title}\n${task.description}`), ...changed, ...(goal.places ?? [])];
}

function completedPayload({ text, files, findings }: TaskOutput) {
  return { text, ...(files.length > 0 && { files }), ...(findings.length > 0 && { findings }) };
}

function userMessage(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text: `The person says about the whole goal: ${text}` }] };
}

/** The history to go on from. It must not end with the model's own words. */
function continued(messages: readonly ChatMessage[]): ChatMessage[] {
  if (messages.at(-1)?.role !== 'assistant') return [...messages];
  return [...messages, { role: 'user', content: [{ type: 'text', text: GO_ON }] }];
}
