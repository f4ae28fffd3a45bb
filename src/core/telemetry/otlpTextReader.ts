// Reads the text of an OTLP/JSON file in pieces: one request, an array of them, or one after the other (JSON lines, as collectors write
// them). Only the way down to the spans is walked here; each span is then parsed by itself, so a file of any size needs no long turn.
import { GROUP_LISTS, readSource, readSpan, SCOPE_LISTS } from './otlpRead';
import { objectOf, type Json } from './otlpValues';
import type { SpanSource, StoredSpan } from './storedSpan';

export type OtlpFault =
  /** `offset` counts characters from the beginning of the text. */
  | { reason: 'trace.not_json'; offset: number }
  | { reason: 'trace.not_otlp' }
  | { reason: 'trace.too_many_spans'; limit: number }
  | { reason: 'trace.value_too_long'; offset: number; limit: number };

export interface OtlpReading {
  spans: StoredSpan[];
  /** Items in the place of spans that have no valid ids. */
  skipped: number;
  /** True when the text ends within a request; what was whole before is among the spans. */
  isCutOff: boolean;
}

export interface OtlpTextLimits {
  /** Default 200,000. */
  maxSpans?: number;
  /** Characters of one span; default 16 million. */
  maxValue?: number;
}

/** Where the reader stands: a list or an object on the way to the spans. */
interface Frame {
  place: Place;
  isList: boolean;
  /** Nothing has been read in it yet. */
  isFresh: boolean;
  key: string;
  /** What is kept of an object beside the lists that are walked. */
  fields: Json;
  /** In a group: the sources of its spans, completed when the group ends, since its resource may come last. */
  sources: { target: SpanSource; scopeGroup: Json }[];
}
type Place = 'requests' | 'request' | 'groups' | 'group' | 'scopes' | 'scope' | 'spans';
type Expectation = 'value' | 'key' | 'colon' | 'comma';

/** A value that is read as a whole. */
interface Capture {
  start: number;
  /** How far it has been looked at. */
  next: number;
  depth: number;
  isInText: boolean;
}

const MAX_SPANS = 200_000;
const MAX_VALUE = 16_000_000;
/** 64-bit numbers that JavaScript would round. */
const LONG_NUMBER = /"(\w*UnixNano|intValue)"(\s*:\s*)(-?\d{16,})(?=[\s,}])/g;
const HAS_LONG_NUMBER = /(?:UnixNano|intValue)"\s*:\s*-?\d{16}/;
const QUOTE = 34;
const BACKSLASH = 92;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [91, 93, 123, 125, 44, 58] as const;

export class OtlpTextReader {
  private readonly reading: OtlpReading = { spans: [], skipped: 0, isCutOff: false };
  private readonly frames: Frame[] = [];
  private readonly maxSpans: number;
  private readonly maxValue: number;
  private text = '';
  private at = 0;
  /** Characters that were dropped before `text`. */
  private dropped = 0;
  private expects: Expectation = 'value';
  private capture: Capture | undefined;
  private fault: OtlpFault | undefined;
  private foundGroups = false;
  private requests = 0;

  constructor(limits: OtlpTextLimits = {}) {
    this.maxSpans = limits.maxSpans ?? MAX_SPANS;
    this.maxValue = limits.maxValue ?? MAX_VALUE;
  }

  /** Reads on; false once there is no use in going on. */
  push(piece: string): boolean {
    if (this.fault) return false;
    const kept = this.capture?.start ?? this.at;
    this.text = this.text.slice(kept) + (this.dropped === 0 && this.text === '' ? piece.replace(/^\uFEFF/, '') : piece);
    this.dropped += kept;
    this.at -= kept;
    if (this.capture) {
      this.capture.start -= kept;
      this.capture.next -= kept;
    }
    while (!this.hasFault() && this.step());
    return !this.hasFault();
  }

  /** What was read, or why nothing could be. The reader is of no further use. */
  end(): OtlpReading | OtlpFault {
    // A number at the very end ends there.
    if (!this.fault) this.push(' ');
    if (this.fault) return this.fault;
    const isOpen = this.frames.length > 0 || this.capture !== undefined || this.at < this.text.trimEnd().length;
    if (isOpen && this.requests === 0) return { reason: 'trace.not_json', offset: this.dropped + this.text.length - 1 };
    if (!this.foundGroups) return { reason: 'trace.not_otlp' };
    for (const frame of this.frames) this.completeSources(frame);
    return { ...this.reading, isCutOff: isOpen };
  }

  /** False when more text is needed. */
  private step(): boolean {
    if (this.capture) return this.goOnCapturing(this.capture);
    while (this.at < this.text.length && isSpace(this.text.charCodeAt(this.at))) this.at += 1;
    if (this.at >= this.text.length) return false;
    const frame = this.frames.at(-1);
    const character = this.text.charCodeAt(this.at);
    if (frame && character === (frame.isList ? CLOSE_LIST : CLOSE_OBJECT) && this.mayClose(frame)) {
      this.at += 1;
      this.close(frame);
      return true;
    }
    switch (this.expects) {
      case 'value':
        this.beginValue(frame, character);
        return true;
      case 'key':
        return this.readKey(frame);
      case 'colon':
        return this.skip(character === COLON, 'value');
      case 'comma':
        return this.skip(character === COMMA, frame?.isList === true ? 'value' : 'key');
    }
  }

  private mayClose(frame: Frame): boolean {
    return this.expects === 'comma' || (frame.isFresh && this.expects === (frame.isList ? 'value' : 'key'));
  }

  private skip(isExpected: boolean, next: Expectation): boolean {
    if (!isExpected) return this.fail({ reason: 'trace.not_json', offset: this.dropped + this.at });
    this.at += 1;
    this.expects = next;
    const frame = this.frames.at(-1);
    if (frame) frame.isFresh = false;
    return true;
  }

  private readKey(frame: Frame | undefined): boolean {
    if (this.text.charCodeAt(this.at) !== QUOTE) return this.skip(false, 'key');
    const end = endOfText(this.text, this.at + 1);
    if (end < 0 && this.text.length - this.at > this.maxValue) return this.skip(false, 'key');
    if (end < 0) return false;
    const key = parse(this.text.slice(this.at, end + 1));
    if (typeof key !== 'string' || !frame) return this.skip(false, 'key');
    frame.key = key;
    frame.isFresh = false;
    this.at = end + 1;
    this.expects = 'colon';
    return true;
  }

  private beginValue(frame: Frame | undefined, character: number): void {
    const place = placeOf(frame, character);
    if (frame) frame.isFresh = false;
    if (!place) {
      this.capture = { start: this.at, next: this.at, depth: 0, isInText: false };
      return;
    }
    if (place === 'groups') this.foundGroups = true;
    const isList = character === OPEN_LIST;
    this.frames.push({ place, isList, isFresh: true, key: '', fields: {}, sources: [] });
    if (place === 'spans') this.beginSource();
    this.at += 1;
    this.expects = isList ? 'value' : 'key';
  }

  private goOnCapturing(capture: Capture): boolean {
    const end = endOfValue(this.text, capture);
    const length = (end < 0 ? this.text.length : end) - capture.start;
    if (length > this.maxValue) {
      const offset = this.dropped + capture.start;
      return this.fail({ reason: 'trace.value_too_long', offset, limit: this.maxValue });
    }
    if (end < 0) return false;
    this.capture = undefined;
    this.at = end;
    this.expects = this.frames.length === 0 ? 'value' : 'comma';
    const offset = this.dropped + capture.start;
    return this.take(this.text.slice(capture.start, end), offset);
  }

  private take(text: string, offset: number): boolean {
    const frame = this.frames.at(-1);
    const value = parse(HAS_LONG_NUMBER.test(text) ? text.replace(LONG_NUMBER, '"$1"$2"$3"') : text);
    if (value === undefined) return this.fail({ reason: 'trace.not_json', offset });
    if (frame?.place === 'spans') return this.takeSpan(objectOf(value));
    if (frame && !frame.isList) frame.fields[frame.key] = value;
    return true;
  }

  private takeSpan(item: Json): boolean {
    const { spans } = this.reading;
    const span = readSpan(item, spans.length + 1);
    if (!span) {
      this.reading.skipped += 1;
      return true;
    }
    if (spans.length >= this.maxSpans) return this.fail({ reason: 'trace.too_many_spans', limit: this.maxSpans });
    const source = this.frames.at(-4)?.sources.at(-1)?.target;
    if (source) span.source = source;
    spans.push(span);
    return true;
  }

  /** The spans of a list get their source at once, and what is in it when all of it has been read. */
  private beginSource(): void {
    const scopeGroup = this.frames.at(-2)?.fields ?? {};
    this.frames.at(-4)?.sources.push({ target: { resource: {}, scope: { name: '' } }, scopeGroup });
  }

  private close(frame: Frame): void {
    this.frames.pop();
    this.completeSources(frame);
    if (frame.place === 'request') this.requests += 1;
    this.expects = this.frames.length === 0 ? 'value' : 'comma';
  }

  private completeSources(frame: Frame): void {
    for (const { target, scopeGroup } of frame.sources) Object.assign(target, readSource(frame.fields, scopeGroup));
  }

  private fail(fault: OtlpFault): false {
    this.fault = fault;
    return false;
  }

  private hasFault(): boolean {
    return this.fault !== undefined;
  }
}

/** The place that a value opens, or none if it is read as a whole. */
function placeOf(frame: Frame | undefined, character: number): Place | undefined {
  const isObject = character === OPEN_OBJECT;
  const isList = character === OPEN_LIST;
  if (!frame) return isObject ? 'request' : isList ? 'requests' : undefined;
  switch (frame.place) {
    case 'requests':
      return isObject ? 'request' : undefined;
    case 'request':
      return isList && GROUP_LISTS.has(frame.key) ? 'groups' : undefined;
    case 'groups':
      return isObject ? 'group' : undefined;
    case 'group':
      return isList && SCOPE_LISTS.has(frame.key) ? 'scopes' : undefined;
    case 'scopes':
      return isObject ? 'scope' : undefined;
    case 'scope':
      return isList && frame.key === 'spans' ? 'spans' : undefined;
    case 'spans':
      return undefined;
  }
}

/** The position after the value, or -1 if it goes on beyond the text; remembers how far it came. */
function endOfValue(text: string, capture: Capture): number {
  for (let at = capture.next; at < text.length; at += 1) {
    if (capture.isInText) {
      const end = endOfText(text, at);
      if (end < 0) {
        capture.next = resumable(text, at);
        return -1;
      }
      capture.isInText = false;
      at = end;
      if (capture.depth === 0) return at + 1;
      continue;
    }
    switch (text.charCodeAt(at)) {
      case QUOTE:
        capture.isInText = true;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        capture.depth += 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (capture.depth === 0) return at;
        capture.depth -= 1;
        if (capture.depth === 0) return at + 1;
        break;
      case COMMA:
        if (capture.depth === 0) return at;
        break;
      default:
        if (capture.depth === 0 && isSpace(text.charCodeAt(at))) return at;
    }
  }
  capture.next = text.length;
  return -1;
}

/** The position of the quote that ends a text whose characters begin at `from`; -1 if it is not there yet. */
function endOfText(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > from && text.charCodeAt(quote - backslashes - 1) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return -1;
}

/** Where to go on in a text that is not whole: backslashes at its end belong to what follows. */
function resumable(text: string, from: number): number {
  let at = text.length;
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at -= 1;
  return at;
}

function isSpace(character: number): boolean {
  return character === 32 || character === 10 || character === 13 || character === 9;
}

/** JSON has no value that is `undefined`. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
