import type { Rule } from '../rule';
import { bindingsOf, isImported } from './imports';
import { callOf } from './shape';

/** Libraries whose formats can carry functions, and the calls that revive them. */
const REVIVERS: readonly { module: RegExp; calls: ReadonlySet<string> }[] = [
  { module: /^node-serialize$/, calls: new Set(['unserialize']) },
  { module: /^serialize-to-js$/, calls: new Set(['deserialize']) },
  { module: /^funcster$/, calls: new Set(['deepDeserialize']) },
  { module: /^cryo$/, calls: new Set(['parse']) },
];

/** Data that can carry code is turned back into objects. */
export const unsafeDeserialisation: Rule = {
  id: 'unsafe-deserialisation',
  category: 'security',
  nodes: ['call_expression'],
  check(node) {
    const call = callOf(node);
    if (!call?.args[0] || !REVIVERS.some(({ calls }) => calls.has(call.method))) return undefined;
    const reviver = REVIVERS.find(({ module, calls }) => isImported(bindingsOf(node, module), call, calls));
    if (!reviver) return undefined;
    return {
      node,
      title: `\`${call.callee}\` revives functions from data`,
      why: 'The format can carry code that runs while it is read. Use `JSON.parse` and check the result against a schema.',
      severity: 'blocker',
      confidence: 0.95,
    };
  },
};
