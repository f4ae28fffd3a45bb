// A model behind an OpenAI-compatible endpoint. It asks, downgrades what the endpoint rejects, and accumulates; it never retries.
import { delay, type Clock } from '../../core/clock';
import { CANCELLED, isFailure } from '../../core/failure';
import type { ChatModel, ChatRequest, ModelFailure, ModelId, StreamPart } from '../../core/model/chatModel';
import { encodeRequest, type EncodedRequest } from './encodeRequest';
import { asObject, parseJson } from './json';
import type { OpenAiConnection } from './openAiConnection';
import { noticeOf, quirkShownBy, type Quirk, type QuirkBook } from './quirks';
import { refusalInBody, refusalOfThrown, type Refusal } from './refusal';
import { readSseEvents, type SseEvent } from './sseEvents';
import { WireAccumulator } from './wireAccumulator';
import {
  brokenStream,
  emptyAnswer,
  isAboutContent,
  notAnApi,
  toModelFailure,
  type FailureContext,
} from './wireFailure';

export interface OpenAiChatModelOptions {
  id: ModelId;
  contextTokens?: number;
  /** Resolves address, headers and key as they are now. */
  connect: () => Promise<OpenAiConnection | ModelFailure>;
  /** Whether answers are streamed, as set now. */
  isStreaming: () => boolean;
  quirks: QuirkBook;
  clock: Clock;
  mintId: () => string;
}

/** How long the rest (token counts) is waited for after the server said that the answer is finished. */
const GRACE_MS = 2_000;
const MAY_SHOW_A_QUIRK = new Set([400, 404, 415, 422, 500, 501]);
const CANCELLED_PART: StreamPart = { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };

/** One answer being asked for: what all steps of it need. */
interface Asking {
  request: ChatRequest;
  signal: AbortSignal;
  connection: OpenAiConnection;
  context: FailureContext;
  encoded: EncodedRequest;
  streaming: boolean;
  /** Quirks that this call found out, in order; kept for later calls once they have helped. */
  found: Quirk[];
}

export class OpenAiChatModel implements ChatModel {
  readonly id: ModelId;
  readonly contextTokens?: number;
  readonly isLanguageModel = true;

  constructor(private readonly options: OpenAiChatModelOptions) {
    this.id = options.id;
    if (options.contextTokens !== undefined) this.contextTokens = options.contextTokens;
  }

  /** True until the endpoint has rejected one. */
  get acceptsImages(): boolean {
    return !this.options.quirks.of(this.quirkKey).has('images');
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<StreamPart, void> {
    const connection = signal.aborted ? CANCELLED_PART : await this.options.connect();
    if ('type' in connection) yield connection;
    else if (isFailure(connection)) yield { type: 'failed', failure: connection };
    else yield* this.askUntilTaken(request, connection, signal);
  }

  /** Asks, and asks again without what the endpoint rejects; ends because each round finds out something new. */
  private async *askUntilTaken(
    request: ChatRequest,
    connection: OpenAiConnection,
    signal: AbortSignal,
  ): AsyncGenerator<StreamPart, void> {
    const found: Quirk[] = [];
    for (;;) {
      const asking = this.prepare(request, connection, { found, signal });
      const refusal = yield* this.ask(asking);
      if (!refusal) return;
      const quirk = shownQuirk(refusal, asking, this.known(found));
      if (quirk === undefined) {
        yield { type: 'failed', failure: toModelFailure(refusal, asking.context) };
        return;
      }
      found.push(quirk);
    }
  }

  private get quirkKey(): string {
    return `${this.id.endpoint}\n${this.id.model}`;
  }

  private known(found: readonly Quirk[]): ReadonlySet<Quirk> {
    return new Set([...this.options.quirks.of(this.quirkKey), ...found]);
  }

  private prepare(
    request: ChatRequest,
    connection: OpenAiConnection,
    { found, signal }: { found: Quirk[]; signal: AbortSignal },
  ): Asking {
    const { endpoint, model } = this.id;
    const quirks = this.known(found);
    const streaming = this.options.isStreaming() && !quirks.has('stream');
    const outputLimitName = connection.endpoint.kind === 'official' ? 'max_completion_tokens' : 'max_tokens';
    const encoded = encodeRequest(request, { origin: { endpoint, model }, stream: streaming, quirks, outputLimitName });
    const context = { endpoint, model, baseUrl: connection.endpoint.baseUrl, key: connection.key };
    return { request, signal, connection, context, encoded, streaming, found };
  }

  /** Asks once. Returns the refusal if nothing of an answer came; else it has given the whole answer, end included. */
  private async *ask(asking: Asking): AsyncGenerator<StreamPart, Refusal | undefined> {
    let response: Response;
    try {
      response = await post(asking);
    } catch (error) {
      if (!asking.signal.aborted) return refusalOfThrown(error);
      yield CANCELLED_PART;
      return undefined;
    }
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.includes('text/html')) {
      void response.body?.cancel().catch(() => undefined);
      yield { type: 'failed', failure: notAnApi(asking.context, response.status) };
      return undefined;
    }
    return asking.streaming && !contentType.includes('application/json')
      ? yield* this.readStream(response, asking)
      : yield* this.readWhole(response, asking);
  }

  private async *readWhole(response: Response, asking: Asking): AsyncGenerator<StreamPart, Refusal | undefined> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      yield this.broken(refusalOfThrown(error), asking);
      return undefined;
    }
    const body = asObject(parseJson(text)?.value);
    if (!body) {
      yield text.trim() === ''
        ? { type: 'failed', failure: emptyAnswer(asking.context) }
        : this.broken({ ...NOTHING_KNOWN, message: `no JSON but “${text.slice(0, 80)}”` }, asking);
      return undefined;
    }
    const refusal = refusalInBody(body);
    if (refusal) return refusal;
    yield* this.begin(asking);
    if (asking.streaming) yield NOT_STREAMED;
    const answer = this.accumulator(asking);
    yield* answer.push(body);
    yield* this.end(answer, 'done', asking);
    return undefined;
  }

  private async *readStream(response: Response, asking: Asking): AsyncGenerator<StreamPart, Refusal | undefined> {
    const answer = this.accumulator(asking);
    const events = response.body ? readSseEvents(response.body) : emptyEvents();
    let begun = false;
    try {
      for (;;) {
        const step = await this.next(events, answer, asking.signal);
        if (step === 'done' || step === 'closed') {
          if (!begun && !answer.isEmpty) yield* this.begin(asking);
          yield* asking.signal.aborted ? [CANCELLED_PART] : this.end(answer, step, asking);
          return undefined;
        }
        const refusal = refusalOfEvent(step);
        if (refusal && !begun) return refusal;
        if (refusal) throw new BrokenOff(refusal);
        if (!begun) yield* this.begin(asking);
        begun = true;
        if (step.type === 'json') yield* answer.push(step.value);
      }
    } catch (error) {
      if (answer.isFinished && !asking.signal.aborted) yield* this.end(answer, 'done', asking);
      else yield this.broken(error instanceof BrokenOff ? error.refusal : refusalOfThrown(error), asking);
      return undefined;
    } finally {
      void events.return().catch(() => undefined);
    }
  }

  /** The next event, or how the stream ended. Once the answer is finished, a server that neither goes on nor ends is not waited for. */
  private async next(
    events: AsyncGenerator<SseEvent, void>,
    answer: WireAccumulator,
    signal: AbortSignal,
  ): Promise<Exclude<SseEvent, { type: 'done' }> | 'done' | 'closed'> {
    const next = events.next();
    let step: IteratorResult<SseEvent, void> | 'late';
    if (answer.isFinished) {
      const patience = new AbortController();
      const late = delay(this.options.clock, GRACE_MS, patience.signal).then(() => 'late' as const);
      step = await Promise.race([next, late]);
      patience.abort();
      if (step === 'late') {
        next.catch(() => undefined);
        return 'done';
      }
    } else {
      step = await next;
    }
    if (step.done || signal.aborted) return 'closed';
    return step.value.type === 'done' ? 'done' : step.value;
  }

  /** The endpoint took the request: what was learned on the way is kept and told. */
  private *begin({ found, request, encoded }: Asking): Generator<StreamPart> {
    const { quirks } = this.options;
    const before = quirks.of(this.quirkKey);
    const told = new Set(found.filter((quirk) => !before.has(quirk)));
    // What changes the answer is said each time, not only when it is learned.
    if (before.has('tools') && request.tools.length > 0) told.add('tools');
    if (before.has('images') && encoded.uses.has('images')) told.add('images');
    for (const quirk of found) quirks.learn(this.quirkKey, quirk);
    for (const quirk of told) {
      const notice = noticeOf(quirk);
      if (notice) yield notice;
    }
  }

  private *end(answer: WireAccumulator, how: 'done' | 'closed', asking: Asking): Generator<StreamPart> {
    if (answer.isEmpty) yield { type: 'failed', failure: emptyAnswer(asking.context) };
    else yield* answer.finish(how);
  }

  private broken(refusal: Refusal, { signal, context }: Asking): StreamPart {
    return signal.aborted ? CANCELLED_PART : { type: 'failed', failure: brokenStream(refusal, context) };
  }

  private accumulator({ request }: Asking): WireAccumulator {
    const usedIds = new Set<string>();
    for (const message of request.messages) {
      if (message.role === 'assistant') for (const call of message.toolCalls) usedIds.add(call.id);
    }
    const { endpoint, model } = this.id;
    const toolNames = request.tools.map((tool) => tool.name);
    return new WireAccumulator({ origin: { endpoint, model }, toolNames, usedIds, mintId: this.options.mintId });
  }
}

const NOT_STREAMED: StreamPart = {
  type: 'notice',
  code: 'not_streamed',
  detail: 'The endpoint does not stream; the answer came as a whole.',
};
const NOTHING_KNOWN: Refusal = {
  status: undefined,
  message: '',
  code: undefined,
  type: undefined,
  param: undefined,
  retryAfterMs: undefined,
  network: undefined,
};

class BrokenOff extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** Posts the request by the SDK; the body is read here, since the SDK's own reader stops at shapes that servers really send. */
function post({ connection, encoded, signal }: Asking): Promise<Response> {
  // The body holds what the port knows; the SDK's types describe one server's view of it.
  const body = encoded.body as unknown as Parameters<typeof connection.client.chat.completions.create>[0];
  return connection.client.chat.completions.create(body, { signal }).asResponse();
}

function refusalOfEvent(event: SseEvent): Refusal | undefined {
  if (event.type === 'json') return refusalInBody(event.value, event.event);
  return event.type === 'malformed'
    ? { ...NOTHING_KNOWN, message: `unreadable data “${event.raw.slice(0, 80)}”` }
    : undefined;
}

function shownQuirk(refusal: Refusal, { encoded, signal }: Asking, known: ReadonlySet<Quirk>): Quirk | undefined {
  if (signal.aborted || refusal.network !== undefined || isAboutContent(refusal)) return undefined;
  if (refusal.status !== undefined && !MAY_SHOW_A_QUIRK.has(refusal.status)) return undefined;
  return quirkShownBy(refusal, encoded.uses, known);
}

async function* emptyEvents(): AsyncGenerator<SseEvent, void> {
  // A response without a body: a stream without events.
}
