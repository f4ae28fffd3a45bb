// The life of one run, whatever it does: ids, root span, queueing behind its thread, cancellation, the one last event.
//
//   start ──> (wait queue) ──> work ──> end of root span ──> run.<state> ──> flush ──> result settles
//     └── cancel ──> work has GRACE_MS to stop ──> run.cancelled
import type { ContextItem, EventPayloads, RunHandle, RunKind, RunResult } from '../../api';
import type { Clock } from '../clock';
import type { EventPublisher } from '../events/publisher';
import { CANCELLED, failure, INTERRUPTED, isStop, messageOf, type Failure } from '../failure';
import { failureOfSignal } from '../model/modelAttempt';
import type { LiveText } from '../runs/liveText';
import { RunContext, type RunShared } from '../runs/runContext';
import { UsageMeter } from '../runs/usageMeter';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span, Tracing } from '../telemetry/tracing';
import { GatedPublisher, GatedTracing } from './runGate';

/** How long cancelled work may take to come back by itself before the run ends without it. */
const GRACE_MS = 700;

export interface RunStart {
  kind: RunKind;
  title: string;
  request: string;
  context: ContextItem[];
  threadId?: string;
  /** The agent that the caller asked for, as it was named. */
  agent?: string;
  /** The agents that the caller asked for, if several. */
  agents?: string[];
  replaces?: string;
  interactive: boolean;
  /** Made beforehand, so that a restart can tell whether the run was begun; absent: a new one. */
  runId?: string;
  /** The event that the run answers to, and what it belongs to with it. */
  cause?: { eventId: string; correlationId: string };
  reaction?: NonNullable<EventPayloads['run.started']['reaction']>;
  /** Of a review. */
  review?: NonNullable<EventPayloads['run.started']['review']>;
  /** Continues an earlier run: same ids, a root span of its own that is linked to the first, usage added up. */
  resumes?: {
    runId: string;
    traceId: string;
    rootSpanId?: string;
    lastEventId?: string;
    usage: RunResult['usage'];
    /** Why, where nobody asked for it. */
    reason?: string;
  };
  /** Frees what was claimed for the run; called before its result settles, never rejects. */
  release?: () => Promise<void>;
}

export interface WorkOutcome {
  status: 'completed' | 'partial' | 'failed';
  /** The agent that answered, or the last one in control. */
  agent?: string;
  text: string;
  error?: Failure;
}

/** What a run does between its first event and its last. Reports the agent in control through `inControl`. */
export type RunWork = (run: RunContext, control: RunControl) => Promise<WorkOutcome>;

export interface RunControl {
  inControl(agent: string): void;
}

export interface RunLifecycleOptions {
  publisher: EventPublisher;
  tracing: Tracing;
  live: LiveText;
  clock: Clock;
  newId: () => string;
  /** Makes events and spans of the run readable from disk; called before its result settles. */
  flush: (runId: string) => Promise<void>;
  resultOf: (runId: string) => Promise<RunResult | undefined>;
  /** Called for bugs; the run fails with `internal`. */
  onBug: (error: unknown, runId: string) => void;
}

interface ActiveRun {
  controller: AbortController;
  /** From now on nothing of the run is recorded. */
  silence: () => void;
  result: Promise<RunResult>;
  threadId?: string;
}

export class RunLifecycle {
  private readonly active = new Map<string, ActiveRun>();
  /** The newest run of each thread that is not over; a follow-up waits for it. */
  private readonly threadTails = new Map<string, Promise<unknown>>();

  constructor(private readonly options: RunLifecycleOptions) {}

  /** Ids of the runs that are going or wait for their thread. */
  activeIds(): string[] {
    return [...this.active.keys()];
  }

  /** The handle of a run that is going. */
  handle(runId: string): RunHandle | undefined {
    const run = this.active.get(runId);
    return run && { runId, result: run.result, cancel: () => run.controller.abort(CANCELLED) };
  }

  isActive(runId: string): boolean {
    return this.active.has(runId);
  }

  start(start: RunStart, work: RunWork): RunHandle {
    const runId = start.resumes?.runId ?? start.runId ?? this.options.newId();
    const controller = new AbortController();
    const gate = new GatedPublisher(this.options.publisher);
    const spans = new GatedTracing(this.options.tracing);
    const root = this.startRoot(runId, start);
    const shared: RunShared = {
      runId,
      kind: start.kind,
      publisher: gate,
      tracing: spans,
      live: this.options.live,
      callIds: new Set(),
      usage: new UsageMeter(start.resumes?.usage),
      interactive: start.interactive,
      ...(start.threadId !== undefined && { threadId: start.threadId }),
      ...(start.cause && { correlationId: start.cause.correlationId }),
    };
    const unstarted = new RunContext(shared, { signal: controller.signal, span: root });
    const first = start.resumes
      ? unstarted
          .with(causeOf(start.resumes))
          .emit('run.resumed', start.resumes.reason === undefined ? {} : { reason: start.resumes.reason })
      : unstarted.emit('run.started', startedPayload(start), start.cause && { causationId: start.cause.eventId });
    const run = unstarted.with({ cause: first.id });

    const previous = start.threadId === undefined ? undefined : this.threadTails.get(start.threadId);
    const { release } = start;
    const result = this.drive({ run, root, gate, spans, work, previous, release }).finally(() => {
      this.active.delete(runId);
    });
    const silence = () => {
      gate.close();
      spans.close();
    };
    this.active.set(runId, {
      controller,
      silence,
      result,
      ...(start.threadId !== undefined && { threadId: start.threadId }),
    });
    // A run that was cancelled while it waited must not let the next one past those before it.
    this.queueBehind(start.threadId, Promise.all([previous, result]));
    return {
      runId,
      result,
      cancel: () => {
        controller.abort(CANCELLED);
      },
    };
  }

  /** Stops a run; resolves once its result has settled. Does nothing for an unknown one. */
  cancel(runId: string): Promise<void> {
    return this.stop(runId, CANCELLED);
  }

  /** Stops everything because the window ends. Nobody wanted these runs to stop: they end as interrupted, and can go on later. */
  async interruptAll(): Promise<void> {
    await Promise.all(this.activeIds().map((runId) => this.stop(runId, INTERRUPTED)));
  }

  /** Stops a run that is another window's by now: it ends here without a word, since its journal is the other's. */
  async stepBack(runId: string): Promise<void> {
    this.active.get(runId)?.silence();
    await this.stop(runId, INTERRUPTED);
  }

  private async stop(runId: string, why: Failure): Promise<void> {
    const run = this.active.get(runId);
    if (!run) return;
    run.controller.abort(why);
    await run.result;
  }

  private startRoot(runId: string, start: RunStart): Span {
    const { resumes } = start;
    return this.options.tracing.startSpan(`invoke_workflow ${start.kind}`, {
      attributes: {
        [GEN_AI.operation]: 'invoke_workflow',
        [AGENT_TEAM.runId]: runId,
        ...(start.kind === 'goal' && { [AGENT_TEAM.goal]: start.request }),
        ...(start.threadId !== undefined && { [GEN_AI.conversationId]: start.threadId }),
      },
      ...(resumes && { traceId: resumes.traceId }),
      ...(resumes?.rootSpanId !== undefined && { links: [{ traceId: resumes.traceId, spanId: resumes.rootSpanId }] }),
    });
  }

  private queueBehind(threadId: string | undefined, over: Promise<unknown>): void {
    if (threadId === undefined) return;
    this.threadTails.set(threadId, over);
    const forget = () => {
      if (this.threadTails.get(threadId) === over) this.threadTails.delete(threadId);
    };
    over.then(forget, forget);
  }

  private async drive(going: GoingRun): Promise<RunResult> {
    const { run, root, gate, spans, previous } = going;
    let agent: string | undefined;
    const control: RunControl = { inControl: (name) => (agent = name) };
    const outcome = await this.untilStopped(going, async () => {
      // Nothing runs before `start` has returned the handle.
      await Promise.resolve();
      if (previous && !run.signal.aborted) await waitInQueue(run, previous);
      if (run.signal.aborted) return { status: 'failed', text: '', error: failureOfSignal(run.signal) };
      return going.work(run, control);
    });
    const answered = outcome.agent ?? agent;
    const stopped = outcome.status === 'failed' && outcome.error && isStop(outcome.error);
    spans.close();
    root.end({
      status: outcome.status === 'failed' && !stopped ? 'error' : 'ok',
      ...(outcome.error && {
        message: outcome.error.message,
        attributes: { [GEN_AI.errorType]: outcome.error.reason },
      }),
    });
    const ended = {
      text: outcome.text,
      usage: run.shared.usage.snapshot(),
      ...(answered !== undefined && { agent: answered }),
      ...(outcome.error && { error: outcome.error }),
    };
    const causationId = gate.lastEventId;
    const cause = causationId ? { causationId } : {};
    if (stopped && run.signal.reason === INTERRUPTED) run.emit('run.interrupted', { reason: 'window_closed' }, cause);
    else run.emit(stopped ? 'run.cancelled' : `run.${outcome.status}`, ended, cause);
    gate.close();
    return this.settle(run.runId, going.release);
  }

  /** Runs the work; after a cancel it has a grace period, then the run ends without it. */
  private async untilStopped(going: GoingRun, work: () => Promise<WorkOutcome>): Promise<WorkOutcome> {
    const { run } = going;
    const stopped = new Promise<WorkOutcome>((resolve) => {
      run.signal.addEventListener(
        'abort',
        () => {
          this.options.clock.after(GRACE_MS, () => {
            const text = this.options.live
              .current(run.runId)
              .map((call) => call.text)
              .join('\n');
            resolve({ status: 'failed', text, error: failureOfSignal(run.signal) });
          });
        },
        { once: true },
      );
    });
    try {
      return await Promise.race([work(), stopped]);
    } catch (error) {
      this.options.onBug(error, run.runId);
      return { status: 'failed', text: '', error: failure('internal', `Internal error: ${messageOf(error)}`) };
    }
  }

  private async settle(runId: string, release: RunStart['release']): Promise<RunResult> {
    try {
      await this.options.flush(runId);
    } catch (error) {
      this.options.onBug(error, runId);
    }
    await release?.();
    const result = await this.options.resultOf(runId);
    if (!result) throw new Error(`Internal error: run ${runId} has no result.`);
    return result;
  }
}

function causeOf({ lastEventId }: { lastEventId?: string }): { cause?: string } {
  return lastEventId === undefined ? {} : { cause: lastEventId };
}

interface GoingRun {
  run: RunContext;
  root: Span;
  gate: GatedPublisher;
  spans: GatedTracing;
  work: RunWork;
  /** The run of the same thread that this one waits for. */
  previous: Promise<unknown> | undefined;
  release: RunStart['release'];
}

function startedPayload(start: RunStart): EventPayloads['run.started'] {
  return {
    kind: start.kind,
    title: start.title,
    request: start.request,
    context: start.context,
    ...(start.threadId !== undefined && { threadId: start.threadId }),
    ...(start.agent !== undefined && { agent: start.agent }),
    ...(start.agents && { agents: start.agents }),
    ...(start.replaces !== undefined && { replaces: start.replaces }),
    ...(start.reaction && { reaction: start.reaction }),
    ...(start.review && { review: start.review }),
  };
}

async function waitInQueue(run: RunContext, previous: Promise<unknown>): Promise<void> {
  const span = run.startSpan('wait queue');
  await new Promise<unknown>((resolve) => {
    void previous.then(resolve, resolve);
    run.signal.addEventListener('abort', resolve, { once: true });
  });
  span.end();
}
