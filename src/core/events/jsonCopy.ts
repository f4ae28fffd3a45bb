// Payloads of others.

/** Longest payload that others may publish, in characters of JSON. */
const MAX_EXTERNAL_PAYLOAD = 1_000_000;

/** What others hand in is copied, so that it can neither change afterwards nor fail to be stored. */
export function jsonCopy(payload: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload ?? null);
  } catch (error) {
    throw new TypeError('The payload of an event must be JSON.', { cause: error });
  }
  // Functions and symbols stringify to nothing.
  if ((json as string | undefined) === undefined) throw new TypeError('The payload of an event must be JSON.');
  if (json.length > MAX_EXTERNAL_PAYLOAD) {
    throw new TypeError(`The payload of an event may have ${MAX_EXTERNAL_PAYLOAD} characters of JSON at most.`);
  }
  return JSON.parse(json) as unknown;
}
