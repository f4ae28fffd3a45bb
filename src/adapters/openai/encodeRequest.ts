// Writes a request of the port as the JSON that an endpoint takes, its quirks honoured.
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart, ToolCall } from '../../core/model/chatModel';
import { asObject, type JsonObject } from './json';
import type { Quirk } from './quirks';
import type { WireOrigin } from './wireAccumulator';

export interface EncodeOptions {
  origin: WireOrigin;
  stream: boolean;
  quirks: ReadonlySet<Quirk>;
  /** How this endpoint spells the output limit unless the quirk says otherwise. */
  outputLimitName: 'max_tokens' | 'max_completion_tokens';
}

export interface EncodedRequest {
  body: JsonObject;
  /** The features that the body uses and that an endpoint might reject. */
  uses: ReadonlySet<Quirk>;
}

/** The body of `POST /chat/completions`. */
export function encodeRequest(request: ChatRequest, options: EncodeOptions): EncodedRequest {
  const { quirks } = options;
  const uses = new Set<Quirk>();
  const body: JsonObject = { model: options.origin.model, messages: new MessageEncoder(options, uses).encode(request) };
  addStreaming(body, options, uses);
  addTools(body, request, quirks, uses);
  if (request.temperature !== undefined) {
    uses.add('temperature');
    if (!quirks.has('temperature')) body['temperature'] = request.temperature;
  }
  if (request.maxOutputTokens !== undefined) {
    uses.add('max_tokens_name').add('max_tokens');
    if (!quirks.has('max_tokens')) body[limitName(options)] = request.maxOutputTokens;
  }
  if (request.responseSchema) {
    uses.add('json_schema').add('response_format');
    const format = responseFormat(request.responseSchema, quirks);
    if (format) body['response_format'] = format;
  }
  return { body, uses };
}

function addStreaming(body: JsonObject, { stream, quirks }: EncodeOptions, uses: Set<Quirk>): void {
  if (!stream) return;
  uses.add('stream').add('stream_options');
  body['stream'] = true;
  if (!quirks.has('stream_options')) body['stream_options'] = { include_usage: true };
}

function addTools(body: JsonObject, request: ChatRequest, quirks: ReadonlySet<Quirk>, uses: Set<Quirk>): void {
  if (request.tools.length === 0) return;
  uses.add('tools');
  if (quirks.has('tools')) return;
  body['tools'] = request.tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }));
  if (request.toolChoice === undefined || request.toolChoice === 'auto') return;
  uses.add('tool_choice');
  if (!quirks.has('tool_choice')) body['tool_choice'] = request.toolChoice;
}

function limitName({ outputLimitName, quirks }: EncodeOptions): string {
  if (!quirks.has('max_tokens_name')) return outputLimitName;
  return outputLimitName === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

function responseFormat(
  { name, schema }: NonNullable<ChatRequest['responseSchema']>,
  quirks: ReadonlySet<Quirk>,
): JsonObject | undefined {
  if (quirks.has('response_format')) return undefined;
  if (quirks.has('json_schema')) return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name, schema } };
}

class MessageEncoder {
  constructor(
    private readonly options: EncodeOptions,
    private readonly uses: Set<Quirk>,
  ) {}

  encode({ messages, tools }: ChatRequest): JsonObject[] {
    // Calls of the past mean nothing to an endpoint without tools: they are told in words.
    const inWords = this.options.quirks.has('tools');
    if (tools.length === 0 && messages.some((message) => message.role === 'tool')) this.uses.add('tools');
    return messages.map((message) => (inWords ? this.message(toWords(message)) : this.message(message)));
  }

  private message(message: ChatMessage): JsonObject {
    switch (message.role) {
      case 'system':
        this.uses.add('system');
        return { role: this.options.quirks.has('system') ? 'user' : 'system', content: message.text };
      case 'user':
        return { role: 'user', content: this.content(message.content) };
      case 'assistant':
        return this.assistant(message);
      case 'tool':
        return { role: 'tool', tool_call_id: message.toolCallId, content: message.text };
    }
  }

  /** Plain text wherever possible: many servers know no lists of parts. */
  private content(parts: readonly ContentPart[]): string | JsonObject[] {
    const hasImages = parts.some((part) => part.type === 'image');
    if (hasImages) this.uses.add('images');
    if (!hasImages || this.options.quirks.has('images')) {
      return parts.map((part) => (part.type === 'text' ? part.text : IMAGE_LEFT_OUT)).join('\n\n');
    }
    return parts.map((part) =>
      part.type === 'text'
        ? { type: 'text', text: part.text }
        : { type: 'image_url', image_url: { url: `data:${part.mimeType};base64,${part.base64}` } },
    );
  }

  private assistant(message: AssistantMessage): JsonObject {
    const extra = this.echoed(message.extra);
    if (message.toolCalls.length === 0) return { ...extra, role: 'assistant', content: message.text };
    return {
      ...extra,
      role: 'assistant',
      content: message.text === '' ? this.noContent() : message.text,
      tool_calls: message.toolCalls.map((call) => this.toolCall(call)),
    };
  }

  private noContent(): string | null {
    this.uses.add('content');
    return this.options.quirks.has('content') ? '' : null;
  }

  private toolCall(call: ToolCall): JsonObject {
    const extra = this.echoed(call.extra);
    const called = { ...asObject(extra?.['function']), name: call.name, arguments: JSON.stringify(call.arguments) };
    return { ...extra, id: call.id, type: 'function', function: called };
  }

  /** Unknown fields, if it was this model that sent them. */
  private echoed(extra: Record<string, unknown> | undefined): JsonObject | undefined {
    const { endpoint, model } = this.options.origin;
    if (extra?.['endpoint'] !== endpoint || extra['model'] !== model) return undefined;
    this.uses.add('echo');
    return this.options.quirks.has('echo') ? undefined : asObject(extra['fields']);
  }
}

const IMAGE_LEFT_OUT = '[An image was left out: this model takes no images.]';

function toWords(message: ChatMessage): ChatMessage {
  if (message.role === 'tool') {
    return {
      role: 'user',
      content: [{ type: 'text', text: `Result of the call ${message.toolCallId}:\n${message.text}` }],
    };
  }
  if (message.role !== 'assistant' || message.toolCalls.length === 0) return message;
  const calls = message.toolCalls.map((call) => `[Call ${call.id}: ${call.name} ${JSON.stringify(call.arguments)}]`);
  return { role: 'assistant', text: [message.text, ...calls].filter(Boolean).join('\n'), toolCalls: [] };
}
