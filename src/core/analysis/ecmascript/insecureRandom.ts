import { isSecretName } from '../secretText';
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { callOf, FUNCTIONS, functionName } from './shape';

const SECRET_WORD = /token|secret|nonce|otp|session_?id|password|csrf|salt/i;
const HARMLESS_WORD = /count|limit|max|min|length|price|tokeniz|tokenis|estimate/i;

/** `Math.random()` for values that nobody may guess. */
export const insecureRandom: Rule = {
  id: 'insecure-random',
  category: 'security',
  nodes: ['call_expression'],
  notInTests: true,
  check(node) {
    if (callOf(node)?.callee !== 'Math.random') return undefined;
    const name = holderName(node);
    if (name === undefined || HARMLESS_WORD.test(name) || !(isSecretName(name) || SECRET_WORD.test(name)))
      return undefined;
    return {
      node,
      title: `\`${name}\` comes from Math.random, which can be predicted`,
      why: 'Who sees a few values can compute the next. Use `crypto.randomBytes`, `crypto.randomUUID` or `crypto.getRandomValues`.',
      severity: 'major',
      confidence: 0.8,
    };
  },
};

/** The variable or property that gets the value, else the function that returns it. */
function holderName(node: SyntaxNode): string | undefined {
  for (const ancestor of node.ancestors()) {
    if (ancestor.type === 'variable_declarator') return ancestor.field('name')?.text;
    if (ancestor.type === 'pair') return ancestor.field('key')?.text;
    if (ancestor.type === 'assignment_expression') return ancestor.field('left')?.text;
    if (ancestor.type === 'return_statement') {
      const fn = ancestor.enclosing(FUNCTIONS);
      return fn && functionName(fn);
    }
    if (FUNCTIONS.has(ancestor.type)) return functionName(ancestor);
  }
  return undefined;
}
