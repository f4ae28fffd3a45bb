import type { SyntaxNode } from '../../syntax';
import type { Rule } from '../rule';
import { FUNCTIONS, unwrap } from './shape';

/** Methods that give undefined where nothing fits. */
const FINDS = /^(?:find|findLast)$/;

/** `items.find(…)!`, or `item!` of such a result that nothing has looked at in between: the compiler is told that something was found. */
export const assertedFind: Rule = {
  id: 'asserted-find',
  category: 'bug',
  nodes: ['non_null_expression'],
  notInTests: true,
  check(node) {
    const [asserted] = node.named;
    const value = asserted && unwrap(asserted);
    const method = value && (findOf(value) ?? foundBefore(value));
    if (!method) return undefined;
    return {
      node,
      title: `\`${method}\` may find nothing, and \`!\` hides it`,
      why: `Where nothing fits, \`${method}\` gives undefined, and what is read from it throws a TypeError. Say what happens then: throw an error that names what is missing, or return a value.`,
      severity: 'major',
      confidence: 0.75,
    };
  },
};

/** The name of the method where `node` calls one that finds. */
function findOf(node: SyntaxNode): string | undefined {
  const callee = node.type === 'call_expression' ? node.field('function') : undefined;
  const name = callee?.type === 'member_expression' ? callee.field('property')?.text : undefined;
  return name !== undefined && FINDS.test(name) ? name : undefined;
}

/** The method that `name` was found with in the same function, where `name` does not stand anywhere between. */
function foundBefore(name: SyntaxNode): string | undefined {
  if (name.type !== 'identifier') return undefined;
  const scope = name.enclosing(FUNCTIONS)?.field('body');
  let method: string | undefined;
  for (const node of scope?.walk() ?? []) {
    if (node.start >= name.start) break;
    if (node.type !== 'identifier' || node.text !== name.text) continue;
    const declarator =
      node.parent?.type === 'variable_declarator' && node.fieldName === 'name' ? node.parent : undefined;
    // Whoever mentions it before may have looked whether it is there.
    const value = declarator?.field('value');
    method = value && findOf(unwrap(value));
    if (method === undefined) return undefined;
  }
  return method;
}
