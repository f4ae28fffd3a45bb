// Turns what a server streams into the parts of the port. It expects no field, no order and no end that a server might leave out.
import type { CallUsage, FinishReason, StreamPart } from '../../core/model/chatModel';
import { asArray, asObject, asText, mergeDelta, unknownFields, type JsonObject } from './json';
import { ThinkSplitter, type TextPiece } from './thinkSplitter';
import { ToolCallAccumulator, toolCallDeltas, type ToolCallAccumulatorOptions } from './toolCallAccumulator';
import { readUsage } from './wireUsage';

/** Unknown fields go back only to the model that sent them; others would reject them. */
export interface WireAccumulatorOptions extends ToolCallAccumulatorOptions {
  origin: WireOrigin;
}

export interface WireOrigin {
  endpoint: string;
  model: string;
}

/** How the stream ended: by `[DONE]` (or a whole body), or because the connection was closed in good order. */
export type WireEnd = 'done' | 'closed';

const KNOWN_MESSAGE_FIELDS = new Set('role content tool_calls function_call refusal audio annotations name'.split(' '));
const FINISH_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  completed: 'stop',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  tool_call: 'tool_calls',
  function_call: 'tool_calls',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  content_filter: 'content_filter',
  safety: 'content_filter',
  refusal: 'content_filter',
};

/** Accumulates one answer. `push` gives what can be shown at once; tool calls come whole, at the end. */
export class WireAccumulator {
  private readonly calls: ToolCallAccumulator;
  private readonly splitter = new ThinkSplitter();
  private readonly extra: JsonObject = {};
  private usage: CallUsage | undefined;
  private finishReason: string | undefined;
  private model: string | undefined;
  private id: string | undefined;
  private choices = 0;

  constructor(private readonly options: WireAccumulatorOptions) {
    this.calls = new ToolCallAccumulator(options);
  }

  /** True once the server said how the answer ended: what breaks afterwards takes nothing away. */
  get isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  /** True if the server has said nothing of an answer: no choice with anything in it. */
  get isEmpty(): boolean {
    return this.choices === 0;
  }

  /** Takes one chunk of a stream, or a whole body. */
  push(chunk: JsonObject): StreamPart[] {
    this.model = asText(chunk['model']) ?? this.model;
    this.id = asText(chunk['id']) ?? this.id;
    const choice = firstChoice(chunk);
    // Some servers put the counts into the choice.
    this.usage = readUsage(chunk) ?? (choice && readUsage(choice)) ?? this.usage;
    if (!choice) return [];
    const reason = choice['finish_reason'];
    if (typeof reason === 'string' && reason !== '') this.finishReason = reason.toLowerCase();
    const message = asObject(choice['delta']) ?? asObject(choice['message']) ?? textChoice(choice);
    if (message) return this.message(message);
    if (this.finishReason !== undefined) this.choices += 1;
    return [];
  }

  /** What is left: held-back text, tool calls, usage and the end. */
  finish(end: WireEnd): StreamPart[] {
    const parts = this.splitter.end().map(toPart);
    const stopped = this.finishReason === undefined ? undefined : (FINISH_REASONS[this.finishReason] ?? 'unknown');
    const calls = this.calls.finish(howCutOff(stopped, end));
    for (const call of calls) {
      parts.push({ type: 'toolCall', call: call.extra ? { ...call, extra: this.tagged(call.extra) } : call });
    }
    if (this.usage) parts.push({ type: 'usage', usage: this.usage });
    parts.push({
      type: 'finish',
      reason: finishOf(stopped, calls.length > 0, end),
      ...(this.model !== undefined && { responseModel: this.model }),
      ...(this.id !== undefined && { responseId: this.id }),
      ...(Object.keys(this.extra).length > 0 && { extra: this.tagged(this.extra) }),
    });
    return parts;
  }

  private message(message: JsonObject): StreamPart[] {
    this.choices += 1;
    const parts: StreamPart[] = [];
    const reasoning = reasoningOf(message);
    if (reasoning !== undefined) parts.push({ type: 'reasoning', text: reasoning });
    for (const piece of contentPieces(message['content'])) {
      const pieces = piece.channel === 'text' ? this.splitter.push(piece.text) : [piece];
      parts.push(...pieces.map(toPart));
    }
    const refusal = asText(message['refusal']);
    if (refusal !== undefined) {
      this.finishReason ??= 'refusal';
      parts.push({ type: 'text', text: refusal });
    }
    this.calls.push(toolCallDeltas(message));
    const extra = unknownFields(message, KNOWN_MESSAGE_FIELDS);
    if (extra) mergeDelta(this.extra, extra);
    return parts;
  }

  private tagged(fields: JsonObject): JsonObject {
    return { ...this.options.origin, fields };
  }
}

function howCutOff(stopped: FinishReason | undefined, end: WireEnd): false | 'limit' | 'closed' {
  if (stopped === 'length' || stopped === 'content_filter') return 'limit';
  return stopped === undefined && end === 'closed' ? 'closed' : false;
}

function finishOf(stopped: FinishReason | undefined, hasCalls: boolean, end: WireEnd): FinishReason {
  if (stopped === 'length' || stopped === 'content_filter') return stopped;
  if (hasCalls) return 'tool_calls';
  if (stopped === undefined) return end === 'done' ? 'stop' : 'unknown';
  // `tool_calls` without any call: an answer like any other.
  return stopped === 'tool_calls' ? 'stop' : stopped;
}

/** The choice that the answer is in; only one was asked for. */
function firstChoice(chunk: JsonObject): JsonObject | undefined {
  const choices = asArray(chunk['choices']).map(asObject);
  return choices.find((choice) => choice !== undefined && (choice['index'] ?? 0) === 0) ?? choices[0];
}

/** The shape of the older completions API, which some servers mix in. */
function textChoice(choice: JsonObject): JsonObject | undefined {
  return typeof choice['text'] === 'string' ? { content: choice['text'] } : undefined;
}

function reasoningOf(message: JsonObject): string | undefined {
  // Some servers send both spellings with the same text.
  return asText(message['reasoning_content']) ?? asText(message['reasoning']) ?? asText(message['thinking']);
}

/** Content as text, or as a list of typed parts or one alone, reasoning among them. */
function contentPieces(content: unknown): TextPiece[] {
  const text = asText(content);
  if (text !== undefined) return [{ channel: 'text', text }];
  return asArray(asObject(content) ? [content] : content).flatMap((part): TextPiece[] => {
    const object = asObject(part);
    if (!object) return contentPieces(part);
    if (object['type'] === 'thinking' || object['type'] === 'reasoning') {
      const inner = contentPieces(object['thinking'] ?? object['reasoning'] ?? object['text']);
      return inner.map((piece) => ({ channel: 'reasoning', text: piece.text }));
    }
    return contentPieces(object['text']);
  });
}

function toPart(piece: TextPiece): StreamPart {
  return { type: piece.channel, text: piece.text };
}
