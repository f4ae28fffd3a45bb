// Says what a refusal means: its reason, whether trying again can help, and what a person can do.
import type { ModelFailure } from '../../core/model/chatModel';
import type { Refusal } from './refusal';

export interface FailureContext {
  endpoint: string;
  baseUrl: string;
  model: string;
  /** The key that was sent; never shown. */
  key: string | undefined;
}

const CONTEXT_TOO_LONG =
  /context_length|context (length|window|size)|maximum (context|prompt|input)|(prompt|input|request|message)s? (is|are) too long|too many (input )?tokens|exceeds? .{0,60}(context|token limit|maximum number of tokens)|reduce the length/i;
const QUOTA =
  /insufficient_quota|exceeded your current quota|billing|insufficient (credits?|balance|funds)|credit balance/i;
const REFUSED = /content_filter|content_policy|content management policy|moderation|safety system|responsibleai/i;
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|ERR_SSL|EPROTO/;
const DNS = /ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED/;
const REFUSED_CONNECTION = /ECONNREFUSED|ERR_CONNECTION_REFUSED|EHOSTUNREACH|ENETUNREACH|ERR_ADDRESS_UNREACHABLE/;
const TIMED_OUT = /TIMEOUT|TIMEDOUT|TIMED_OUT/;

/** The failure that a refusal amounts to. */
export function toModelFailure(refusal: Refusal, context: FailureContext): ModelFailure {
  const failure =
    refusal.network === undefined ? answered(refusal, context) : notAnswered(refusal, refusal.network, context);
  return {
    ...failure,
    message: withoutKey(failure.message, context.key),
    ...(refusal.status !== undefined && { status: refusal.status }),
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
  };
}

/** True if the request itself was too long or forbidden: leaving a parameter out can't help. */
export function isAboutContent(refusal: Refusal): boolean {
  const said = words(refusal);
  return CONTEXT_TOO_LONG.test(said) || QUOTA.test(said) || REFUSED.test(said);
}

/** The failure of a stream that broke off after it had begun. */
export function brokenStream(refusal: Refusal, context: FailureContext): ModelFailure {
  if (refusal.network !== undefined && TIMED_OUT.test(refusal.network))
    return notAnswered(refusal, refusal.network, context);
  const known = refusal.network === undefined ? toModelFailure(refusal, context) : undefined;
  // What says nothing certain is told as what it is for the answer: it broke off.
  if (known && known.reason !== 'model.bad_request' && known.reason !== 'model.unavailable') return known;
  const message = `The answer of ${place(context)} broke off: ${detail(refusal)}.`;
  return { reason: 'model.broken_stream', message: withoutKey(message, context.key), retryable: true };
}

/** No byte of an answer, although the request was taken. */
export function emptyAnswer(context: FailureContext): ModelFailure {
  const message = `${place(context)} ended its answer without sending anything.`;
  return { reason: 'model.empty', message, retryable: true };
}

/** A web page where JSON was expected: the address is not that of an API. */
export function notAnApi(context: FailureContext, status: number): ModelFailure {
  const message = `${place(context)} answered with a web page. Check its address ${context.baseUrl}: it usually ends with /v1.`;
  return { reason: 'model.not_found', message, retryable: false, status };
}

/** A key or a header's variable is missing: no request is made. */
export function notAuthorized(message: string): ModelFailure {
  return { reason: 'model.unauthorized', message, retryable: false };
}

function answered(refusal: Refusal, context: FailureContext): ModelFailure {
  const { status } = refusal;
  const said = words(refusal);
  const at = place(context);
  if (status === 402 || QUOTA.test(said)) {
    return final(
      'model.quota_exceeded',
      `The quota of ${at} is used up: ${detail(refusal)}. Check its plan and billing.`,
    );
  }
  if (CONTEXT_TOO_LONG.test(said) || status === 413) {
    return final('model.context_too_long', `The request is too long for ${context.model}: ${detail(refusal)}.`);
  }
  if (REFUSED.test(said)) return final('model.refused', `${at} refused the request: ${detail(refusal)}.`);
  if (status === undefined) return byWords(refusal, said, at);
  return byStatus(refusal, status, context);
}

function byStatus(refusal: Refusal, status: number, context: FailureContext): ModelFailure {
  const at = place(context);
  const why = detail(refusal);
  switch (status) {
    case 401:
      return final('model.unauthorized', unauthorized(at, why, context.key));
    case 403:
      return final('model.unauthorized', `${at} denies access (403): ${why}. Check what the key may use.`);
    case 404:
      return final('model.not_found', notFound(at, why, context));
    case 408:
    case 504:
      return transient('model.timeout', `${at} took too long (${status}): ${why}.`);
    case 429:
      return transient('model.rate_limited', `${at} limits the rate of requests: ${why}.`);
    case 501:
      return final('model.bad_request', `${at} does not offer this (501): ${why}.`);
  }
  if (status === 409 || status === 425 || status >= 500) {
    return transient('model.unavailable', `${at} is unavailable (${status}): ${why}.`);
  }
  return final('model.bad_request', `${at} rejected the request (${status}): ${why}.`);
}

/** An error object without any status, as they come inside a 200. */
function byWords(refusal: Refusal, said: string, at: string): ModelFailure {
  const why = detail(refusal);
  if (/rate.?limit|too many requests|throttl/i.test(said)) {
    return transient('model.rate_limited', `${at} limits the rate of requests: ${why}.`);
  }
  if (/invalid.?(api.?)?key|unauthori[sz]ed|authentication/i.test(said)) {
    return final(
      'model.unauthorized',
      `${at} rejected the API key: ${why}. Set a valid one with “Agent Team: Set API Key”.`,
    );
  }
  if (/model.{0,40}(not.?found|does ?n.t exist|unknown)|model_not_found/i.test(said)) {
    return final(
      'model.not_found',
      `${at} does not know the model: ${why}. Choose another with “Agent Team: Select Model”.`,
    );
  }
  if (/invalid_request|bad.?request|unsupported|not supported|unrecognized/i.test(said)) {
    return final('model.bad_request', `${at} rejected the request: ${why}.`);
  }
  return transient('model.unavailable', `${at} reports an error: ${why}.`);
}

function notAnswered(refusal: Refusal, code: string, context: FailureContext): ModelFailure {
  const at = `${place(context)} (${context.baseUrl})`;
  if (TLS.test(code)) {
    const remedy = 'Check the certificate, or the proxy settings of VS Code (http.proxy, http.systemCertificates)';
    return final('model.unavailable', `The certificate of ${at} is not trusted (${code}). ${remedy}.`);
  }
  if (DNS.test(code)) {
    return transient(
      'model.unavailable',
      `The host of ${at} was not found (${code}). Check the address and the network.`,
    );
  }
  if (REFUSED_CONNECTION.test(code)) {
    return transient('model.unavailable', `Nothing answers at ${at} (${code}). Check that the server runs there.`);
  }
  if (TIMED_OUT.test(code)) return transient('model.timeout', `${at} did not answer in time (${code}).`);
  if (/INVALID_URL|INVALID_PROTOCOL/.test(code)) {
    return final(
      'model.bad_request',
      `The address ${context.baseUrl} is not valid. It starts with http:// or https://.`,
    );
  }
  return transient('model.unavailable', `The connection to ${at} failed: ${detail(refusal)} (${code}).`);
}

function unauthorized(at: string, why: string, key: string | undefined): string {
  return key === undefined
    ? `${at} wants an API key (401): ${why}. Set one with “Agent Team: Set API Key”.`
    : `${at} rejected the API key (401): ${why}. Set a valid one with “Agent Team: Set API Key”.`;
}

function notFound(at: string, why: string, { model, baseUrl }: FailureContext): string {
  return `${at} does not know the model ${model}, or ${baseUrl} is not its address (404): ${why}. Choose another model with “Agent Team: Select Model”.`;
}

function final(reason: ModelFailure['reason'], message: string): ModelFailure {
  return { reason, message, retryable: false };
}

function transient(reason: ModelFailure['reason'], message: string): ModelFailure {
  return { reason, message, retryable: true };
}

function place({ endpoint }: FailureContext): string {
  return `“${endpoint}”`;
}

function detail({ message }: Refusal): string {
  return message.trim().replace(/[.!]+$/, '') || 'no details';
}

function words({ code, type, message }: Refusal): string {
  return [code, type, message].filter(Boolean).join(' ');
}

/** Servers like to repeat the key that they reject, whole or shortened. */
function withoutKey(message: string, key: string | undefined): string {
  const masked = key === undefined || key.length < 4 ? message : message.replaceAll(key, '***');
  return masked.replace(/\b(sk|key|Bearer)[-_ ](?=[\w.-]*[\d*])[\w*.-]{8,}/g, '$1-***');
}
