// What commands, the chat and other extensions call: it turns requests into runs. Knows no view and no storage.
import type { ContextItem, RunHandle, RunKind } from '../../api';
import type { AgentRegistry } from '../agents/agentRegistry';
import { markUntrusted } from '../agents/guardrails/untrusted';
import type { Failure } from '../failure';
import type { ContentPart, UserMessage } from '../model/chatModel';
import type { TeamOutcome, TeamRequest } from '../routing/askTeam';
import { parseRequest } from '../routing/parseRequest';
import type { RunContext } from '../runs/runContext';
import type { RunView } from '../runs/runView';
import type { SettingsSource } from '../settings';
import type { SeveralOutcome, SeveralRequest } from '../supervisor/askSeveral';
import type { GoalOutcome } from '../supervisor/goalRun';
import type { GoalRequest } from '../supervisor/runGoal';
import { titleOf } from '../runs/runTitle';
import { REVIEWER, type ReviewOutcome, type ReviewRequest } from '../review/review';
import { recordReview } from '../review/recordedReview';
import { describeTarget } from '../review/reviewTarget';
import type { AskRunOptions } from './askRunOptions';
import { agentOf, chooseStart, placesOf, reviewRequest } from './chooseStart';
import { GoalDesk } from './goalDesk';
import { reactionOptions, reactionRun, type ReactionStart } from './reactionRuns';
import type { ResolveContext } from './resolvedContext';
import { RunLifecycle, type RunControl, type RunLifecycleOptions, type WorkOutcome } from './runLifecycle';
import { StoredWork, type GoOnOptions, type StoredWorkOptions } from './storedWork';
import { currentRuns, threadMessages } from './threadHistory';

export interface TeamEngineOptions extends RunLifecycleOptions, Pick<StoredWorkOptions, 'claims' | 'questions'> {
  /** Brings a request to its answer; never rejects. */
  askTeam(request: TeamRequest, run: RunContext): Promise<TeamOutcome>;
  /** Asks several agents at once and joins their answers; never rejects. */
  askSeveral(request: SeveralRequest, run: RunContext): Promise<SeveralOutcome>;
  /** Plans a goal, runs its tasks and joins their results; never rejects. */
  runGoal(request: GoalRequest, run: RunContext): Promise<GoalOutcome>;
  /** Reviews code or changes; never rejects. */
  runReview(request: ReviewRequest, run: RunContext): Promise<ReviewOutcome>;
  registry: AgentRegistry;
  settings: SettingsSource;
  /** Waited for before a request is read: agents that are still being loaded. */
  ready?(): Promise<void>;
  resolveContext: ResolveContext;
  /** The views of a thread's runs, oldest first, replaced ones included. */
  threadRuns(threadId: string): Promise<RunView[]>;
}

/** A run that was started, with the thread that it belongs to. */
export type StartedRun = RunHandle & { threadId: string };

export class TeamEngine {
  private readonly lifecycle: RunLifecycle;
  private readonly steering = new Map<string, Steering>();
  private readonly goals: GoalDesk;
  private readonly stored: StoredWork;

  constructor(private readonly options: TeamEngineOptions) {
    this.lifecycle = new RunLifecycle(options);
    this.goals = new GoalDesk(options);
    this.stored = new StoredWork({
      ...options,
      lifecycle: this.lifecycle,
      goals: this.goals,
      answer: (view, run, control) => this.answerAgain(view, run, control),
      review: (request, run) => this.doReview(request, run),
    });
  }

  ask(request: string, options: AskRunOptions): StartedRun {
    const threadId = options.threadId ?? this.options.newId();
    const handle = this.lifecycle.start(
      {
        kind: 'ask',
        title: titleOf(options.title ?? request),
        request,
        context: options.context ?? [],
        threadId,
        interactive: options.interactive,
        ...agentOf(options),
        ...(options.replaces !== undefined && { replaces: options.replaces }),
      },
      (run, control) => this.answer({ request, options: { ...options, threadId }, run, control }),
    );
    return { ...handle, threadId };
  }

  /** Lets the supervisor plan `goal` and the team work on it. */
  goal(goal: string, options: { context?: ContextItem[]; interactive: boolean }): RunHandle {
    const { context = [], interactive } = options;
    return this.lifecycle.start(
      { kind: 'goal', title: titleOf(goal), request: goal, context, interactive, agent: SUPERVISOR },
      (run) => this.goals.pursue({ goal, context }, run),
    );
  }

  /** Reviews code or changes; the findings stand in the run's result. */
  review(request: ReviewRequest, options: { interactive: boolean; title?: string }): RunHandle {
    const { target, focus } = request;
    const title = options.title ?? describeTarget(target);
    const context = target.kind === 'places' ? target.places.map((place) => ({ ...place })) : [];
    return this.lifecycle.start(
      {
        kind: 'review',
        title: titleOf(title),
        request: focus ?? title,
        context,
        interactive: options.interactive,
        agent: REVIEWER,
        review: recordReview(request),
      },
      (run) => this.doReview(request, run),
    );
  }

  private async doReview(request: ReviewRequest, run: RunContext): Promise<WorkOutcome> {
    await this.options.ready?.();
    return this.options.runReview(request, run);
  }

  /** Lets an agent answer to what has happened, as a run of its own without a conversation before it. */
  react(start: ReactionStart): RunHandle {
    return this.lifecycle.start(reactionRun(start), async (run, control) => {
      const refused = await start.admit?.(run);
      if (refused) return { status: 'failed', text: '', error: refused };
      return this.answer({ request: start.prompt, options: reactionOptions(start), run, control });
    });
  }

  /** A run that fails at once with `error`, for requests that can't be taken. */
  rejected(kind: RunKind, request: string, error: Failure, context: ContextItem[] = []): RunHandle {
    return this.lifecycle.start({ kind, title: titleOf(request), request, context, interactive: false }, () =>
      Promise.resolve({ status: 'failed', text: '', error, ...(kind === 'goal' && { agent: 'supervisor' }) }),
    );
  }

  /** Goes on with a run that was interrupted or that ended without being complete: ids stay, finished tasks too, usage adds up. */
  resume(runId: string, options: GoOnOptions): Promise<RunHandle | Failure> {
    return this.stored.goOn(runId, { kind: 'resume' }, options);
  }

  /** Does a task of a goal again with what hangs on it, without `taskId` all that failed; any other run is asked again. */
  async retry(runId: string, taskId: string | undefined, options: GoOnOptions): Promise<RunHandle | Failure> {
    const going = taskId !== undefined && this.goals.retryTask(runId, taskId) && this.handle(runId);
    if (going) return going;
    return this.stored.goOn(runId, { kind: 'retry', ...(taskId !== undefined && { taskId }) }, options);
  }

  /** Hands those that work a message before their next model call, and a goal's supervisor; false for a run that is not going. */
  steer(runId: string, text: string, context: ContextItem[] = []): boolean {
    // A request that became a goal is steered as one.
    if (this.goals.steer(runId, text, context)) return true;
    const steering = this.steering.get(runId);
    if (!steering) return false;
    void this.steerInOrder(steering, text, context);
    return true;
  }

  /** Stops a run; resolves once its result has settled. Does nothing for an unknown one. */
  cancel(runId: string): Promise<void> {
    return this.lifecycle.cancel(runId);
  }

  /** Stops one task of a goal; what depends on it is skipped, the rest goes on. */
  cancelTask(runId: string, taskId: string): void {
    this.goals.cancelTask(runId, taskId);
  }

  /** Starts nothing new of a goal until it is resumed; does nothing for other runs. */
  pause(runId: string): void {
    this.goals.pause(runId);
  }

  /** Lets a paused goal go on; false for a run that is not paused. */
  unpause(runId: string): boolean {
    return this.goals.resume(runId);
  }

  /** The handle of a run that is going. */
  handle(runId: string): RunHandle | undefined {
    return this.lifecycle.handle(runId);
  }

  isActive(runId: string): boolean {
    return this.lifecycle.isActive(runId);
  }

  activeIds(): string[] {
    return this.lifecycle.activeIds();
  }

  /** After this window may have been taken for dead: runs that others have taken over since stop here, and leave no trace of it. */
  async stepBackFromLost(isLost: (runId: string) => Promise<boolean>): Promise<void> {
    await Promise.all(
      this.activeIds().map(async (runId) => {
        if (await isLost(runId)) await this.lifecycle.stepBack(runId);
      }),
    );
  }

  /** Stops everything that is going; for the end of the window. */
  shutDown(): Promise<void> {
    return this.lifecycle.interruptAll();
  }

  /** Messages keep their order although their context takes time to read. */
  private async steerInOrder(steering: Steering, text: string, items: ContextItem[]): Promise<void> {
    const { run, waiting } = steering;
    const references = parseRequest(text, this.options.registry).references;
    const resolved = this.options.resolveContext(items, references, run.signal);
    const earlier = steering.last;
    steering.last = (async () => {
      await earlier;
      const { text: contextText, images } = await resolved;
      run.emit('task.progress', { message: text, from: 'person' });
      const material: ContentPart[] =
        contextText === '' ? [] : [{ type: 'text', text: markUntrusted(contextText, 'context') }];
      waiting.push({ role: 'user', content: [{ type: 'text', text }, ...material, ...images] });
    })().catch((error: unknown) => this.options.onBug(error, 'steering'));
    await steering.last;
  }

  private async answer(input: AnswerInput): Promise<WorkOutcome> {
    const { request, options, run, control } = input;
    const { registry } = this.options;
    await this.options.ready?.();
    const parsed = parseRequest(request, registry);
    const earlier = await this.earlierRuns(options, input.until ?? run.runId);
    const start = chooseStart(parsed, options, earlier, registry);
    if (start && 'failure' in start) return { status: 'failed', text: '', error: start.failure };
    const context = await this.options.resolveContext(options.context ?? [], parsed.references, run.signal);
    // A reaction stays with its agent, whatever its prompt asks for.
    const isReaction = run.shared.kind === 'reaction';
    if (parsed.isReview && !isReaction) return this.doReview(reviewRequest(parsed, context), run);
    const places = placesOf(options.context, parsed);
    if (parsed.isGoal && !isReaction)
      return this.goals.work({ text: parsed.text, contextText: context.text, images: context.images, places }, run);
    const waiting: UserMessage[] = [];
    const steering: Steering = { run, waiting, last: Promise.resolve() };
    this.steering.set(run.runId, steering);
    try {
      const asked: TeamRequest = {
        text: parsed.text,
        images: context.images,
        contextText: context.text,
        places,
        threadMessages: threadMessages(earlier),
        takeSteering: async () => {
          // What was said but is still being read up on must not miss the answer.
          await steering.last;
          return waiting.splice(0);
        },
      };
      if (start && 'agents' in start) return await this.askSeveral({ ...asked, ...start }, run);
      const team: TeamRequest = {
        ...asked,
        onControl: (agent) => control.inControl(agent),
        ...(start && { start: { ...start, ...(options.reason !== undefined && { reason: options.reason }) } }),
      };
      return await this.settleGoal(await this.options.askTeam(team, run), team, run);
    } finally {
      this.steering.delete(run.runId);
    }
  }

  private answerAgain(view: RunView, run: RunContext, control: RunControl): Promise<WorkOutcome> {
    const { runId, kind, request, context, askedAgents, askedAgent = askedAgents } = view;
    // What a reaction did before is none of the next one's business.
    const threadId = kind === 'reaction' ? undefined : view.threadId;
    const options = {
      context,
      interactive: run.shared.interactive,
      ...(threadId !== undefined && { threadId }),
      ...(askedAgent !== undefined && { agent: askedAgent }),
    };
    return this.answer({ request, options, run, control, until: runId });
  }

  /** A request that the router takes for a goal goes on as one, in the same run. */
  private async settleGoal(outcome: TeamOutcome, team: TeamRequest, run: RunContext): Promise<WorkOutcome> {
    if (outcome.result.kind !== 'goal') return workOutcome(outcome);
    const { text, contextText, images, places } = team;
    const request: GoalRequest = {
      text,
      ...(contextText !== undefined && { contextText }),
      ...(images && { images }),
      ...(places && { places }),
    };
    return this.goals.work(request, outcome.eventId === undefined ? run : run.with({ cause: outcome.eventId }));
  }

  private askSeveral(request: SeveralRequest, run: RunContext): Promise<WorkOutcome> {
    return this.goals.withParts(run, (onTasks) => this.options.askSeveral({ ...request, onTasks }, run));
  }

  /** The runs of the thread before `until` that still count, without those that the request replaces. */
  private async earlierRuns(options: Pick<AskRunOptions, 'threadId' | 'replaces'>, until: string): Promise<RunView[]> {
    if (options.threadId === undefined) return [];
    const runs = await this.options.threadRuns(options.threadId);
    const end = runs.findIndex((run) => run.runId === until || run.runId === options.replaces);
    return currentRuns(end < 0 ? runs : runs.slice(0, end));
  }
}

/** Messages for an agent that works, and the one that is still being prepared. */
interface Steering {
  run: RunContext;
  waiting: UserMessage[];
  last: Promise<void>;
}

interface AnswerInput {
  request: string;
  options: AskRunOptions;
  run: RunContext;
  control: RunControl;
  /** The thread counts up to this run; absent: up to the run itself. */
  until?: string;
}

const SUPERVISOR = 'supervisor';

function workOutcome(outcome: TeamOutcome): WorkOutcome {
  const { result, agent } = outcome;
  if (result.kind === 'answer') return { status: 'completed', agent, text: result.text };
  if (result.kind === 'failed') return { status: 'failed', agent, text: result.text, error: result.failure };
  throw new Error('Internal error: a goal is not the outcome of an agent.');
}
