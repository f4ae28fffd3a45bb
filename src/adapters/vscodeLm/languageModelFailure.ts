// What went wrong with a language model of VS Code. Its errors carry a code at best and a foreign message at worst.
import type { ModelFailure } from '../../core/model/chatModel';

type Reason = ModelFailure['reason'];

const BY_CODE: Readonly<Record<string, Reason>> = {
  NoPermissions: 'model.consent_required',
  NotFound: 'model.not_found',
  Blocked: 'model.quota_exceeded',
  // Codes of newer releases and of Copilot.
  ChatQuotaExceeded: 'model.quota_exceeded',
  quotaExceeded: 'model.quota_exceeded',
  ChatRateLimited: 'model.rate_limited',
  rateLimited: 'model.rate_limited',
  off_topic: 'model.refused',
  filtered: 'model.refused',
};

/** Vendors say in words what has no code. The first match counts; the more special ones stand first. */
const BY_MESSAGE: readonly (readonly [RegExp, Reason])[] = [
  [
    /context[ _-]?(length|window)|too many tokens|prompt is too long|maximum.{0,20}tokens|token limit/i,
    'model.context_too_long',
  ],
  [/quota|out of credits|billing|payment required/i, 'model.quota_exceeded'],
  [/rate.?limit|too many requests|\b429\b/i, 'model.rate_limited'],
  [/content.?filter|responsible ai|content policy|filtered by/i, 'model.refused'],
  [/unauthori[sz]ed|forbidden|not signed in|api key|\b40[13]\b/i, 'model.unauthorized'],
  [/\b404\b|model.{0,40}(not found|does not exist)|unknown model/i, 'model.not_found'],
  [/timed? ?out|\b(408|504)\b|ETIMEDOUT/i, 'model.timeout'],
  [
    /bad request|invalid.{0,20}(request|parameter|argument)|unsupported|not supported|\b(400|413|422)\b/i,
    'model.bad_request',
  ],
];

const TRANSIENT: readonly Reason[] = [
  'model.rate_limited',
  'model.timeout',
  'model.unavailable',
  'model.broken_stream',
];

/** The failure behind whatever a language model threw. `hasStarted`: part of the answer had arrived. */
export function languageModelFailure(error: unknown, model: string, hasStarted: boolean): ModelFailure {
  const message = deepestMessage(error);
  const known = reasonByCode(error) ?? BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
  const reason = known ?? (hasStarted ? 'model.broken_stream' : 'model.unavailable');
  return { reason, message: sentenceFor(reason, model, message), retryable: TRANSIENT.includes(reason) };
}

/** True where leaving out options (a temperature, an output limit) may help. */
export function isAboutOptions(error: unknown): boolean {
  return /temperature|max_tokens|max_completion_tokens|output.?tokens|modelOptions|sampling/i.test(
    deepestMessage(error),
  );
}

function reasonByCode(error: unknown): Reason | undefined {
  for (const link of causesOf(error)) {
    const { code } = link as { code?: unknown };
    if (typeof code === 'string' && Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
  }
  return undefined;
}

/** VS Code wraps what a provider threw: the innermost error says what happened. */
function deepestMessage(error: unknown): string {
  const innermost: { message?: unknown } | undefined = causesOf(error).at(-1);
  if (innermost === undefined) return String(error);
  // Between processes an error may have become a plain object.
  return typeof innermost.message === 'string' ? innermost.message : '';
}

function causesOf(error: unknown): object[] {
  const chain: object[] = [];
  let link = error;
  while (typeof link === 'object' && link !== null && chain.length < 8) {
    chain.push(link);
    link = (link as { cause?: unknown }).cause;
  }
  return chain;
}

function sentenceFor(reason: Reason, model: string, message: string): string {
  const said = message === '' ? '' : ` It said: “${message.slice(0, 500)}”.`;
  switch (reason) {
    case 'model.consent_required':
      return `VS Code was not allowed to let Agent Team use ${model}. Ask again and allow it, or choose another model.`;
    case 'model.not_found':
      return `The language model ${model} is not there any more. Choose another one with "Agent Team: Select model".`;
    case 'model.quota_exceeded':
      return `The quota of ${model} is used up. Wait until it renews, or choose another model.${said}`;
    case 'model.rate_limited':
      return `${model} gets too many requests. Wait a little and try again.${said}`;
    case 'model.refused':
      return `${model} refused to answer. Rephrase the request, or choose another model.${said}`;
    case 'model.unauthorized':
      return `${model} does not accept this sign-in. Sign in to the extension that provides it.${said}`;
    case 'model.context_too_long':
      return `The request is too long for ${model}. Attach less, or choose a model with a larger context.${said}`;
    case 'model.bad_request':
      return `${model} did not understand the request. Choose another model if this goes on.${said}`;
    case 'model.broken_stream':
      return `${model} broke off in the middle of its answer. Try again.${said}`;
    default:
      return `${model} could not answer. Try again, or choose another model.${said}`;
  }
}
