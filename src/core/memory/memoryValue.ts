// What may be an entry of shared memory: plain JSON within bounds, with secrets masked.
import { redactDeep, type Redact } from '../events/redaction';
import { failure, isFailure, messageOf, type Failure } from '../failure';

export const MAX_KEY_CHARS = 200;
/** Of a value as JSON text. */
export const MAX_VALUE_CHARS = 16_000;
/** Keys that begin so name another scope where no scope can be given: in tools. */
export const SCOPE_PREFIX = /^(run|thread|workspace):/;

/** What is wrong with a key; undefined where nothing is. */
export function keyFault(key: unknown, redact: Redact): Failure | undefined {
  if (typeof key !== 'string' || key.trim() === '')
    return failure('memory.invalid_key', 'A key is a text that is not empty.');
  if (key.length > MAX_KEY_CHARS)
    return failure('memory.invalid_key', `The key has ${key.length} characters; at most ${MAX_KEY_CHARS} are allowed.`);
  if (/\p{Cs}/u.test(key)) return failure('memory.invalid_key', 'The key is no valid Unicode text.');
  if (SCOPE_PREFIX.test(key))
    return failure(
      'memory.invalid_key',
      `A key can't begin with "${SCOPE_PREFIX.exec(key)?.[0] ?? ''}", which names a scope.`,
    );
  if (redact(key) !== key) return failure('memory.invalid_key', 'The key looks like a secret. Choose another one.');
  return undefined;
}

/** The value as it is kept. */
export function storableValue(value: unknown, redact: Redact): { value: unknown } | Failure {
  const text = jsonText(value);
  if (isFailure(text)) return text;
  const masked = redactDeep(JSON.parse(text) as unknown, redact);
  const { length } = JSON.stringify(masked);
  if (length <= MAX_VALUE_CHARS) return { value: masked };
  const message = `The value has ${length} characters as JSON; at most ${MAX_VALUE_CHARS} are kept. Keep a summary, or put it into a file and keep its path.`;
  return failure('memory.value_too_large', message);
}

/** A value as text, for people, models and the search. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

function jsonText(value: unknown): string | Failure {
  try {
    // Undefined for what JSON has no words for: undefined itself, functions, symbols.
    const text = JSON.stringify(value) as string | undefined;
    return text ?? failure('memory.invalid_value', 'The value is nothing that JSON can hold.');
  } catch (error) {
    return failure('memory.invalid_value', `The value is no JSON: ${messageOf(error)}.`);
  }
}
