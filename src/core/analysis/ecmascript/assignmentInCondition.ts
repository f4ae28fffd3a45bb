import type { Rule } from '../rule';

const SIMPLE = new Set([
  'identifier',
  'member_expression',
  'subscript_expression',
  'number',
  'string',
  'true',
  'false',
  'null',
  'undefined',
  'unary_expression',
  'template_string',
]);

/** `if (a = b)` where a comparison was meant; a second pair of parentheses, or a call on the right, says that it was not. */
export const assignmentInCondition: Rule = {
  id: 'assignment-in-condition',
  category: 'bug',
  nodes: ['if_statement', 'while_statement', 'do_statement'],
  check(node) {
    const condition = node.field('condition');
    const inner = condition?.named.find((child) => child.type !== 'comment');
    if (condition?.type !== 'parenthesized_expression' || inner?.type !== 'assignment_expression') return undefined;
    const value = inner.field('right');
    const operator = inner.children.find((child) => child.type === '=');
    if (!value || !operator || !SIMPLE.has(value.type)) return undefined;
    return {
      node: condition,
      title: 'The condition assigns instead of comparing',
      why: `\`${inner.text}\` changes \`${inner.field('left')?.text ?? ''}\` and is true whenever the new value is. Compare with \`===\`; if assigning is meant, do it before.`,
      severity: 'major',
      confidence: 0.9,
      replace: { node: operator, with: '===' },
    };
  },
};
