// A model behind an OpenAI-compatible endpoint. It asks, downgrades what the endpoint rejects, and accumulates; it never retries.
import type { Clock } from '../../core/clock';
import { isFailure } from '../../core/failure';
import type { ChatModel, ChatRequest, ModelFailure, ModelId, StreamPart } from '../../core/model/chatModel';
import { encodeRequest, type EncodedRequest } from './encodeRequest';
import { AnswerReader, CANCELLED_PART } from './answerReader';
import type { OpenAiConnection } from './openAiConnection';
import type { QuirkBook } from './quirkBook';
import { noticeOf, quirkShownBy, type Quirk } from './quirks';
import { refusalOfThrown, type Refusal } from './refusal';
import { WireAccumulator } from './wireAccumulator';
import { isAboutContent, toModelFailure, type FailureContext } from './wireFailure';

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

const MAY_SHOW_A_QUIRK = new Set([400, 404, 415, 422, 500, 501]);

/** One answer being asked for: what all steps of it need. */
interface Asking {
  request: ChatRequest;
  signal: AbortSignal;
  /** Closes the connection. */
  socket: AbortController;
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
      const refusal = yield* this.askWhileWanted(asking);
      if (!refusal) return;
      const quirk = shownQuirk(refusal, asking, this.known(found));
      if (quirk === undefined) {
        yield { type: 'failed', failure: toModelFailure(refusal, asking.context) };
        return;
      }
      found.push(quirk);
    }
  }

  private async *askWhileWanted(asking: Asking): AsyncGenerator<StreamPart, Refusal | undefined> {
    const { signal, socket } = asking;
    const hangUp = () => socket.abort(signal.reason);
    if (signal.aborted) hangUp();
    else signal.addEventListener('abort', hangUp, { once: true });
    try {
      return yield* this.ask(asking);
    } finally {
      signal.removeEventListener('abort', hangUp);
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
    return { request, signal, socket: new AbortController(), connection, context, encoded, streaming, found };
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
    const { signal, socket, context, streaming } = asking;
    const { clock } = this.options;
    const [answer, begin] = [this.accumulator(asking), () => this.begin(asking)];
    return yield* new AnswerReader({ signal, socket, context, streaming, clock, answer, begin }).read(response);
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

/** Posts the request by the SDK; the body is read here, since the SDK's own reader stops at shapes that servers really send. */
function post({ connection, encoded, socket }: Asking): Promise<Response> {
  // The body holds what the port knows; the SDK's types describe one server's view of it.
  const body = encoded.body as unknown as Parameters<typeof connection.client.chat.completions.create>[0];
  return connection.client.chat.completions.create(body, { signal: socket.signal }).asResponse();
}

function shownQuirk(refusal: Refusal, { encoded, signal }: Asking, known: ReadonlySet<Quirk>): Quirk | undefined {
  if (signal.aborted || refusal.network !== undefined || isAboutContent(refusal)) return undefined;
  if (refusal.status !== undefined && !MAY_SHOW_A_QUIRK.has(refusal.status)) return undefined;
  return quirkShownBy(refusal, encoded.uses, known);
}
