// How a model call ends: its outcome, and the failures that no model but we ourselves speak of.
import type { CallUsage, Failure } from '../../api';
import { failure } from '../failure';
import type { AssistantMessage, ChatModel, ModelFailure } from './chatModel';
import { finishReasonOf, type AttemptResult } from './modelAttempt';
import type { ModelCallOutcome } from './modelCaller';

/** Estimates err by some ten percent: only what is clearly too long is not sent. */
const ESTIMATE_MARGIN = 1.2;

/** The outcome of a call that was answered. */
export function completed(
  call: { callId: string; model: ChatModel },
  result: AttemptResult,
  usage: CallUsage,
  eventId?: string,
): ModelCallOutcome {
  const message: AssistantMessage = {
    role: 'assistant',
    text: result.text,
    toolCalls: result.toolCalls,
    ...(result.reasoning !== '' && { reasoning: result.reasoning }),
    ...(result.finish?.extra && { extra: result.finish.extra }),
  };
  const finishReason = finishReasonOf(result);
  const { callId } = call;
  const base = { kind: 'completed' as const, callId, model: call.model.id, message, finishReason, usage };
  return eventId === undefined ? base : { ...base, eventId };
}

/** The outcome of a call without an answer; `text` is what had been streamed. */
export function failed(callId: string, verdict: Failure, text = '', eventId?: string): ModelCallOutcome {
  const base = { kind: 'failed' as const, callId, failure: verdict, text };
  return eventId === undefined ? base : { ...base, eventId };
}

/** The failure of a request that can't fit into its model; undefined where it may. */
export function checkSize(model: ChatModel, estimatedTokens: number): Failure | undefined {
  const { contextTokens } = model;
  if (contextTokens === undefined || estimatedTokens <= contextTokens * ESTIMATE_MARGIN) return undefined;
  const message = `The request has about ${estimatedTokens} tokens; ${contextTokens} fit into ${model.id.model}.`;
  return failure('model.context_too_long', message);
}

/** A history that no server would take: a bug, said before a server says it. */
export function invalidHistory(problems: readonly string[]): Failure {
  return failure(
    'model.invalid_history',
    `Internal error: the history can't be sent: ${problems.slice(0, 5).join('; ')}.`,
  );
}

/** The endpoint's breaker refuses calls; `retryInMs` is 0 while a probe is out. */
export function breakerOpen(model: ChatModel, retryInMs: number): Failure {
  const { endpoint } = model.id;
  const when = retryInMs > 0 ? `it is tried again in ${Math.ceil(retryInMs / 1000)} s` : 'it is being tried right now';
  const message = `“${endpoint}” has failed repeatedly and is not asked at the moment; ${when}. “Agent Team: Reset Breaker” tries at once.`;
  return failure('model.breaker_open', message, true);
}

/** The server wants a wait that the task's deadline does not allow. */
export function tooLongToWait(model: ChatModel, failed: Failure & Partial<ModelFailure>, askedMs: number): Failure {
  const seconds = Math.ceil(askedMs / 1000);
  const message = `“${model.id.endpoint}” asks to wait ${seconds} s, longer than there is time for. ${failed.message}`;
  return { ...failed, reason: 'model.rate_limited', message, retryable: true };
}
