// Puts tool calls together from deltas of every shape that servers send. Each delta is given to the call that it most plausibly
// belongs to, by id, index, name and by whether the arguments so far are whole. Nothing is executed from text that is no JSON object.
import type { ToolCall } from '../../core/model/chatModel';
import { JsonScanner } from './jsonScanner';
import { asArray, asObject, asText, mergeDelta, parseJson, parseObject, unknownFields, type JsonObject } from './json';

interface OpenCall {
  index: number | undefined;
  id: string | undefined;
  name: string;
  fragments: string[];
  text: string;
  /** Knows whether `text` is whole without reading it again for every delta. */
  json: JsonScanner;
  extra?: JsonObject;
}

interface Delta {
  index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  arguments: string | JsonObject | undefined;
  extra: JsonObject | undefined;
}

export interface ToolCallAccumulatorOptions {
  /** Names of the tools that were offered: tells a fragment of a name from the name of the next call. */
  toolNames: readonly string[];
  /** Ids that the conversation has used; the server's id is replaced if it is among them. */
  usedIds: ReadonlySet<string>;
  mintId: () => string;
}

/** What a call without a name is called: no tool's name, so that the model is told which tools there are. */
const UNNAMED = 'unknown_tool';
const KNOWN_CALL_FIELDS = new Set(['index', 'id', 'type', 'function', 'name', 'arguments']);
const KNOWN_FUNCTION_FIELDS = new Set(['name', 'arguments']);

/** Collects the tool calls of one answer. */
export class ToolCallAccumulator {
  private readonly calls: OpenCall[] = [];
  private last: OpenCall | undefined;
  /** Calls that the list which is being taken spoke of. */
  private readonly inList = new Set<OpenCall>();
  private readonly toolNames: ReadonlySet<string>;

  constructor(private readonly options: ToolCallAccumulatorOptions) {
    this.toolNames = new Set(options.toolNames);
  }

  get size(): number {
    return this.calls.length;
  }

  /** Takes `tool_calls` of a chunk or of a whole message. */
  push(values: readonly unknown[]): void {
    this.inList.clear();
    for (const value of values) this.take(value);
  }

  private take(value: unknown): void {
    const delta = readDelta(value);
    if (!delta) return;
    const call = this.find(delta) ?? this.open(delta);
    this.last = call;
    this.inList.add(call);
    call.id ??= delta.id;
    call.index ??= delta.index;
    this.addName(call, delta);
    this.addArguments(call, delta.arguments);
    if (delta.extra) mergeDelta((call.extra ??= {}), delta.extra);
  }

  /** The calls, whole. `cutOff` says that the answer ended before the server meant it to: by a limit, or because the connection was closed. */
  finish(cutOff: false | 'limit' | 'closed'): ToolCall[] {
    const ids = new Set(this.options.usedIds);
    const real = this.calls.filter((call) => call.name !== '' || call.text.trim() !== '');
    return real.flatMap((call, position) => {
      // What a limit ended is not whole, even where it reads so; and of arguments that have not begun nobody knows whether there were any.
      const isLast = position === real.length - 1;
      const isCut = isLast && (cutOff === 'limit' || (cutOff === 'closed' && call.text.trim() === ''));
      const parsed = isCut ? undefined : parseArguments(call);
      return parsed ? parsed.map((input) => this.whole(call, input, ids)) : [this.broken(call, cutOff !== false, ids)];
    });
  }

  private whole(call: OpenCall, input: JsonObject, ids: Set<string>): ToolCall {
    const id = this.uniqueId(call.id, ids);
    return { id, name: call.name || UNNAMED, arguments: input, ...(call.extra && { extra: call.extra }) };
  }

  private broken(call: OpenCall, cutOff: boolean, ids: Set<string>): ToolCall {
    const reason = cutOff ? 'cut_off' : 'invalid_json';
    return { ...this.whole(call, {}, ids), problem: { reason, raw: call.text } };
  }

  private uniqueId(wanted: string | undefined, used: Set<string>): string {
    let id = wanted;
    while (id === undefined || used.has(id)) id = this.options.mintId();
    used.add(id);
    return id;
  }

  private find(delta: Delta): OpenCall | undefined {
    const call = this.candidate(delta);
    return call && !this.startsAnew(call, delta) ? call : undefined;
  }

  private candidate(delta: Delta): OpenCall | undefined {
    const { id, index } = delta;
    const sameIndex = (call: OpenCall) => index === undefined || call.index === undefined || call.index === index;
    if (id !== undefined) {
      const byId = this.calls.findLast((call) => call.id === id && sameIndex(call));
      if (byId) return byId;
      if (this.calls.some((call) => call.id === id)) return this.calls.findLast((call) => call.index === index);
      // An id that comes late, or a server that makes up a new id for every chunk.
      const atIndex = index === undefined ? this.last : this.calls.findLast((call) => call.index === index);
      return atIndex && (atIndex.id === undefined || delta.name === undefined || isUnfinished(atIndex, delta))
        ? atIndex
        : undefined;
    }
    if (index === undefined) return this.last;
    return (
      this.calls.findLast((call) => call.index === index) ??
      (this.last?.index === undefined ? this.last : this.nameless(delta))
    );
  }

  /** Arguments without a name at an index that nobody opened belong to the call before. */
  private nameless(delta: Delta): OpenCall | undefined {
    return delta.name === undefined ? this.last : undefined;
  }

  /** Whether a delta that points at `call` is the beginning of another one all the same. */
  private startsAnew(call: OpenCall, delta: Delta): boolean {
    if (delta.name === undefined) return false;
    if (call.name === '') return false;
    // Nobody says a call twice in one list: two elements with the same words are two calls.
    if (this.inList.has(call) && isSaidAgain(call, delta)) return true;
    if (delta.name !== call.name) return !this.continuesName(call, delta.name);
    if (typeof delta.arguments === 'object') return call.text !== '' && JSON.stringify(delta.arguments) !== call.text;
    if (delta.arguments === undefined) return false;
    // The same call sent once more is not a second call; other arguments are.
    const isObject = delta.arguments.trimStart().startsWith('{');
    return isObject && call.json.isClosed && delta.arguments.trim() !== call.text.trim();
  }

  private continuesName(call: OpenCall, fragment: string): boolean {
    if (call.text !== '' || this.toolNames.has(call.name)) return false;
    return this.mayBeName(call.name + fragment) || (fragment.startsWith(call.name) && this.mayBeName(fragment));
  }

  private mayBeName(start: string): boolean {
    for (const name of this.toolNames) if (name.startsWith(start)) return true;
    return false;
  }

  private open(delta: Delta): OpenCall {
    const call: OpenCall = {
      index: delta.index,
      id: delta.id,
      name: '',
      fragments: [],
      text: '',
      json: new JsonScanner(),
    };
    this.calls.push(call);
    return call;
  }

  private addName(call: OpenCall, { name }: Delta): void {
    if (name === undefined || name === call.name) return;
    call.name = this.mayBeName(call.name + name) || !name.startsWith(call.name) ? call.name + name : name;
  }

  private addArguments(call: OpenCall, value: Delta['arguments']): void {
    if (value === undefined) return;
    const fragment = textOf(value);
    call.fragments.push(fragment);
    call.text += fragment;
    call.json.push(fragment);
  }
}

/** True if the delta says all of `call`, arguments or their absence, once more. One without an id where the call has one goes on with it. */
function isSaidAgain(call: OpenCall, delta: Delta): boolean {
  const isWhole = call.text === '' || call.json.isClosed;
  const mayBeCall = call.id === undefined || delta.id !== undefined;
  return isWhole && mayBeCall && delta.name === call.name && textOf(delta.arguments ?? '') === call.text;
}

function textOf(value: string | JsonObject): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** True if the delta can only go on with `call`: its arguments have begun, are not whole, and no new object begins. */
function isUnfinished(call: OpenCall, delta: Delta): boolean {
  if (delta.name !== call.name || typeof delta.arguments !== 'string' || delta.arguments === '') return false;
  if (call.text === '') return true;
  return !delta.arguments.trimStart().startsWith('{') && !call.json.isClosed;
}

function readDelta(value: unknown): Delta | undefined {
  const object = asObject(value);
  if (!object) return undefined;
  const called = asObject(object['function']) ?? object;
  const given = called['arguments'];
  return {
    index: asIndex(object['index']),
    id: asText(typeof object['id'] === 'number' ? String(object['id']) : object['id']),
    name: asText(called['name']),
    arguments: readArguments(given),
    extra: extraOf(object, called),
  };
}

/** Some servers write numbers as text. */
function asIndex(value: unknown): number | undefined {
  const index = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) ? index : undefined;
}

/** What is neither text nor an object stays what it is, so that nobody takes it for a call without arguments. */
function readArguments(given: unknown): string | JsonObject | undefined {
  if (given === null || given === undefined) return undefined;
  return typeof given === 'string' ? given : (asObject(given) ?? JSON.stringify(given));
}

/** Unknown fields of the call, and below `function` those that stand in there. */
function extraOf(object: JsonObject, called: JsonObject): JsonObject | undefined {
  const extra = unknownFields(object, KNOWN_CALL_FIELDS);
  const inner = called === object ? undefined : unknownFields(called, KNOWN_FUNCTION_FIELDS);
  return inner ? { ...extra, function: inner } : extra;
}

/** The arguments as an object, or as several where a server ran calls together; undefined if no reading of the text gives one. */
function parseArguments(call: OpenCall): JsonObject[] | undefined {
  const text = call.text.trim();
  if (text === '' || text === 'null') return [{}];
  const parsed = parseJson(text);
  if (parsed) {
    // Encoded twice by servers that take arguments for a string field.
    const object = asObject(parsed.value) ?? (typeof parsed.value === 'string' ? parseObject(parsed.value) : undefined);
    return object && [object];
  }
  const sofar = repeated(call.fragments);
  return sofar ? [sofar] : runTogether(text);
}

/** Servers that send the arguments so far in each chunk: every fragment begins the next, the last one is whole. */
function repeated(fragments: readonly string[]): JsonObject | undefined {
  const parts = fragments.filter((fragment) => fragment !== '');
  const last = parts.at(-1);
  if (last === undefined || parts.length < 2) return undefined;
  return parts.every((part) => last.startsWith(part)) ? parseObject(last) : undefined;
}

/** Several objects in one text: an empty one before the real one is a placeholder, repetitions are one, others are calls of their own. */
function runTogether(text: string): JsonObject[] | undefined {
  const pieces = splitObjects(text);
  if (!pieces || pieces.length < 2) return undefined;
  const distinct = [...new Set(pieces)].filter((piece) => piece !== '{}');
  const objects = distinct.map(parseObject);
  return objects.every((object) => object !== undefined) ? objects : undefined;
}

/** Cuts a text between top-level objects; undefined if it holds anything else. */
function splitObjects(text: string): string[] | undefined {
  const pieces: string[] = [];
  let [depth, start, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}' && (depth -= 1) === 0) {
      pieces.push(text.slice(start, at + 1).trim());
      start = at + 1;
    }
    if (depth < 0) return undefined;
  }
  return depth === 0 && !inString && text.slice(start).trim() === '' ? pieces : undefined;
}

/** All tool calls of a delta or message, in the current and in the legacy spelling. */
export function toolCallDeltas(message: JsonObject): unknown[] {
  const calls = message['tool_calls'];
  if (asObject(calls)) return [calls];
  const legacy = asObject(message['function_call']);
  return legacy ? [...asArray(calls), { function: legacy }] : asArray(calls);
}
