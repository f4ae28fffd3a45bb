import type { Rule, RuleReport } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { unwrap } from './shape';

/** Loops that read one element past the end: `i <= items.length` with `items[i]` in the body, or counting down from `items.length`. */
export const loopBound: Rule = {
  id: 'loop-bound',
  category: 'bug',
  nodes: ['for_statement', 'while_statement'],
  check(loop) {
    const condition = loop.field('condition');
    const body = loop.field('body');
    if (!condition || !body) return undefined;
    return countingUp(unwrap(condition), body) ?? countingDown(loop, unwrap(condition), body);
  },
};

function countingUp(condition: SyntaxNode, body: SyntaxNode): RuleReport | undefined {
  if (condition.type !== 'binary_expression') return undefined;
  const operator = condition.field('operator');
  const flipped = operator?.type === '>=';
  if (!operator || (operator.type !== '<=' && !flipped)) return undefined;
  const index = condition.field(flipped ? 'right' : 'left');
  const list = lengthOwner(condition.field(flipped ? 'left' : 'right'));
  if (index?.type !== 'identifier' || list === undefined || !readsUnguarded(body, list, index.text)) return undefined;
  return {
    node: condition,
    title: `The loop reads one element past the end of \`${list}\``,
    why: `\`${index.text}\` reaches \`${list}.length\`, and \`${list}[${index.text}]\` is undefined there. Stop before the length.`,
    severity: 'major',
    confidence: 0.95,
    replace: { node: operator, with: flipped ? '>' : '<' },
  };
}

function countingDown(loop: SyntaxNode, condition: SyntaxNode, body: SyntaxNode): RuleReport | undefined {
  const first = loop.field('initializer')?.named.find((child) => child.type === 'variable_declarator');
  const index = first?.field('name');
  const start = first?.field('value');
  const operator = condition.field('operator')?.type;
  const list = lengthOwner(start);
  if (!start || index?.type !== 'identifier' || list === undefined || (operator !== '>=' && operator !== '>'))
    return undefined;
  if (condition.field('left')?.text !== index.text || !readsUnguarded(body, list, index.text)) return undefined;
  return {
    node: start,
    title: `The loop starts one element past the end of \`${list}\``,
    why: `The first \`${list}[${index.text}]\` is undefined, because the last index is \`${list}.length - 1\`.`,
    severity: 'major',
    confidence: 0.85,
  };
}

/** `items` of `items.length`. */
function lengthOwner(node: SyntaxNode | undefined): string | undefined {
  if (node?.type !== 'member_expression' || node.field('property')?.text !== 'length') return undefined;
  return node.field('object')?.text;
}

/** True if the body reads `list[index]` and neither compares the index with the length nor falls back where the element is missing. */
function readsUnguarded(body: SyntaxNode, list: string, index: string): boolean {
  let reads = false;
  for (const node of body.walk()) {
    if (node.type === 'binary_expression') {
      const sides = [node.field('left')?.text, node.field('right')?.text];
      if (sides.includes(`${list}.length`) && sides.includes(index)) return false;
    }
    if (
      node.type === 'subscript_expression' &&
      node.field('object')?.text === list &&
      node.field('index')?.text === index
    ) {
      if (!isTarget(node) && !isFallback(node)) reads = true;
    }
  }
  return reads;
}

function isTarget(node: SyntaxNode): boolean {
  return node.parent?.type === 'assignment_expression' && node.fieldName === 'left';
}

function isFallback(node: SyntaxNode): boolean {
  const operator = node.parent?.type === 'binary_expression' ? node.parent.field('operator')?.type : undefined;
  return operator === '??' || operator === '||';
}
