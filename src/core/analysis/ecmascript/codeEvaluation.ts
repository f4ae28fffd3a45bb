import type { Rule } from '../rule';
import { callOf, stringValue, unwrap } from './shape';

const GLOBALS = new Set(['globalThis', 'window', 'self', 'global']);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

/** Text that is run as code: `eval`, `new Function`, timers with a string. */
export const codeEvaluation: Rule = {
  id: 'code-evaluation',
  category: 'security',
  nodes: ['call_expression', 'new_expression'],
  check(node) {
    const call = callOf(node);
    if (!call || (call.receiver !== undefined && !GLOBALS.has(call.receiver))) return undefined;
    const code = call.method === 'Function' ? call.args.at(-1) : call.args[0];
    if (!code) return undefined;
    const value = unwrap(code);
    const fixed = stringValue(value) !== undefined;
    const isTimer = TIMERS.has(call.method) && node.type === 'call_expression';
    if (isTimer && value.type !== 'string' && value.type !== 'template_string') return undefined;
    if (
      !isTimer &&
      (fixed || (call.method !== 'Function' && (call.method !== 'eval' || node.type !== 'call_expression')))
    )
      return undefined;
    return {
      node,
      title: `\`${call.method}\` runs text as code`,
      why: isTimer
        ? 'A timer evaluates a string like `eval`. Pass a function.'
        : 'Whoever controls the text controls the program, with all its rights. Parse the few forms that are allowed (`JSON.parse`, a table of functions, a small parser) instead.',
      severity: isTimer && fixed ? 'minor' : 'blocker',
      confidence: 0.9,
    };
  },
};
