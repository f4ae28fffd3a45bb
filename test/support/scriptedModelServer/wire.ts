// Writes a scripted reply as chat completion chunks, or as one body.
import type { ServerReply, ServerToolCall } from './script';

type Json = Record<string, unknown>;

/** The events of a streamed reply, as objects; `[DONE]` is not among them. */
export function chunksOf(reply: ServerReply, model: string): Json[] {
  const head = { id: 'chatcmpl-scripted', object: 'chat.completion.chunk', created: 1, model: reply.model ?? model };
  const chunk = (delta: Json, finishReason: string | null = null): Json => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
  const field = reply.reasoningField ?? 'reasoning_content';
  const chunks = [chunk({ role: 'assistant', content: '', ...reply.extra })];
  for (const text of pieces(reply.reasoning)) chunks.push(chunk({ [field]: text }));
  for (const text of pieces(reply.text)) chunks.push(chunk({ content: text }));
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    const written = toolCall(call, index);
    const text = written.function.arguments;
    const half = Math.ceil(text.length / 2);
    chunks.push(chunk({ tool_calls: [{ ...written, index, function: { name: call.name, arguments: '' } }] }));
    for (const part of [text.slice(0, half), text.slice(half)]) {
      if (part) chunks.push(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
    }
  }
  if (reply.finishReason !== null) chunks.push(chunk({}, finishReasonOf(reply)));
  if (reply.usage !== null) chunks.push({ ...head, choices: [], usage: usageOf(reply) });
  return chunks;
}

/** The body of a reply that is not streamed. */
export function bodyOf(reply: ServerReply, model: string): Json {
  const text = pieces(reply.text).join('');
  const reasoning = pieces(reply.reasoning).join('');
  const calls = (reply.toolCalls ?? []).map((call, index) => toolCall(call, index));
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(reasoning !== '' && { [reply.reasoningField ?? 'reasoning_content']: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...reply.extra,
  };
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    created: 1,
    model: reply.model ?? model,
    choices: [{ index: 0, message, finish_reason: reply.finishReason === null ? null : finishReasonOf(reply) }],
    ...(reply.usage !== null && { usage: usageOf(reply) }),
  };
}

function usageOf({ usage }: ServerReply): Json {
  const told = usage ?? { prompt_tokens: 20, completion_tokens: 10 };
  const total = (told.prompt_tokens ?? 0) + (told.completion_tokens ?? 0);
  return { ...told, total_tokens: total };
}

function finishReasonOf(reply: ServerReply): string {
  return reply.finishReason ?? (reply.toolCalls?.length ? 'tool_calls' : 'stop');
}

let minted = 0;

function toolCall({ name, arguments: input, id, extra }: ServerToolCall, index: number) {
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? {});
  minted += 1;
  return { ...extra, id: id ?? `call_s${minted}_${index}`, type: 'function', function: { name, arguments: text } };
}

function pieces(text: string | string[] | undefined): string[] {
  if (text === undefined) return [];
  return typeof text === 'string' ? (text.match(/\S+\s*|\s+/g) ?? []) : text;
}
