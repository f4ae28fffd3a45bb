import type { SyntaxNode } from '../../syntax';
import type { Rule } from '../rule';
import { unwrap } from './shape';

/** `==` and `!=` between values: both sides may be converted first. With null, where it means "null or undefined", it is left alone. */
export const looseEquality: Rule = {
  id: 'loose-equality',
  category: 'style',
  nodes: ['binary_expression'],
  check(node) {
    const operator = node.field('operator');
    const [left, right] = [node.field('left'), node.field('right')];
    if (!left || !right || (operator?.type !== '==' && operator?.type !== '!=')) return undefined;
    if ([left, right].map(unwrap).some(isNothing)) return undefined;
    return {
      node,
      title: `\`${operator.type}\` converts before it compares`,
      why: `With \`${operator.type}\`, \`'1'\` and 1 are equal, as are \`''\` and 0. \`${operator.type}=\` says what is meant.`,
      severity: 'nit',
      confidence: 0.8,
      ...(sameKind(left, right) && { replace: { node: operator, with: `${operator.type}=` } }),
    };
  },
};

const isNothing = ({ type, text }: SyntaxNode) => type === 'null' || type === 'undefined' || text === 'void 0';

/** True where both sides are text for sure, so that the stricter operator gives the same. */
function sameKind(left: SyntaxNode, right: SyntaxNode): boolean {
  return [left, right].every((side) => isText(side));
}

function isText({ type, text }: SyntaxNode): boolean {
  return type === 'string' || type === 'template_string' || (type === 'unary_expression' && text.startsWith('typeof '));
}
