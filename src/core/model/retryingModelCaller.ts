// Calls models for agents: chooses the model, checks the history, keeps to budget, breaker and time, retries what is transient,
// and reports everything to the run. The offline policy goes the same way but leaves no trace of a model.
import type { CallUsage, EventPayloads } from '../../api';
import { delay, type Clock } from '../clock';
import { CANCELLED, failure, isFailure, messageOf, type Failure } from '../failure';
import { backoffMs } from '../backoff';
import { countsAgainstEndpoint } from '../resilience/agentBreakerGate';
import type { BreakerCause, BreakerRegistry } from '../resilience/breakerRegistry';
import type { BreakerPermit } from '../resilience/circuitBreaker';
import type { Reservation, RunBudget } from '../resilience/runBudget';
import type { RunContext } from '../runs/runContext';
import { BUILT_IN_MODEL_OPTIONS, type RoleModelOptions, type SettingsSource, type TeamSettings } from '../settings';
import type { ChatModel, ChatRequest, ModelFailure } from './chatModel';
import { costOf, priceOf } from '../cost';
import { validateHistory, withFreshIds } from './history';
import { attemptCall, failureOfSignal, type AttemptLimits, type AttemptResult } from './modelAttempt';
import { breakerOpen, checkSize, completed, failed, invalidHistory, tooLongToWait } from './modelCallOutcome';
import { ModelCallReport, type WaitReason } from './modelCallReport';
import type { ModelCaller, ModelCallOutcome, ModelCallRequest } from './modelCaller';
import { estimateMessageTokens, estimateRequestTokens } from './tokenEstimate';

export interface RetryingModelCallerOptions {
  /** The model that one run is answered by, whatever the settings say; undefined for all others. */
  modelFor?: (run: RunContext) => ChatModel | undefined;
  /** The model that answers for a role now; must not reject. */
  select: (
    role: string,
    options: { interactive: boolean; signal: AbortSignal },
  ) => Promise<{ model: ChatModel; why: string } | Failure>;
  settings: SettingsSource;
  breakers: BreakerRegistry;
  /** The budget of a run, the same for all of its calls. */
  budgetFor: (run: RunContext) => RunBudget;
  clock: Clock;
  /** Makes ids of calls, unique in the workspace. */
  newId: () => string;
  /** Options that an agent's own definition sets; settings come before them. */
  definedOptions?: (role: string) => RoleModelOptions | undefined;
  /** Between 0 and 1; for jitter. */
  random?: () => number;
}

/** A silence longer than this ends an attempt even where the whole may take longer. */
const MAX_IDLE_MS = 60_000;

/** One call on its way through its attempts. */
interface Call {
  readonly id: string;
  readonly run: RunContext;
  readonly model: ChatModel;
  readonly request: ChatRequest;
  readonly settings: TeamSettings;
  readonly estimatedTokens: number;
  readonly report: ModelCallReport;
  readonly deadlineAt: number;
}

type Attempted = { result: AttemptResult; usage: CallUsage } | { refused: Failure };

export class RetryingModelCaller implements ModelCaller {
  constructor(private readonly options: RetryingModelCallerOptions) {}

  async contextTokens(role: string, run: RunContext): Promise<number | undefined> {
    const selected = await this.select(role, run);
    return isFailure(selected) ? undefined : selected.contextTokens;
  }

  async call(request: ModelCallRequest, run: RunContext): Promise<ModelCallOutcome> {
    const callId = this.options.newId();
    const model = await this.select(request.role, run);
    if (isFailure(model)) return failed(callId, model);
    const settings = this.options.settings();
    const chatRequest = this.chatRequest(request, settings);
    const problems = validateHistory(request.messages);
    if (problems.length > 0) return failed(callId, invalidHistory(problems));
    if (!model.isLanguageModel) return this.callWithoutModel({ callId, model, request: chatRequest, run });
    const estimatedTokens = estimateRequestTokens(request);
    const tooLong = checkSize(model, estimatedTokens);
    if (tooLong) return failed(callId, tooLong);
    const { clock } = this.options;
    const captureContent = settings.trace.captureContent;
    const report = new ModelCallReport({
      run,
      callId,
      model,
      request: chatRequest,
      estimatedTokens,
      clock,
      captureContent,
    });
    const deadlineAt = run.scope.deadline?.at ?? clock.now() + settings.limits.taskTimeoutSeconds * 1000;
    const call: Call = { id: callId, run, model, request: chatRequest, settings, estimatedTokens, report, deadlineAt };
    return this.throughBreaker(call);
  }

  private async select(role: string, run: RunContext): Promise<ChatModel | Failure> {
    const { interactive } = run.shared;
    const given = this.options.modelFor?.(run);
    if (given) return isAborted(run) ? failureOfSignal(run.signal) : given;
    try {
      const selected = isAborted(run)
        ? CANCELLED
        : await this.options.select(role, { interactive, signal: run.signal });
      if (isAborted(run)) return failureOfSignal(run.signal);
      return isFailure(selected) ? selected : selected.model;
    } catch (error) {
      return failure('model.unavailable', `Internal error: ${messageOf(error)}`);
    }
  }

  private chatRequest(request: ModelCallRequest, settings: TeamSettings): ChatRequest {
    const { role } = request;
    const options: RoleModelOptions = {
      ...settings.modelOptions['default'],
      ...own(BUILT_IN_MODEL_OPTIONS, role),
      ...this.options.definedOptions?.(role),
      ...own(settings.modelOptions, role),
    };
    const { temperature, maxOutputTokens } = options;
    const { messages, tools, toolChoice, responseSchema } = request;
    return {
      role,
      messages,
      tools,
      ...(toolChoice && { toolChoice }),
      ...(responseSchema && { responseSchema }),
      ...(temperature !== undefined && { temperature }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    };
  }

  /** The offline policy: the same stream, and nothing that could be taken for a model call. */
  private async callWithoutModel(call: {
    callId: string;
    model: ChatModel;
    request: ChatRequest;
    run: RunContext;
  }): Promise<ModelCallOutcome> {
    const { callId, model, request, run } = call;
    const limits = limitsOf(this.options.settings());
    const { clock } = this.options;
    const result = await attemptCall({ model, request, signal: run.signal, clock, limits, onDelta: () => undefined });
    if (result.failure) return failed(callId, result.failure, result.text);
    return completed({ callId, model }, { ...result, toolCalls: withFreshIds(result.toolCalls, request.messages) }, {});
  }

  private async throughBreaker(call: Call): Promise<ModelCallOutcome> {
    const { run, model } = call;
    const entry = this.options.breakers.get('endpoint', model.id.endpoint).enter({ run });
    if (!entry.admitted) return failed(call.id, breakerOpen(model, entry.retryInMs));
    const { permit } = entry;
    try {
      return await this.attempts(call, permit);
    } finally {
      // Whatever ended the call without a verdict: the breaker must not wait for one.
      permit.release();
    }
  }

  private async attempts(call: Call, permit: BreakerPermit<BreakerCause>): Promise<ModelCallOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      const attempted = await this.attempt(call, attempt);
      if ('refused' in attempted) return this.refused(call, attempted.refused, attempt);
      const { result, usage } = attempted;
      if (!result.failure) {
        call.report.completed(result, usage);
        permit.succeed(this.cause(call));
        return completed({ callId: call.id, model: call.model }, result, usage, call.report.lastEventId);
      }
      call.report.endSpan(result, usage);
      const next = this.retryOf(call, result.failure, { attempt, isProbe: permit.isProbe });
      const isAgain = !isFailure(next) && (await this.waitFor(call, next, { failure: result.failure, attempt }));
      if (isAgain) continue;
      const verdict = isFailure(next) ? next : failureOfSignal(call.run.signal);
      call.report.failed(verdict, result.text, usage);
      this.settle(permit, verdict, call);
      return failed(call.id, verdict, result.text, call.report.lastEventId);
    }
  }

  /** One attempt within the budget. */
  private async attempt(call: Call, attempt: number): Promise<Attempted> {
    const { model, request, run, settings, report } = call;
    const reservation = await this.reserve(call);
    if (isFailure(reservation)) return { refused: reservation };
    const { maxOutputTokens } = reservation;
    const sent = maxOutputTokens === undefined ? request : { ...request, maxOutputTokens };
    report.requested(attempt, sent);
    const raw = await attemptCall({
      model,
      request: sent,
      signal: run.signal,
      clock: this.options.clock,
      limits: limitsOf(settings),
      onDelta: (channel, text) => report.live(channel, text),
    });
    const result = { ...raw, toolCalls: withFreshIds(raw.toolCalls, request.messages) };
    const usage = withCost(result, priceOf(model.id.model, settings.prices));
    run.shared.usage.add(usage);
    this.settleBudget(call, reservation, { result, usage });
    return { result, usage };
  }

  private async reserve(call: Call): Promise<Reservation | Failure> {
    const { run, model, request, settings, estimatedTokens, report } = call;
    const price = priceOf(model.id.model, settings.prices);
    const need = {
      inputTokens: estimatedTokens,
      ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
      ...(price && { price }),
    };
    let waiting: ReturnType<ModelCallReport['startWait']> | undefined;
    const onWait = () => (waiting = report.startWait('queue'));
    const emit = this.budgetEmitter(call);
    const reservation = await this.options.budgetFor(run).reserve(need, run.signal, { emit, onWait });
    waiting?.end();
    return reservation === CANCELLED ? failureOfSignal(run.signal) : reservation;
  }

  /** An attempt that the server turned away used nothing; one that broke off used what it had been sent. */
  private settleBudget(
    call: Call,
    reservation: Reservation,
    { result, usage }: { result: AttemptResult; usage: CallUsage },
  ): void {
    const { text, reasoning, toolCalls, failure: failed } = result;
    if (failed && isTurnedAway(failed) && text === '') {
      reservation.release();
      return;
    }
    // Counting takes time, and most endpoints tell.
    const output =
      usage.outputTokens ?? estimateMessageTokens({ role: 'assistant', text: text + reasoning, toolCalls });
    reservation.settle(usage, output, { emit: this.budgetEmitter(call) });
  }

  private budgetEmitter({ run, report }: Call) {
    return <T extends 'budget.warned' | 'budget.exceeded'>(topic: T, payload: EventPayloads[T]) => {
      const causationId = report.lastEventId;
      run.emit(topic, payload, causationId === undefined ? {} : { causationId });
    };
  }

  /** The budget or a stop came in between: an attempt that was announced gets its end, one that was not leaves no event. */
  private refused(call: Call, verdict: Failure, attempt: number): ModelCallOutcome {
    if (attempt > 1) call.report.failed(verdict, '', {});
    return failed(call.id, verdict, '', call.report.lastEventId);
  }

  /** How long to wait before the next attempt and why, or the failure that ends the call. */
  private retryOf(
    call: Call,
    failed: Failure & Partial<ModelFailure>,
    { attempt, isProbe }: { attempt: number; isProbe: boolean },
  ): { delayMs: number; reason: WaitReason } | Failure {
    const { retry } = this.options.settings();
    if (!failed.retryable || call.run.signal.aborted || isProbe || attempt >= retry.maxAttempts) return failed;
    if (this.options.breakers.get('endpoint', call.model.id.endpoint).state !== 'closed') return failed;
    const asked = failed.retryAfterMs;
    const delayMs = asked ?? backoffMs(retry, attempt, this.options.random ?? Math.random);
    const reason = asked !== undefined || failed.reason === 'model.rate_limited' ? 'rate_limit' : 'backoff';
    if (this.options.clock.now() + delayMs < call.deadlineAt) return { delayMs, reason };
    return asked === undefined ? failed : tooLongToWait(call.model, failed, asked);
  }

  /** Waits; false if the run was stopped meanwhile. */
  private async waitFor(
    call: Call,
    { delayMs, reason }: { delayMs: number; reason: WaitReason },
    last: { failure: Failure; attempt: number },
  ): Promise<boolean> {
    call.report.retrying(last.failure, last.attempt, delayMs);
    const span = call.report.startWait(reason);
    const how = await delay(this.options.clock, delayMs, call.run.signal);
    span.end();
    return how === 'elapsed';
  }

  private settle(permit: BreakerPermit<BreakerCause>, verdict: Failure, call: Call): void {
    if (call.run.signal.aborted) permit.release();
    else if (countsAgainstEndpoint(verdict)) permit.fail(this.cause(call));
    else permit.answered(this.cause(call));
  }

  private cause({ run, report }: Call): BreakerCause {
    const causationId = report.lastEventId;
    return { run, ...(causationId !== undefined && { causationId }) };
  }
}

function limitsOf({ limits }: TeamSettings): AttemptLimits {
  const totalMs = limits.requestTimeoutSeconds * 1000;
  return { totalMs, idleMs: Math.min(totalMs, MAX_IDLE_MS) };
}

function own(options: Readonly<Record<string, RoleModelOptions>>, role: string): RoleModelOptions | undefined {
  return Object.hasOwn(options, role) ? options[role] : undefined;
}

/** The server answered with an error before it did any work. */
function isTurnedAway(failed: Partial<ModelFailure>): boolean {
  return failed.status !== undefined && failed.status >= 400;
}

function withCost({ usage, failure: failed, text }: AttemptResult, price: ReturnType<typeof priceOf>): CallUsage {
  const isFree = failed !== undefined && isTurnedAway(failed) && text === '';
  const costUsd = price && (isFree ? 0 : (usage.costUsd ?? costOf(usage, price)));
  return costUsd === undefined ? usage : { ...usage, costUsd };
}

function isAborted({ signal }: RunContext): boolean {
  return signal.aborted;
}
