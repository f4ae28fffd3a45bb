// Asks an OpenAI-compatible endpoint for its models.
import type { Clock } from '../../core/clock';
import { failure, type Failure } from '../../core/failure';
import type { ModelListing } from '../../core/model/chatModel';
import { asObject, parseJson } from './json';
import { readModelList } from './modelCatalog';
import type { OpenAiConnection } from './openAiConnection';
import { refusalInBody, refusalOfThrown } from './refusal';
import { notAnApi, toModelFailure } from './wireFailure';

const TIMEOUT_MS = 10_000;

/** What the endpoint offers, or why nothing can be had; waits for 10 s at most. */
export async function listModels(
  connection: OpenAiConnection,
  limits: { clock: Clock; signal: AbortSignal },
): Promise<ModelListing[] | Failure> {
  const { name, baseUrl } = connection.endpoint;
  const context = { endpoint: name, baseUrl, model: 'any', key: connection.key };
  try {
    const body = await fetchModels(connection, limits);
    if (body === undefined) return notAnApi(context, 200);
    const refusal = refusalInBody(body);
    if (refusal) return toModelFailure(refusal, context);
    return readModelList(body, name) ?? failure('model.not_found', `“${name}” (${baseUrl}) lists no models.`);
  } catch (error) {
    return toModelFailure(refusalOfThrown(error), context);
  }
}

/** The body of `GET /models`; undefined if it is no JSON object. */
async function fetchModels(
  connection: OpenAiConnection,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Record<string, unknown> | undefined> {
  const limit = new AbortController();
  const stop = () => limit.abort();
  signal.addEventListener('abort', stop, { once: true });
  const timer = clock.after(TIMEOUT_MS, stop);
  try {
    const response = await connection.client.models.list({ signal: limit.signal }).asResponse();
    const parsed = parseJson(await response.text())?.value;
    return Array.isArray(parsed) ? { data: parsed } : asObject(parsed);
  } finally {
    timer.dispose();
    signal.removeEventListener('abort', stop);
  }
}
