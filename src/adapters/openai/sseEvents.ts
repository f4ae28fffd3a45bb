// Server-sent events as model servers really write them: CRLF, comments, no blank after `data:`, no empty line between events, plain JSON lines.
import { asObject, parseJson, type JsonObject } from './json';

export type SseEvent =
  | { type: 'json'; value: JsonObject; event?: string }
  | { type: 'done' }
  /** Data that is no JSON object: something was lost. */
  | { type: 'malformed'; raw: string };

/** Longest event that is read, in characters; a server that sends more in one line is broken. */
export const MAX_EVENT_CHARS = 16 * 1024 * 1024;

/** No model says so much: with all that is around each word, its longest answers have a quarter of it. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** Turns text, fragmented at will, into events. An event is given as soon as its JSON is whole. */
export class SseParser {
  private rest = '';
  private data: string[] = [];
  private event: string | undefined;

  push(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    const buffer = this.rest + text;
    let start = 0;
    for (let end = nextBreak(buffer, start); end >= 0; end = nextBreak(buffer, start)) {
      this.line(buffer.slice(start, end), events);
      start = buffer.charCodeAt(end) === CR && buffer.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
    }
    this.rest = buffer.slice(start);
    if (this.rest.length > MAX_EVENT_CHARS) {
      events.push({ type: 'malformed', raw: this.rest.slice(0, 200) });
      this.rest = '';
    }
    return events;
  }

  /** What was left when the stream ended. */
  end(): SseEvent[] {
    const events: SseEvent[] = [];
    if (this.rest) this.line(this.rest.replace(/\r$/, ''), events);
    this.rest = '';
    this.dispatch(events);
    return events;
  }

  private line(line: string, events: SseEvent[]): void {
    if (line === '') {
      this.dispatch(events);
      return;
    }
    if (line.startsWith('event:')) {
      this.event = line.slice(6).trim();
      return;
    }
    const data = dataOf(line);
    if (data === undefined) return;
    if (data === '[DONE]') {
      this.dispatch(events);
      events.push({ type: 'done' });
      return;
    }
    // Most events are one whole line: given at once, so that a missing blank line loses and delays nothing.
    const whole = this.data.length === 0 ? asObject(parseJson(data)?.value) : undefined;
    if (whole) this.emit(whole, events);
    else this.data.push(data);
  }

  private dispatch(events: SseEvent[]): void {
    const lines = this.data;
    this.data = [];
    if (lines.length > 0) {
      const joined = asObject(parseJson(lines.join('\n'))?.value);
      const single = joined ? [joined] : lines.map((line) => asObject(parseJson(line)?.value));
      for (const [index, value] of single.entries()) {
        if (value) this.emit(value, events);
        else if (lines[index]?.trim()) events.push({ type: 'malformed', raw: (lines[index] ?? '').slice(0, 200) });
      }
    }
    this.event = undefined;
  }

  private emit(value: JsonObject, events: SseEvent[]): void {
    events.push({ type: 'json', value, ...(this.event !== undefined && { event: this.event }) });
  }
}

/** Reads a response's body as events; ends when the body ends or says `[DONE]`, throws what the connection throws. */
export async function* readSseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent, void> {
  const parser = new SseParser();
  for await (const text of readText(body)) yield* parser.push(text);
  yield* parser.end();
}

/** Reads a body as text, piece by piece; throws what the connection throws, and for a body that has no end in sight. */
export async function* readText(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      bytes += step.value.length;
      if (bytes > MAX_ANSWER_BYTES) throw new Error(`it is longer than ${MAX_ANSWER_BYTES / 1024 / 1024} MB`);
      yield decoder.decode(step.value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // Not waited for: a server that keeps the connection open must not hold the answer back.
    void reader.cancel().catch(() => undefined);
  }
}

const CR = 13;
const LF = 10;

/** Position of the next line break; a CR at the very end may be half of a CRLF and is left for later. */
function nextBreak(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LF) return index;
    if (code === CR) return index + 1 < text.length ? index : -1;
  }
  return -1;
}

function dataOf(line: string): string | undefined {
  if (line.startsWith('data:')) return line.slice(line.startsWith('data: ') ? 6 : 5).trim();
  // Some servers answer a streamed request with bare JSON lines.
  return line.startsWith('{') ? line : undefined;
}
