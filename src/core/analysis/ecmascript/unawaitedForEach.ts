import type { Rule } from '../rule';
import { callOf } from './shape';

/** `forEach` with an async callback: nobody waits for it and nobody sees it fail. */
export const unawaitedForEach: Rule = {
  id: 'unawaited-for-each',
  category: 'bug',
  nodes: ['call_expression'],
  notInTests: true,
  check(node) {
    const call = callOf(node);
    const callback = call?.method === 'forEach' && call.receiver !== undefined ? call.args[0] : undefined;
    if (!callback?.children.some((child) => child.type === 'async') || !/\bawait\b/.test(callback.text))
      return undefined;
    return {
      node: callback,
      title: '`forEach` does not wait for its async callback',
      why: 'The code after it runs before the work is done, and a rejection is unhandled. Use `for … of` with `await`, or `await Promise.all(list.map(…))`.',
      severity: 'major',
      confidence: 0.8,
    };
  },
};
