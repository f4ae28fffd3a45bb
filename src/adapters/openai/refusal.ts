// An error as a server or the network gave it, read into one shape: SDK errors, error objects inside a 200, bodies of every kind.
import { retryAfterMs } from '../../core/resilience/retryAfter';
import { asArray, asObject, asText, type JsonObject } from './json';

export interface Refusal {
  /** HTTP status, or the number that an error object calls its code. */
  status: number | undefined;
  message: string;
  code: string | undefined;
  type: string | undefined;
  param: string | undefined;
  retryAfterMs: number | undefined;
  /** Code of a network error (`ECONNREFUSED`, `UND_ERR_SOCKET`, …); set only where there was no answer. */
  network: string | undefined;
}

/** Longest message of a server that is shown. */
const MAX_MESSAGE = 400;

/** Reads what a request or a body's reading threw. */
export function refusalOfThrown(error: unknown): Refusal {
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as JsonObject;
  const status = typeof thrown['status'] === 'number' ? thrown['status'] : undefined;
  const network = status === undefined ? networkCode(error) : undefined;
  const headers = thrown['headers'] instanceof Headers ? thrown['headers'] : undefined;
  return {
    ...readError(thrown['error'], error instanceof Error ? error.message : String(error)),
    ...(status !== undefined && { status }),
    network,
    retryAfterMs: headers && retryAfterMs(headers),
  };
}

/** The error inside a body or chunk that came with status 200; undefined if there is none. */
export function refusalInBody(body: JsonObject, event?: string): Refusal | undefined {
  const error = body['error'];
  if (error !== undefined && error !== null && error !== false && error !== '') return readError(error, 'error');
  if (body['object'] === 'error' || event === 'error') return readError(body, 'error');
  const isAnswer = 'choices' in body || 'usage' in body;
  return !isAnswer && 'detail' in body ? readError(body, 'error') : undefined;
}

function readError(error: unknown, fallback: string): Refusal {
  const object = asObject(error) ?? {};
  const code = object['code'];
  const status = [code, object['status'], object['status_code']]
    .map(Number)
    .find((value) => value >= 400 && value < 600);
  return {
    status,
    message: (asText(error) ?? messageIn(object) ?? fallback).slice(0, MAX_MESSAGE),
    code: asText(code),
    type: asText(object['type']),
    param: asText(object['param']),
    retryAfterMs: undefined,
    network: undefined,
  };
}

function messageIn(object: JsonObject): string | undefined {
  for (const key of ['message', 'detail', 'msg', 'error', 'title']) {
    const value = object[key];
    const text = asText(value) ?? (asObject(value) && messageIn(asObject(value) ?? {}));
    if (text !== undefined) return text;
    const list = asArray(value).map((item) => asText(item) ?? messageIn(asObject(item) ?? {}));
    // FastAPI names the field beside the message: that is what tells which parameter was refused.
    const fields = asArray(value).map((item) => asArray(asObject(item)?.['loc']).join('.'));
    const joined = list.map((text, index) => [fields[index], text].filter(Boolean).join(': ')).filter(Boolean);
    if (joined.length > 0) return joined.join('; ');
  }
  return undefined;
}

/** The first code in the chain of causes: fetch wraps what really happened. */
function networkCode(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 6) return 'unknown';
  const { code, cause, errors, message } = error as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown;
    message?: unknown;
  };
  if (typeof code === 'string' && code !== '') return code;
  const inner = [cause, ...asArray(errors)]
    .map((item) => networkCode(item, depth + 1))
    .find((item) => item !== 'unknown');
  if (inner !== undefined) return inner;
  // Electron's network stack puts its code into the message.
  return /net::(ERR_[A-Z_]+)/.exec(String(message))?.[1] ?? 'unknown';
}
