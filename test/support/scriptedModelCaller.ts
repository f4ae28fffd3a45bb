// The fake of `ModelCaller` for tests of what stands above models: agents, router, supervisor.
import assert from 'node:assert/strict';
import { CANCELLED, type Failure } from '../../src/core/failure';
import type { AssistantMessage, CallUsage, ModelId } from '../../src/core/model/chatModel';
import type { ModelCaller, ModelCallOutcome, ModelCallRequest } from '../../src/core/model/modelCaller';
import type { RunContext } from '../../src/core/runs/runContext';
import { GEN_AI } from '../../src/core/telemetry/attributes';
import {
  completeFailure,
  deltas,
  finishReasonOf,
  Script,
  toolCallsOf,
  usageOf,
  type ScriptedReply,
  type ScriptedStep,
} from './scriptedModel';

export type CallerStep = ScriptedStep<ModelCallRequest>;

export interface ScriptedModelCallerOptions {
  id?: Partial<ModelId>;
  /** What `contextTokens` answers. */
  contextTokens?: number;
  /** False: no events, spans, usage or live text, like the offline policy. */
  isLanguageModel?: boolean;
}

/**
 * A `ModelCaller` that answers from a script, reporting to the run as the real one does: `model.requested` then
 * `model.completed` or `model.failed`, one `chat` span, usage and live text.
 * Steps are one list in order of the calls, or a list per role where calls of several roles run at once.
 */
export class ScriptedModelCaller implements ModelCaller {
  /** Copies of the requests, in order. */
  readonly requests: ModelCallRequest[] = [];
  private readonly byRole = new Map<string, Script<ModelCallRequest>>();
  private readonly inOrder: Script<ModelCallRequest> | undefined;
  private readonly id: ModelId;
  private calls = 0;
  private minted = 0;

  constructor(
    steps: readonly CallerStep[] | Record<string, readonly CallerStep[]>,
    private readonly options: ScriptedModelCallerOptions = {},
  ) {
    this.id = { provider: 'openai', endpoint: 'openai', model: 'scripted', ...options.id };
    if (isList(steps)) {
      this.inOrder = new Script('ScriptedModelCaller', steps);
      return;
    }
    for (const [role, list] of Object.entries(steps)) {
      this.byRole.set(role, new Script(`ScriptedModelCaller for role '${role}'`, list));
    }
  }

  /** The requests of one role, in order. */
  requestsOf(role: string): ModelCallRequest[] {
    return this.requests.filter((request) => request.role === role);
  }

  assertUsed(): void {
    this.inOrder?.assertUsed();
    for (const script of this.byRole.values()) script.assertUsed();
  }

  contextTokens(): Promise<number | undefined> {
    return Promise.resolve(this.options.contextTokens);
  }

  async call(request: ModelCallRequest, run: RunContext): Promise<ModelCallOutcome> {
    this.requests.push(structuredClone(request));
    const callId = `scripted-${(this.calls += 1)}`;
    const reply = this.scriptFor(request.role).next(request, run.signal);
    if (this.options.isLanguageModel === false) return outcomeOf(await this.play(await reply, callId, run), callId);
    return this.report({ request, callId, reply }, run);
  }

  private async report(
    { request, callId, reply }: { request: ModelCallRequest; callId: string; reply: Promise<ScriptedReply> },
    run: RunContext,
  ): Promise<ModelCallOutcome> {
    const { model, endpoint } = this.id;
    const step = { callId, model, endpoint };
    const span = run.startSpan(`chat ${model}`, { [GEN_AI.requestModel]: model }, { kind: 'client' });
    const messages = request.messages.length;
    const asked = { ...step, role: request.role, attempt: 1, messages, estimatedTokens: messages * 10 };
    const requested = run.emit('model.requested', asked, { span });
    const played = await this.play(await reply, callId, run);
    run.shared.usage.add(played.usage);
    run.shared.live.finish(callId);
    const details = { span, causationId: requested.id };
    const done = { ...step, durationMs: 1, usage: played.usage, text: played.text };
    if (played.failure) {
      const failed = run.emit('model.failed', { ...done, error: played.failure }, details);
      span.end({ status: 'error', message: played.failure.message });
      return { ...outcomeOf(played, callId), eventId: failed.id };
    }
    const toolCalls = played.message.toolCalls.map(({ id, name, arguments: input }) => ({
      id,
      name,
      arguments: input,
    }));
    const finishReason = played.finishReason;
    const completed = run.emit('model.completed', { ...done, toolCalls, finishReason }, details);
    span.end({ status: 'ok' });
    return { ...outcomeOf(played, callId), eventId: completed.id };
  }

  /** Streams the reply to the run's live text, honouring gates and cancellation. */
  private async play(reply: ScriptedReply, callId: string, run: RunContext): Promise<Played> {
    const agent = run.scope.agent ?? 'unknown';
    const message: AssistantMessage = { role: 'assistant', text: '', toolCalls: [] };
    const base = { model: this.id, message, usage: {} as CallUsage, finishReason: finishReasonOf(reply) };
    const cancelled = () => ({ ...base, text: message.text, failure: CANCELLED });
    if (run.signal.aborted || (await reply.gate?.wait(run.signal)) === 'aborted') return cancelled();
    for (const text of deltas(reply.text)) {
      message.text += text;
      if (this.options.isLanguageModel === false) continue;
      run.shared.live.push({ runId: run.runId, agent, callId, channel: 'text', text });
    }
    if ((await reply.gateAfterText?.wait(run.signal)) === 'aborted') return cancelled();
    if (reply.failure) return { ...base, text: message.text, failure: completeFailure(reply.failure) };
    message.toolCalls = toolCallsOf(reply, () => `call_${(this.minted += 1)}`);
    const reasoning = deltas(reply.reasoning).join('');
    if (reasoning) message.reasoning = reasoning;
    if (reply.extra) message.extra = reply.extra;
    return { ...base, text: message.text, usage: usageOf(reply) };
  }

  private scriptFor(role: string): Script<ModelCallRequest> {
    const script = this.inOrder ?? this.byRole.get(role);
    if (script) return script;
    assert.fail(`ScriptedModelCaller has no steps for role '${role}'.`);
  }
}

interface Played {
  model: ModelId;
  message: AssistantMessage;
  text: string;
  usage: CallUsage;
  finishReason: ReturnType<typeof finishReasonOf>;
  failure?: Failure;
}

function outcomeOf(played: Played, callId: string): ModelCallOutcome {
  if (played.failure) return { kind: 'failed', callId, failure: played.failure, text: played.text };
  const { model, message, finishReason, usage } = played;
  return { kind: 'completed', callId, model, message, finishReason, usage };
}

function isList(steps: readonly CallerStep[] | Record<string, readonly CallerStep[]>): steps is readonly CallerStep[] {
  return Array.isArray(steps);
}
