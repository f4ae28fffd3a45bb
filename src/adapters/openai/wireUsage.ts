// Token counts as servers report them; what is missing, null or nonsense stays unknown.
import type { CallUsage } from '../../core/model/chatModel';
import { asCount, asObject, type JsonObject } from './json';

/** Reads `usage` of a chunk or a body; undefined if it says nothing. */
export function readUsage(body: JsonObject): CallUsage | undefined {
  const usage = asObject(body['usage']) ?? asObject(asObject(body['x_groq'])?.['usage']);
  if (!usage) return undefined;
  const inputTokens = asCount(usage['prompt_tokens'] ?? usage['input_tokens']);
  const outputTokens = asCount(usage['completion_tokens'] ?? usage['output_tokens']);
  const details = asObject(usage['prompt_tokens_details']) ?? asObject(usage['input_tokens_details']);
  const cachedInputTokens = asCount(
    details?.['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens'],
  );
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
  };
}
