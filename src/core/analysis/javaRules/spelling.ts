// How Java spells what rules ask about.
import { codeIn, formatParts, sidesOf, type Spelling } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'method_declaration',
  'constructor_declaration',
  'compact_constructor_declaration',
  'lambda_expression',
]);

export const java: Spelling = {
  calls: ['method_invocation', 'object_creation_expression'],
  functions: FUNCTIONS,
  names: new Set(['identifier']),
  bindings: ['variable_declarator', 'assignment_expression'],
  harmless:
    /^(?:Integer|Long|Boolean|Double|UUID)\.\w+\(|^(?:Encode\.\w+|ESAPI\.[\w.()]+)\(|\.(?:size|length|ordinal|getId)\(\)$/,
  callOf(node) {
    const args = codeIn(node.field('arguments'));
    if (node.type === 'object_creation_expression') {
      const type = node.field('type')?.text.replace(/<[^]*$/, '') ?? '';
      return { callee: type, method: type.split('.').at(-1) ?? type, args };
    }
    const method = node.type === 'method_invocation' ? node.field('name')?.text : undefined;
    if (method === undefined) return undefined;
    const receiver = node.field('object')?.text.replace(/\s+/g, '');
    return receiver === undefined
      ? { callee: method, method, args }
      : { callee: `${receiver}.${method}`, method, receiver, args };
  },
  unwrap(node) {
    const inner =
      node.type === 'parenthesized_expression'
        ? codeIn(node)[0]
        : node.type === 'cast_expression'
          ? node.field('value')
          : undefined;
    return inner ? java.unwrap(inner) : node;
  },
  fixedText(node) {
    if (node.type !== 'string_literal') return undefined;
    return node.text.startsWith('"""') ? node.text.slice(3, -3) : node.text.slice(1, -1);
  },
  partsOf(node) {
    const sides = node.type === 'binary_expression' ? sidesOf(node, '+') : undefined;
    if (sides) return { isText: false, parts: sides };
    const call = node.type === 'method_invocation' ? java.callOf(node) : undefined;
    if (call?.callee === 'String.format' || call?.method === 'formatted') {
      const [template, ...args] = call.method === 'formatted' ? [node.field('object'), ...call.args] : call.args;
      const text = template && java.fixedText(java.unwrap(template));
      return text === undefined
        ? undefined
        : formatParts(
            text,
            args.filter((arg) => arg !== undefined),
          );
    }
    const object = node.field('object');
    if (call?.method === 'concat' && object) return { isText: false, parts: [object, ...call.args] };
    return undefined;
  },
  bindingOf(node) {
    const name = (node.field('name') ?? node.field('left'))?.text.split('.').at(-1);
    const value = node.field('value') ?? node.field('right');
    return name === undefined || !value ? undefined : { name, value, adds: node.field('operator')?.text === '+=' };
  },
};

/** The declaration of the class around a node. */
export function classAround(node: SyntaxNode): SyntaxNode | undefined {
  return node.enclosing(new Set(['class_declaration', 'record_declaration', 'enum_declaration']));
}
