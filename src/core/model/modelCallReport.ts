// What a run is told of one model call: events, one `chat` span for each attempt, live text, usage.
//
//   model.requested ─▶ model.completed
//         │  ▲    └──▶ model.failed
//         ▼  │
//   model.retrying        beside `chat {model}` (attempt 1), `wait {…}`, `chat {model}` (attempt 2), …
import type { CallUsage, Failure } from '../../api';
import type { Clock } from '../clock';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import type { ChatModel, ChatRequest } from './chatModel';
import { inputMessages, outputMessage } from './genAiMessages';
import type { AttemptResult } from './modelAttempt';

export interface ModelCallReportOptions {
  run: RunContext;
  callId: string;
  model: ChatModel;
  request: ChatRequest;
  estimatedTokens: number;
  clock: Clock;
  /** Messages go into the span. */
  captureContent: boolean;
}

export type WaitReason = 'rate_limit' | 'backoff' | 'queue';

/** Reports one call, attempt by attempt. Each event names the one before it as its cause. */
export class ModelCallReport {
  private readonly startedAt: number;
  private cause: string | undefined;
  private span: Span | undefined;

  constructor(private readonly options: ModelCallReportOptions) {
    this.startedAt = options.clock.now();
  }

  /** Id of the last event of this call. */
  get lastEventId(): string | undefined {
    return this.cause;
  }

  /** An attempt begins: `request` is what is really sent. */
  requested(attempt: number, request: ChatRequest): void {
    const { run, model, estimatedTokens, captureContent } = this.options;
    this.span = run.startSpan(`chat ${model.id.model}`, this.requestAttributes(attempt, request), { kind: 'client' });
    const messages = request.messages.length;
    this.cause = run.emit(
      'model.requested',
      { ...this.step(), role: request.role, attempt, messages, estimatedTokens },
      this.details(),
    ).id;
    if (captureContent) this.span.setAttributes({ [GEN_AI.inputMessages]: inputMessages(request.messages) });
    if (attempt > 1) this.live('text', '', true);
  }

  live(channel: 'text' | 'reasoning', text: string, restart = false): void {
    const { run, callId, request } = this.options;
    const { taskId, agent = request.role } = run.scope;
    run.shared.live.push({
      runId: run.runId,
      agent,
      callId,
      channel,
      text,
      ...(restart && { restart }),
      ...(taskId !== undefined && { taskId }),
    });
  }

  completed(result: AttemptResult, usage: CallUsage): void {
    const { run, callId } = this.options;
    this.cause = run.emit(
      'model.completed',
      {
        ...this.step(),
        text: result.text,
        ...(result.reasoning !== '' && { reasoning: result.reasoning }),
        toolCalls: result.toolCalls.map(({ id, name, arguments: input }) => ({ id, name, arguments: input })),
        finishReason: result.finish?.reason ?? 'unknown',
        usage,
        durationMs: this.durationMs(),
        ...(result.notices.length > 0 && { notices: result.notices }),
      },
      this.details(),
    ).id;
    this.endSpan(result, usage);
    run.shared.live.finish(callId);
  }

  /** The call is over without an answer; `usage` is that of its last attempt. */
  failed(failure: Failure, text: string, usage: CallUsage): void {
    const { run, callId } = this.options;
    const durationMs = this.durationMs();
    this.cause = run.emit(
      'model.failed',
      { ...this.step(), error: plain(failure), text, durationMs, usage },
      this.details(),
    ).id;
    run.shared.live.finish(callId);
  }

  retrying(failure: Failure, attempt: number, delayMs: number): void {
    const payload = { ...this.step(), error: plain(failure), attempt, delayMs };
    this.cause = this.options.run.emit('model.retrying', payload, this.details()).id;
  }

  /** Ends the span of the attempt. */
  endSpan(result: AttemptResult, usage: CallUsage): void {
    const { failure, finish } = result;
    const attributes = {
      [GEN_AI.responseModel]: finish?.responseModel,
      [GEN_AI.responseId]: finish?.responseId,
      [GEN_AI.finishReasons]: finish && [finish.reason],
      [GEN_AI.inputTokens]: usage.inputTokens,
      [GEN_AI.outputTokens]: usage.outputTokens,
      [GEN_AI.cachedInputTokens]: usage.cachedInputTokens,
      [AGENT_TEAM.costUsd]: usage.costUsd,
      [GEN_AI.errorType]: failure?.reason,
      [GEN_AI.outputMessages]: this.options.captureContent ? outputMessage(result) : undefined,
    };
    if (failure) this.span?.end({ status: 'error', message: failure.message, attributes });
    else this.span?.end({ status: 'ok', attributes });
  }

  /** A wait on behalf of this call; the caller ends the span. */
  startWait(reason: WaitReason): Span {
    return this.options.run.startSpan(`wait ${reason}`);
  }

  private step() {
    const { callId, model } = this.options;
    return { callId, model: model.id.model, endpoint: model.id.endpoint };
  }

  private details() {
    return {
      ...(this.span && { span: this.span }),
      ...(this.cause !== undefined && { causationId: this.cause }),
    };
  }

  private durationMs(): number {
    return Math.max(0, this.options.clock.now() - this.startedAt);
  }

  private requestAttributes(attempt: number, request: ChatRequest) {
    const { run, model } = this.options;
    return {
      [GEN_AI.operation]: 'chat',
      [GEN_AI.provider]: model.id.provider,
      [GEN_AI.requestModel]: model.id.model,
      [GEN_AI.requestTemperature]: request.temperature,
      [GEN_AI.requestMaxTokens]: request.maxOutputTokens,
      [GEN_AI.agentName]: run.scope.agent ?? request.role,
      [AGENT_TEAM.attempt]: attempt,
    };
  }
}

/** A failure as events carry it. */
function plain({ reason, message, retryable }: Failure): Failure {
  return { reason, message, retryable };
}
