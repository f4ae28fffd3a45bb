// Notices text in files and tool results that talks to the model. It only warns: the marks around such text are what protects.
import type { Guardrail } from './guardrail';

const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|your|system)\b.{0,30}\b(?:instructions?|prompts?|rules?|messages?)\b/i,
  /\b(?:you are|act as) now\b.{0,40}\b(?:assistant|agent|ai|model|mode)\b/i,
  /<\s*\/?\s*untrusted\b/i,
  /<\|(?:im_start|im_end|system|assistant)\|>/i,
  /\b(?:do not|don't|never)\b.{0,20}\b(?:tell|inform|mention|show)\b.{0,20}\bthe (?:user|person|developer)\b/i,
];

/** Warns when a tool's result seems to give the model orders. */
export function injectionGuardrail(): Guardrail {
  return {
    name: 'prompt_injection',
    stages: ['tool'],
    check({ text, source }) {
      return ORDERS.some((order) => order.test(text))
        ? { action: 'warned', reason: `the result of ${source} contains text that reads like instructions` }
        : { action: 'pass' };
    },
  };
}
