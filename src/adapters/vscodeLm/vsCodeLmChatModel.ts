// A language model of VS Code as a ChatModel. It reports no usage, so none is invented.
import * as vscode from 'vscode';
import { CANCELLED } from '../../core/failure';
import type { ChatModel, ChatRequest, ModelId, StreamPart, ToolCall } from '../../core/model/chatModel';
import { isAboutOptions, languageModelFailure } from './languageModelFailure';
import { canCarryImages, toLanguageModelMessages } from './languageModelMessages';

export interface VsCodeLmChatModelOptions {
  model: vscode.LanguageModelChat;
  /** How settings spell the model. */
  spelling: string;
  /** Shown by VS Code where it asks for consent: why this extension wants the model. */
  justification: string;
  /** Ids of models that rejected options; shared by the provider so that a rejection is met once. */
  withoutOptions: Set<string>;
}

type Notice = Extract<StreamPart, { type: 'notice' }>;

/** What VS Code sent, unseen, or a notice of ours. */
type Piece = Notice | { type: 'raw'; part: unknown };

const CANCELLED_PART: StreamPart = { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };

/** Streams from one `vscode.LanguageModelChat`. The first request may make VS Code ask for consent. */
export class VsCodeLmChatModel implements ChatModel {
  readonly id: ModelId;
  readonly contextTokens: number;
  readonly acceptsImages: boolean;
  readonly isLanguageModel = true;

  constructor(private readonly options: VsCodeLmChatModelOptions) {
    const { model, spelling } = options;
    this.id = { provider: 'vscode', endpoint: 'vscode', model: spelling };
    this.contextTokens = model.maxInputTokens;
    this.acceptsImages = canCarryImages() && seesImages(model);
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<StreamPart> {
    const source = new vscode.CancellationTokenSource();
    const cancel = () => source.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    let hasStarted = false;
    try {
      if (signal.aborted) throw new Aborted();
      const answer = new Answer(request);
      const { messages, imagesDropped } = toLanguageModelMessages(request.messages, this.acceptsImages);
      yield* this.notices(request, imagesDropped);
      for await (const piece of this.pieces(messages, request, { signal, token: source.token })) {
        const part = piece.type === 'notice' ? piece : answer.take(piece.part);
        if (!part) continue;
        hasStarted ||= part.type !== 'notice';
        yield part;
      }
      yield { type: 'finish', reason: answer.hasCalls ? 'tool_calls' : 'stop', responseModel: this.options.model.id };
    } catch (error) {
      yield error instanceof Aborted || signal.aborted
        ? CANCELLED_PART
        : { type: 'failed', failure: languageModelFailure(error, this.options.model.name, hasStarted) };
    } finally {
      signal.removeEventListener('abort', cancel);
      // Whoever stops reading early must not leave a vendor generating.
      source.cancel();
      source.dispose();
    }
  }

  /** The parts as they come. Options that the model rejects before its first part are left out from then on. */
  private async *pieces(
    messages: vscode.LanguageModelChatMessage[],
    request: ChatRequest,
    stop: { signal: AbortSignal; token: vscode.CancellationToken },
  ): AsyncIterable<Piece> {
    const { model, withoutOptions } = this.options;
    const modelOptions = withoutOptions.has(model.id) ? undefined : modelOptionsOf(request);
    let hasStarted = false;
    try {
      for await (const part of this.send(messages, { request, modelOptions, ...stop })) {
        hasStarted = true;
        yield { type: 'raw', part };
      }
    } catch (error) {
      if (hasStarted || stop.signal.aborted || !modelOptions || !isAboutOptions(error)) throw error;
      withoutOptions.add(model.id);
      yield notice('parameter_dropped', Object.keys(modelOptions).join(', '));
      for await (const part of this.send(messages, { request, modelOptions: undefined, ...stop })) {
        yield { type: 'raw', part };
      }
    }
  }

  private async *send(
    messages: vscode.LanguageModelChatMessage[],
    call: {
      request: ChatRequest;
      modelOptions: Record<string, number> | undefined;
      signal: AbortSignal;
      token: vscode.CancellationToken;
    },
  ): AsyncIterable<unknown> {
    const { request, modelOptions, signal, token } = call;
    const tools = request.toolChoice === 'none' ? [] : request.tools;
    const options: vscode.LanguageModelChatRequestOptions = {
      justification: this.options.justification,
      ...(modelOptions && { modelOptions }),
      ...(tools.length > 0 && { tools, toolMode: toolModeOf(request) }),
    };
    const sent = Promise.resolve(this.options.model.sendRequest(messages, options, token));
    const parts = (await unlessAborted(sent, signal)).stream[Symbol.asyncIterator]();
    for (;;) {
      const next: IteratorResult<unknown> = await unlessAborted(parts.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  }

  private notices(request: ChatRequest, imagesDropped: number): Notice[] {
    const notices: Notice[] = [];
    if (imagesDropped > 0) notices.push(notice('images_dropped', String(imagesDropped)));
    if (request.responseSchema) notices.push(notice('parameter_dropped', 'responseSchema'));
    if (request.toolChoice === 'required' && request.tools.length > 1)
      notices.push(notice('parameter_dropped', 'toolChoice'));
    return notices;
  }
}

/** Thrown at whatever waits when the caller's signal aborts. */
class Aborted extends Error {
  override readonly name = 'Aborted';
}

/** Turns raw parts into ours and keeps call ids unique over the conversation. */
class Answer {
  hasCalls = false;
  private readonly ids: Set<string>;

  constructor(request: ChatRequest) {
    const earlier = request.messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []));
    this.ids = new Set(earlier.map(({ id }) => id));
  }

  take(part: unknown): StreamPart | undefined {
    if (part instanceof vscode.LanguageModelTextPart) {
      return part.value === '' ? undefined : { type: 'text', text: part.value };
    }
    if (part instanceof vscode.LanguageModelToolCallPart) {
      this.hasCalls = true;
      return { type: 'toolCall', call: this.callOf(part) };
    }
    const text = thinkingOf(part);
    return text === undefined ? undefined : { type: 'reasoning', text };
  }

  private callOf({ callId, name, input }: vscode.LanguageModelToolCallPart): ToolCall {
    const id = this.uniqueId(callId || 'call');
    // A call without arguments may come without an input.
    const given: unknown = input;
    const value = given ?? {};
    if (isJsonObject(value)) return { id, name, arguments: value };
    return { id, name, arguments: {}, problem: { reason: 'invalid_json', raw: JSON.stringify(value) } };
  }

  private uniqueId(wanted: string): string {
    let id = wanted;
    for (let copy = 2; this.ids.has(id); copy += 1) id = `${wanted}_${copy}`;
    this.ids.add(id);
    return id;
  }
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a thinking part: a class that newer releases have, and that this one can only be recognised by. */
function thinkingOf(part: unknown): string | undefined {
  const thinkingPart = (vscode as unknown as { LanguageModelThinkingPart?: new (value: string) => object })
    .LanguageModelThinkingPart;
  if (!thinkingPart || !(part instanceof thinkingPart)) return undefined;
  const { value } = part as { value?: string | string[] };
  return (Array.isArray(value) ? value.join('') : value) || undefined;
}

/** Newer releases say whether a model sees images; where nothing is said, it is not tried. */
function seesImages(model: vscode.LanguageModelChat): boolean {
  const { capabilities } = model as { capabilities?: { supportsImageToText?: boolean } };
  return capabilities?.supportsImageToText === true;
}

/** Vendors reject `Required` with more than one tool. */
function toolModeOf({ toolChoice, tools }: ChatRequest): vscode.LanguageModelChatToolMode {
  const { Auto, Required } = vscode.LanguageModelChatToolMode;
  return toolChoice === 'required' && tools.length === 1 ? Required : Auto;
}

function modelOptionsOf({ temperature, maxOutputTokens }: ChatRequest): Record<string, number> | undefined {
  const options = {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
  };
  return Object.keys(options).length > 0 ? options : undefined;
}

function notice(code: Notice['code'], detail: string): Notice {
  return { type: 'notice', code, detail };
}

/** The promise's outcome, or `Aborted` at once when `signal` aborts: a vendor that ignores its token holds nobody. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Aborted());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
