// Reads one response to its end, whatever form it has: a stream, a whole body, an error in either, a web page, nothing.
import { within, type Clock } from '../../core/clock';
import { CANCELLED } from '../../core/failure';
import type { StreamPart } from '../../core/model/chatModel';
import { asObject, parseJson } from './json';
import { refusalInBody, refusalOfThrown, type Refusal } from './refusal';
import { readSseEvents, readText, SseParser, type SseEvent } from './sseEvents';
import type { WireAccumulator } from './wireAccumulator';
import { brokenStream, emptyAnswer, notAnApi, type FailureContext } from './wireFailure';

export interface AnswerReaderOptions {
  signal: AbortSignal;
  /** Closes the connection. */
  socket: AbortController;
  context: FailureContext;
  /** Whether a stream was asked for. */
  streaming: boolean;
  clock: Clock;
  answer: WireAccumulator;
  /** Called once, before the first part of an answer: the endpoint took the request. */
  begin: () => Iterable<StreamPart>;
}

/** A reason of our own: without one, each abort makes an exception with a stack. */
const ENOUGH = 'enough';
/** How long the rest (token counts) is waited for after the server said that the answer is finished. */
const GRACE_MS = 2_000;
/** How long a connection is kept for a server that has said its last word to end its stream: shorter than a stop may take. */
const LEAVE_MS = 500;

/** How the stream of a stopped call ends. */
export const CANCELLED_PART: StreamPart = { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };

/** Returns the refusal if nothing of an answer came; else it has given the whole answer, end included. */
export class AnswerReader {
  constructor(private readonly options: AnswerReaderOptions) {}

  async *read(response: Response): AsyncGenerator<StreamPart, Refusal | undefined> {
    const contentType = response.headers.get('content-type') ?? '';
    if (contentType.includes('text/html')) {
      this.options.socket.abort(ENOUGH);
      yield { type: 'failed', failure: notAnApi(this.options.context, response.status) };
      return undefined;
    }
    const isStream = contentType.includes('text/event-stream');
    return isStream || (this.options.streaming && !contentType.includes('application/json'))
      ? yield* this.readStream(response)
      : yield* this.readWhole(response);
  }

  private async *readWhole(response: Response): AsyncGenerator<StreamPart, Refusal | undefined> {
    const { context, streaming, answer, begin } = this.options;
    let text = '';
    try {
      if (response.body) for await (const piece of readText(response.body)) text += piece;
    } catch (error) {
      yield this.broken(refusalOfThrown(error));
      return undefined;
    }
    const body = asObject(parseJson(text)?.value);
    const pieces = body ? [] : piecesOf(text);
    if (!body && pieces.length > 0) return yield* this.readPieces(pieces);
    if (!body) {
      yield text.trim() === ''
        ? { type: 'failed', failure: emptyAnswer(context) }
        : this.broken({ ...NOTHING_KNOWN, message: `no JSON but “${text.slice(0, 80)}”` });
      return undefined;
    }
    const refusal = refusalInBody(body);
    if (refusal) return refusal;
    yield* begin();
    if (streaming) yield NOT_STREAMED;
    yield* answer.push(body);
    yield* this.end('done');
    return undefined;
  }

  /** A stream that came under the name of a whole. */
  private *readPieces(pieces: readonly SseEvent[]): Generator<StreamPart, Refusal | undefined> {
    const { answer, begin } = this.options;
    const isDone = pieces.some(({ type }) => type === 'done');
    for (const [index, piece] of pieces.entries()) {
      if (piece.type === 'done') break;
      const refusal = refusalOfEvent(piece);
      if (refusal && index === 0 && piece.type === 'json') return refusal;
      if (refusal) {
        yield this.broken(refusal);
        return undefined;
      }
      if (index === 0) yield* begin();
      if (piece.type === 'json') yield* answer.push(piece.value);
    }
    yield* this.end(isDone ? 'done' : 'closed');
    return undefined;
  }

  private async *readStream(response: Response): AsyncGenerator<StreamPart, Refusal | undefined> {
    const { signal, answer, begin } = this.options;
    const events = response.body ? readSseEvents(response.body) : emptyEvents();
    let begun = false;
    let isWhole = false;
    try {
      for (;;) {
        const step = await this.next(events);
        if (typeof step === 'string') {
          isWhole = step !== 'late';
          if (!begun && !answer.isEmpty) yield* begin();
          yield* signal.aborted ? [CANCELLED_PART] : this.end(step === 'closed' ? 'closed' : 'done');
          return undefined;
        }
        const refusal = refusalOfEvent(step);
        if (refusal && !begun && step.type === 'json') return refusal;
        if (refusal) throw new BrokenOff(refusal);
        if (!begun) yield* begin();
        begun = true;
        if (step.type === 'json') yield* answer.push(step.value);
      }
    } catch (error) {
      if (answer.isFinished && !signal.aborted) yield* this.end('done');
      else yield this.broken(error instanceof BrokenOff ? error.refusal : refusalOfThrown(error));
      return undefined;
    } finally {
      void this.leave(events, isWhole);
    }
  }

  /** A connection that has nothing more to say is left to be used again; any other is closed. */
  private async leave(events: AsyncGenerator<SseEvent, void>, isWhole: boolean): Promise<void> {
    const { socket, clock } = this.options;
    if (isWhole && !socket.signal.aborted) {
      const rest = await within(clock, LEAVE_MS, events.next()).catch(() => 'broken' as const);
      if (typeof rest === 'object' && rest.done === true) return;
    }
    socket.abort(ENOUGH);
    await events.return().catch(() => undefined);
  }

  /** The next event, or how the stream ended. Once the answer is finished, a server that neither goes on nor ends is not waited for. */
  private async next(
    events: AsyncGenerator<SseEvent, void>,
  ): Promise<Exclude<SseEvent, { type: 'done' }> | 'done' | 'closed' | 'late'> {
    const { answer, clock, signal } = this.options;
    const next = events.next();
    const step = answer.isFinished ? await within(clock, GRACE_MS, next) : await next;
    if (step === 'late') return step;
    if (step.done || signal.aborted) return 'closed';
    return step.value.type === 'done' ? 'done' : step.value;
  }

  private *end(how: 'done' | 'closed'): Generator<StreamPart> {
    const { answer, context } = this.options;
    if (answer.isEmpty) yield { type: 'failed', failure: emptyAnswer(context) };
    else yield* answer.finish(how);
  }

  private broken(refusal: Refusal): StreamPart {
    const { signal, context } = this.options;
    return signal.aborted ? CANCELLED_PART : { type: 'failed', failure: brokenStream(refusal, context) };
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

function refusalOfEvent(event: SseEvent): Refusal | undefined {
  if (event.type === 'json') return refusalInBody(event.value, event.event);
  return event.type === 'malformed'
    ? { ...NOTHING_KNOWN, message: `unreadable data “${event.raw.slice(0, 80)}”` }
    : undefined;
}

/** The events of a text, if it begins as a stream does. */
function piecesOf(text: string): SseEvent[] {
  if (!/^\s*(:|data:|event:|id:|retry:|\{)/.test(text)) return [];
  const parser = new SseParser();
  const events = [...parser.push(text), ...parser.end()];
  return events[0]?.type === 'malformed' ? [] : events;
}

async function* emptyEvents(): AsyncGenerator<SseEvent, void> {
  // A response without a body: a stream without events.
}
