import type { SyntaxNode } from '../../syntax';
import type { Rule } from '../rule';
import { FUNCTIONS, unwrap } from './shape';

/** Methods that give undefined where nothing fits. */
const FINDS = /^(?:find|findLast)$/;
/** `item`, and `{ item }` in a value or a pattern. */
const MENTIONS: ReadonlySet<string> = new Set([
  'identifier',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
]);

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
  // Whoever mentions it before may have looked whether it is there.
  const before = scope?.once('mentions before', mentionsBefore).get(name);
  const declarator = before?.fieldName === 'name' ? before.parent : undefined;
  const value = declarator?.type === 'variable_declarator' ? declarator.field('value') : undefined;
  const block = declarator?.parent?.parent;
  // Another one of that name, or one that was asserted where it was found, which is told of there.
  if (!value || !block || value.type === 'non_null_expression' || name.end > block.end) return undefined;
  return findOf(unwrap(value));
}

/** For each mention of a name the one before it. */
function mentionsBefore(scope: SyntaxNode): ReadonlyMap<SyntaxNode, SyntaxNode> {
  const before = new Map<SyntaxNode, SyntaxNode>();
  const last = new Map<string, SyntaxNode>();
  for (const node of scope.walk()) {
    if (!MENTIONS.has(node.type)) continue;
    const previous = last.get(node.text);
    if (previous) before.set(node, previous);
    last.set(node.text, node);
  }
  return before;
}
