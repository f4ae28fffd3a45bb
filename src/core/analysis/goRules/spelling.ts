// How Go spells what rules ask about.
import { codeIn, formatParts, sidesOf, type Spelling } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set(['function_declaration', 'method_declaration', 'func_literal']);

export const go: Spelling = {
  calls: ['call_expression'],
  functions: FUNCTIONS,
  names: new Set(['identifier']),
  bindings: ['short_var_declaration', 'assignment_statement', 'var_spec', 'const_spec', 'keyed_element'],
  harmless:
    /^(?:strconv\.(?:Itoa|Format\w+|Quote)|len|int|int64|pq\.Quote\w+|shellescape\.Quote|html\.EscapeString|url\.\w+Escape)\(/,
  callOf(node) {
    const target = node.type === 'call_expression' ? node.field('function') : undefined;
    if (!target) return undefined;
    const args = codeIn(node.field('arguments'));
    const callee = target.text.replace(/\s+/g, '');
    if (target.type !== 'selector_expression') return { callee, method: callee, args };
    return { callee, method: target.field('field')?.text ?? '', receiver: target.field('operand')?.text ?? '', args };
  },
  unwrap(node) {
    const inner = node.type === 'parenthesized_expression' ? node.named[0] : undefined;
    return inner ? go.unwrap(inner) : node;
  },
  fixedText(node) {
    return /^(?:interpreted|raw)_string_literal$/.test(node.type) ? node.text.slice(1, -1) : undefined;
  },
  partsOf(node) {
    const sides = node.type === 'binary_expression' ? sidesOf(node, '+') : undefined;
    if (sides) return { isText: false, parts: sides };
    const call = go.callOf(node);
    const [template, ...args] = call?.args ?? [];
    const text = call && template && /^fmt\.Sprintf$/.test(call.callee) ? go.fixedText(template) : undefined;
    return text === undefined ? undefined : formatParts(text, args);
  },
  bindingOf(node) {
    const [left, right] =
      node.type === 'keyed_element'
        ? [node.field('key'), node.field('value')]
        : [node.field('left') ?? node.field('name'), node.field('right') ?? node.field('value')];
    const value = right && inner(right);
    if (!left || !value) return undefined;
    const name = (inner(left) ?? left).text.split('.').at(-1) ?? '';
    return { name, value, adds: node.field('operator')?.text === '+=' };
  },
};

/** The first expression of a list, or of an element of a literal. */
function inner(node: SyntaxNode): SyntaxNode | undefined {
  return node.type === 'expression_list' || node.type === 'literal_element' ? node.named[0] : node;
}

/** The statements of a function's body, nested functions left out. */
export function* statementsOf(fn: SyntaxNode): Generator<SyntaxNode> {
  yield* fn.field('body')?.walk((child) => FUNCTIONS.has(child.type)) ?? [];
}

/** Names on the left of `:=` or `=`. */
export function targetsOf(node: SyntaxNode): string[] {
  return (node.field('left')?.named ?? []).map(({ text }) => text);
}
