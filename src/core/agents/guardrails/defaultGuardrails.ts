import type { Guardrail } from './guardrail';
import { injectionGuardrail } from './injectionGuardrail';
import { type FindSecrets, secretGuardrail } from './secretGuardrail';
import { sizeGuardrail } from './sizeGuardrail';

/** The guardrails that every team has, in their order: size first, since it is cheapest. */
export function defaultGuardrails(options: { findSecrets?: FindSecrets } = {}): Guardrail[] {
  return [sizeGuardrail(), secretGuardrail(options.findSecrets), injectionGuardrail()];
}
