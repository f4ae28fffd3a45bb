// One attempt of a model call: reads the stream to its end, or to the end of patience. It never throws and never outlives its signal.
import type { CallUsage } from '../../api';
import type { Clock } from '../clock';
import { CANCELLED, isFailure, messageOf, type Failure } from '../failure';
import type { ChatModel, ChatRequest, FinishReason, ModelFailure, StreamPart, ToolCall } from './chatModel';

export interface AttemptLimits {
  /** For the whole attempt. */
  totalMs: number;
  /** Between two parts, once the first has come. */
  idleMs: number;
}

/** A model that says more is out of its mind, and must not fill memory and journal. */
const MAX_ANSWER_CHARS = 4_000_000;

export interface AttemptOptions {
  model: ChatModel;
  request: ChatRequest;
  signal: AbortSignal;
  clock: Clock;
  limits: AttemptLimits;
  onDelta: (channel: 'text' | 'reasoning', text: string) => void;
}

/** What came of an attempt; with `failure`, what had come before it. */
export interface AttemptResult {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  usage: CallUsage;
  notices: string[];
  finish?: Extract<StreamPart, { type: 'finish' }>;
  failure?: Failure & Partial<ModelFailure>;
}

/** Makes one attempt. Aborting `signal` ends it at once, whatever the model does. */
export async function attemptCall(options: AttemptOptions): Promise<AttemptResult> {
  const result: AttemptResult = { text: '', reasoning: '', toolCalls: [], usage: {}, notices: [] };
  const patience = new Patience(options);
  const stream = options.model.stream(options.request, patience.signal)[Symbol.asyncIterator]();
  try {
    while (!result.finish && !result.failure) {
      const step = await Promise.race([stream.next(), patience.over]);
      if (step === 'over') break;
      if (step.done === true) {
        result.failure = endless(options.model);
        break;
      }
      patience.heard();
      take(step.value, result, options.onDelta);
      if (result.text.length + result.reasoning.length > MAX_ANSWER_CHARS) result.failure = tooLong(options.model);
    }
  } catch (error) {
    // The port promises not to throw: this is a bug of the adapter, and no retry will mend it.
    result.failure = {
      reason: 'model.broken_stream',
      message: `Internal error: ${messageOf(error)}`,
      retryable: false,
    };
  } finally {
    patience.dispose();
    // Whoever still reads on behalf of this attempt stops. A model that gave its last part is not aborted: its connection can be used again.
    if (stream.return) void Promise.resolve(stream.return()).catch(() => undefined);
    else patience.abandon();
  }
  // The adapter sees only an abort; why it was aborted is known here.
  const impatience = patience.failure;
  return impatience && !result.finish ? { ...result, failure: impatience } : result;
}

function take(part: StreamPart, result: AttemptResult, onDelta: AttemptOptions['onDelta']): void {
  switch (part.type) {
    case 'text':
      result.text += part.text;
      {
        onDelta('text', part.text);
        return;
      }
    case 'reasoning':
      result.reasoning += part.text;
      {
        onDelta('reasoning', part.text);
        return;
      }
    case 'toolCall':
      result.toolCalls.push(part.call);
      return;
    case 'usage':
      result.usage = part.usage;
      return;
    case 'notice':
      result.notices.push(part.detail);
      return;
    case 'finish':
      result.finish = part;
      return;
    case 'failed':
      result.failure = part.failure;
  }
}

/** Ends an attempt by its signal, its total time or a silence. */
class Patience {
  private readonly controller = new AbortController();
  private readonly total: { dispose(): void };
  private idle: { dispose(): void } | undefined;
  private lastHeard: number;
  private say: () => void = () => undefined;
  /** Resolves when patience is over; never rejects. */
  readonly over: Promise<'over'>;
  failure: (Failure & Partial<ModelFailure>) | undefined;

  constructor(private readonly options: AttemptOptions) {
    const { clock, limits, signal } = options;
    this.over = new Promise((resolve) => (this.say = () => resolve('over')));
    this.lastHeard = clock.now();
    this.total = clock.after(limits.totalMs, () => this.end(timeout(options.model, limits.totalMs, 'did not finish')));
    if (signal.aborted) this.onAbort();
    else signal.addEventListener('abort', this.onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A part came. One timer watches the silence; it looks at the time of the last part when it fires. */
  heard(): void {
    this.lastHeard = this.options.clock.now();
    if (!this.idle) this.watch(this.options.limits.idleMs);
  }

  dispose(): void {
    this.total.dispose();
    this.idle?.dispose();
    this.options.signal.removeEventListener('abort', this.onAbort);
  }

  /** Aborts without a verdict. Without a reason, each abort would make an exception. */
  abandon(): void {
    this.controller.abort(CANCELLED);
  }

  private watch(delayMs: number): void {
    const { clock, limits, model } = this.options;
    this.idle = clock.after(delayMs, () => {
      const silentMs = clock.now() - this.lastHeard;
      if (silentMs >= limits.idleMs) this.end(timeout(model, limits.idleMs, 'fell silent'));
      else this.watch(limits.idleMs - silentMs);
    });
  }

  private readonly onAbort = () => this.end(failureOfSignal(this.options.signal));

  private end(failure: Failure): void {
    this.failure ??= failure as Failure & Partial<ModelFailure>;
    this.controller.abort(CANCELLED);
    this.say();
  }
}

/** Why a signal was aborted: the failure that it carries (a deadline, say), else cancellation. */
export function failureOfSignal(signal: AbortSignal): Failure {
  return isFailure(signal.reason) ? signal.reason : CANCELLED;
}

function timeout(model: ChatModel, afterMs: number, what: string): ModelFailure {
  const seconds = Math.round(afterMs / 1000);
  const message = `The model ${model.id.model} at “${model.id.endpoint}” ${what} for ${seconds} s. Raise agentTeam.limits.requestTimeoutSeconds if it is only slow.`;
  return { reason: 'model.timeout', message, retryable: true };
}

/** Trying again would not make it shorter. */
function tooLong({ id }: ChatModel): ModelFailure {
  const message = `The model ${id.model} at “${id.endpoint}” did not come to an end within ${MAX_ANSWER_CHARS / 1e6} million characters.`;
  return { reason: 'model.broken_stream', message, retryable: false };
}

function endless(model: ChatModel): ModelFailure {
  const message = `The answer of the model ${model.id.model} at “${model.id.endpoint}” broke off.`;
  return { reason: 'model.broken_stream', message, retryable: true };
}

/** Why an answer ended; `unknown` while there is none. */
export function finishReasonOf(result: AttemptResult): FinishReason {
  return result.finish?.reason ?? 'unknown';
}
