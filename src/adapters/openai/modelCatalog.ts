// What is known of models by their names: how much fits into them, and which of a server's list can chat.
import * as z from 'zod/mini';
import type { ModelListing } from '../../core/model/chatModel';

/** Asked where nothing is configured and the server lists nothing better. */
export const DEFAULT_MODEL = 'gpt-4.1-mini';

// Longest prefix wins. Only sizes that the makers publish; anything else stays unknown.
const CONTEXT_TOKENS: readonly (readonly [string, number])[] = [
  ['gpt-5', 400_000],
  ['gpt-4.1', 1_047_576],
  ['gpt-4o', 128_000],
  ['gpt-4-turbo', 128_000],
  ['gpt-4-32k', 32_768],
  ['gpt-4', 8_192],
  ['gpt-3.5-turbo', 16_385],
  ['o1-mini', 128_000],
  ['o1', 200_000],
  ['o3', 200_000],
  ['o4-mini', 200_000],
  ['claude-', 200_000],
  ['gemini-', 1_048_576],
  ['deepseek-', 128_000],
  ['mistral-large', 128_000],
  ['codestral', 256_000],
  ['kimi-k2', 256_000],
];
const NO_CHAT =
  /embed|whisper|tts|dall-e|image|moderation|rerank|transcribe|realtime|audio|bge-|clip|sora|davinci|babbage/i;

/** Tokens that fit into a model, by its name (a vendor's prefix aside); undefined where nobody published it. */
export function knownContextTokens(model: string): number | undefined {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  let best: readonly [string, number] | undefined;
  for (const entry of CONTEXT_TOKENS) {
    if (name.startsWith(entry[0]) && entry[0].length > (best?.[0].length ?? 0)) best = entry;
  }
  return best?.[1];
}

/** Servers write all sorts of things there; only a number counts. */
const count = z.optional(z.unknown());
const modelEntry = z.object({
  id: z.string().check(z.minLength(1)),
  context_length: count,
  context_window: count,
  max_model_len: count,
  max_context_length: count,
});
const modelList = z.union([
  z.pipe(
    z.object({ data: z.array(z.unknown()) }),
    z.transform((body) => body.data),
  ),
  z.pipe(
    z.object({ models: z.array(z.unknown()) }),
    z.transform((body) => body.models),
  ),
  z.array(z.unknown()),
]);

/** Reads the body of `GET /models`; undefined if it is no list of models. Entries that can't be read are left out. */
export function readModelList(body: unknown, endpoint: string): ModelListing[] | undefined {
  const list = modelList.safeParse(body);
  if (!list.success) return undefined;
  return list.data.flatMap((item): ModelListing[] => {
    const entry = modelEntry.safeParse(typeof item === 'string' ? { id: item } : item);
    if (!entry.success) return [];
    const { id, context_length, context_window, max_model_len, max_context_length } = entry.data;
    const told = [context_length, context_window, max_model_len, max_context_length].find(isTokenCount);
    const contextTokens = told ?? knownContextTokens(id);
    const model = { provider: 'openai' as const, endpoint, model: id };
    return [{ id: model, label: id, ...(contextTokens !== undefined && { contextTokens }) }];
  });
}

function isTokenCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** The model that an endpoint is asked for when none is configured: ours if it has it, else the first that can chat. */
export function defaultModelOf(listings: readonly ModelListing[]): string {
  const names = listings.map((listing) => listing.id.model);
  if (names.includes(DEFAULT_MODEL)) return DEFAULT_MODEL;
  return names.find((name) => !NO_CHAT.test(name)) ?? DEFAULT_MODEL;
}
