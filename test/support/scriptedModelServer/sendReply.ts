// Sends one scripted reply, with the misbehaviour that it asks for.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from '../gate';
import type { ServerReply, WireRequest } from './script';
import { bodyOf, chunksOf } from './wire';

export interface SendOptions {
  request: WireRequest;
  response: ServerResponse;
  gate: (name: string) => Gate;
}

/** Ends the response unless the reply hangs or the client has gone. */
export async function sendReply(reply: ServerReply, options: SendOptions): Promise<void> {
  const { request, response, gate } = options;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  if (reply.gate !== undefined && (await gate(reply.gate).wait(gone.signal)) === 'aborted') return;
  const isWhole = reply.status !== undefined || reply.body !== undefined || request.stream !== true;
  if (!isWhole || reply.chunks) return sendStream(reply, options, gone.signal);
  const body =
    reply.body ?? (reply.status !== undefined && reply.status >= 400 ? DEFAULT_ERROR : bodyOf(reply, modelOf(request)));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  response.end(text);
}

const DEFAULT_ERROR = { error: { message: 'Scripted failure', type: 'server_error', code: null, param: null } };

function modelOf(request: WireRequest): string {
  return request.model ?? 'scripted-model';
}

async function sendStream(
  reply: ServerReply,
  { request, response, gate }: SendOptions,
  gone: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...reply.headers });
  response.flushHeaders();
  const events = (reply.chunks ?? chunksOf(reply, modelOf(request))).map((chunk) => eventText(chunk, reply));
  if (reply.withoutDone !== true && !reply.chunks) events.push(eventText('[DONE]', reply));
  for (const [index, event] of events.entries()) {
    if (gone.aborted) return;
    if (reply.breakAfter?.events === index) {
      breakOff(response, reply.breakAfter.how);
      return;
    }
    if (reply.gateAfter?.events === index && (await gate(reply.gateAfter.gate).wait(gone)) === 'aborted') return;
    if (reply.eventDelayMs !== undefined) await sleep(reply.eventDelayMs);
    await write(response, Buffer.from(event), reply.pieceBytes);
  }
  if (reply.breakAfter?.events === events.length) breakOff(response, reply.breakAfter.how);
  else response.end();
}

/** A raw string goes out as it is, unless it is `[DONE]`. */
function eventText(chunk: unknown, { crlf, noise, withoutBlank }: ServerReply): string {
  if (typeof chunk === 'string' && chunk !== '[DONE]') return chunk;
  const end = crlf === true ? '\r\n' : '\n';
  const data = `data:${withoutBlank === true ? '' : ' '}${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}`;
  const lines = noise === true ? [': keep-alive', 'retry: 3000', 'event: message', 'id: 7', data] : [data];
  return lines.join(end) + end + end;
}

function breakOff(response: ServerResponse, how: 'reset' | 'close' | 'hang'): void {
  if (how === 'close') response.end();
  else if (how === 'reset') response.socket?.resetAndDestroy();
}

async function write(response: ServerResponse, bytes: Buffer, pieceBytes = bytes.length): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await new Promise<void>((resolve) => response.write(bytes.subarray(at, at + pieceBytes), () => resolve()));
  }
}
