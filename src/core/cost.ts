// What a call costs. Unknown stays unknown: a guess would end up in a budget or in front of a person.
import type { CallUsage } from '../api';
import type { Price } from './settings';

/** The price of a model: by its exact name, or by its name without a vendor's prefix (`openai/gpt-4.1`). */
export function priceOf(model: string, prices: Readonly<Record<string, Price>>): Price | undefined {
  if (Object.hasOwn(prices, model)) return prices[model];
  const bare = model.slice(model.lastIndexOf('/') + 1);
  return Object.hasOwn(prices, bare) ? prices[bare] : undefined;
}

/** USD for one call; undefined unless input and output are known. Cached tokens are part of the input and are paid once, at their own price. */
export function costOf(usage: CallUsage, price: Price): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cached = Math.min(cachedInputTokens, inputTokens);
  const input = (inputTokens - cached) * price.input + cached * (price.cachedInput ?? price.input);
  return (input + outputTokens * price.output) / 1e6;
}
