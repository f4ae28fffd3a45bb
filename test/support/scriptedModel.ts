// Fakes of the model ports. They answer what the test wrote, fail on a call that it did not expect, and remember what they were asked.
import assert from 'node:assert/strict';
import { CANCELLED } from '../../src/core/failure';
import type {
  CallUsage,
  ChatModel,
  ChatRequest,
  FinishReason,
  ModelFailure,
  ModelId,
  StreamPart,
  ToolCall,
} from '../../src/core/model/chatModel';
import type { Gate } from './gate';

/** One answer of a scripted model. Everything is optional: `{}` is an empty answer. */
export interface ScriptedReply {
  /** Text, or its deltas. */
  text?: string | string[];
  reasoning?: string | string[];
  toolCalls?: ScriptedToolCall[];
  /** Ends the answer (after what stands before) with this failure. */
  failure?: Partial<ModelFailure> & { reason: ModelFailure['reason'] };
  finishReason?: FinishReason;
  /** Absent: 10 in, 5 out; `null`: the endpoint reports none. */
  usage?: CallUsage | null;
  notices?: Extract<StreamPart, { type: 'notice' }>[];
  /** Waited at before anything is sent. */
  gate?: Gate;
  /** Waited at after the text and before tool calls and the end. */
  gateAfterText?: Gate;
  responseModel?: string;
  responseId?: string;
  extra?: Record<string, unknown>;
}

export interface ScriptedToolCall extends Partial<Omit<ToolCall, 'name'>> {
  name: string;
}

/** A reply, or what makes one from the request; it may assert on the request and throw. */
export type ScriptedStep<Request = ChatRequest> =
  ScriptedReply | ((request: Request, signal: AbortSignal) => ScriptedReply | Promise<ScriptedReply>);

const DEFAULT_USAGE: CallUsage = { inputTokens: 10, outputTokens: 5 };

/** Hands out scripted steps in order and knows which were not used and which calls nobody expected. */
export class Script<Request> {
  private readonly unexpected: string[] = [];
  private readonly steps: ScriptedStep<Request>[];
  private taken = 0;

  constructor(
    private readonly name: string,
    steps: readonly ScriptedStep<Request>[],
  ) {
    this.steps = [...steps];
  }

  push(...steps: ScriptedStep<Request>[]): void {
    this.steps.push(...steps);
  }

  async next(request: Request, signal: AbortSignal): Promise<ScriptedReply> {
    const step = this.steps[this.taken];
    this.taken += 1;
    if (step === undefined) {
      const problem = `${this.name} was called ${this.taken} times, but only ${this.steps.length} calls were scripted.`;
      this.unexpected.push(problem);
      throw new assert.AssertionError({ message: problem });
    }
    return typeof step === 'function' ? step(request, signal) : step;
  }

  /** Throws if a step was not used, or if there was a call that no step answered (even if somebody swallowed that error). */
  assertUsed(): void {
    assert.deepEqual(this.unexpected, []);
    const unused = this.steps.length - this.taken;
    assert.ok(unused <= 0, `${this.name} has ${unused} unused step(s) of ${this.steps.length}.`);
  }
}

export interface ScriptedModelOptions {
  id?: Partial<ModelId>;
  contextTokens?: number;
  acceptsImages?: boolean;
  isLanguageModel?: boolean;
}

/** A `ChatModel` that answers from a script. */
export class ScriptedModel implements ChatModel {
  readonly id: ModelId;
  readonly contextTokens?: number;
  readonly acceptsImages: boolean;
  readonly isLanguageModel: boolean;
  /** Copies of the requests, in order. */
  readonly requests: ChatRequest[] = [];
  /** The signals of the calls, in order: `aborted` after a cancel. */
  readonly signals: AbortSignal[] = [];
  private readonly script: Script<ChatRequest>;
  private minted = 0;

  constructor(steps: readonly ScriptedStep[] = [], options: ScriptedModelOptions = {}) {
    this.id = { provider: 'openai', endpoint: 'openai', model: 'scripted', ...options.id };
    if (options.contextTokens !== undefined) this.contextTokens = options.contextTokens;
    this.acceptsImages = options.acceptsImages ?? true;
    this.isLanguageModel = options.isLanguageModel ?? true;
    this.script = new Script('ScriptedModel', steps);
  }

  push(...steps: ScriptedStep[]): void {
    this.script.push(...steps);
  }

  assertUsed(): void {
    this.script.assertUsed();
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<StreamPart> {
    this.requests.push(structuredClone(request));
    this.signals.push(signal);
    // A call that is over before it begins asks nobody, as real adapters do.
    const reply = signal.aborted ? {} : await this.script.next(request, signal);
    yield* playReply(reply, signal, () => `call_${(this.minted += 1)}`);
  }
}

/** The parts that a scripted reply streams; ends with exactly one `finish` or `failed`. */
export async function* playReply(
  reply: ScriptedReply,
  signal: AbortSignal,
  mintId: () => string,
): AsyncGenerator<StreamPart, void> {
  for await (const part of repliedParts(reply, signal, mintId)) {
    if (signal.aborted) break;
    yield part;
    if (part.type === 'finish' || part.type === 'failed') return;
  }
  yield { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };
}

async function* repliedParts(
  reply: ScriptedReply,
  signal: AbortSignal,
  mintId: () => string,
): AsyncGenerator<StreamPart, void> {
  if ((await reply.gate?.wait(signal)) === 'aborted') return;
  yield* reply.notices ?? [];
  for (const text of deltas(reply.reasoning)) yield { type: 'reasoning', text };
  for (const text of deltas(reply.text)) yield { type: 'text', text };
  if ((await reply.gateAfterText?.wait(signal)) === 'aborted') return;
  if (reply.failure) yield { type: 'failed', failure: completeFailure(reply.failure) };
  for (const call of toolCallsOf(reply, mintId)) yield { type: 'toolCall', call };
  if (reply.usage !== null) yield { type: 'usage', usage: reply.usage ?? DEFAULT_USAGE };
  const { responseModel, responseId, extra } = reply;
  yield {
    type: 'finish',
    reason: finishReasonOf(reply),
    ...(responseModel !== undefined && { responseModel }),
    ...(responseId !== undefined && { responseId }),
    ...(extra !== undefined && { extra }),
  };
}

/** The usage that a scripted reply reports. */
export function usageOf(reply: ScriptedReply): CallUsage {
  return reply.usage === null ? {} : (reply.usage ?? DEFAULT_USAGE);
}

export function finishReasonOf(reply: ScriptedReply): FinishReason {
  return reply.finishReason ?? (reply.toolCalls?.length ? 'tool_calls' : 'stop');
}

/** The reply's tool calls with ids and arguments filled in. */
export function toolCallsOf(reply: ScriptedReply, mintId: () => string): ToolCall[] {
  return (reply.toolCalls ?? []).map((call) => ({ ...call, id: call.id ?? mintId(), arguments: call.arguments ?? {} }));
}

const TRANSIENT: readonly ModelFailure['reason'][] = [
  'model.rate_limited',
  'model.unavailable',
  'model.timeout',
  'model.broken_stream',
  'model.empty',
];

/** A whole failure from what a test cares about. */
export function completeFailure(part: Partial<ModelFailure> & { reason: ModelFailure['reason'] }): ModelFailure {
  return { message: `Scripted failure ${part.reason}.`, retryable: TRANSIENT.includes(part.reason), ...part };
}

export function deltas(text: string | string[] | undefined): string[] {
  if (text === undefined) return [];
  return typeof text === 'string' ? [text] : text;
}
