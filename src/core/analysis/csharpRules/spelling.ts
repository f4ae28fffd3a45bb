// How C# spells what rules ask about.
import { codeIn, placeholderParts, sidesOf, type Spelling } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'method_declaration',
  'constructor_declaration',
  'local_function_statement',
  'lambda_expression',
  'anonymous_method_expression',
  'accessor_declaration',
]);

export const csharp: Spelling = {
  calls: ['invocation_expression', 'object_creation_expression'],
  functions: FUNCTIONS,
  names: new Set(['identifier']),
  bindings: ['variable_declarator', 'assignment_expression'],
  harmless: /^(?:int|long|Guid|Convert|Enum|decimal)\.\w+\(|^nameof\(|\.(?:Count|Length|Id)$|^\(int\)/,
  callOf(node) {
    const args = codeIn(node.field('arguments')).flatMap((arg) =>
      arg.type === 'argument' ? codeIn(arg).slice(-1) : [],
    );
    if (node.type === 'object_creation_expression') {
      const type = node.field('type')?.text.replace(/<[^]*$/, '') ?? '';
      return { callee: type, method: type.split('.').at(-1) ?? type, args };
    }
    const target = node.type === 'invocation_expression' ? node.field('function') : undefined;
    if (!target) return undefined;
    const callee = target.text.replace(/\s+/g, '');
    if (target.type !== 'member_access_expression') return { callee, method: callee.split('.').at(-1) ?? callee, args };
    const method = target.field('name')?.text.replace(/<[^]*$/, '') ?? '';
    return { callee, method, receiver: target.field('expression')?.text.replace(/\s+/g, '') ?? '', args };
  },
  unwrap(node) {
    const inner = /^(?:parenthesized_expression|await_expression)$/.test(node.type)
      ? codeIn(node)[0]
      : node.type === 'cast_expression'
        ? node.field('value')
        : undefined;
    return inner ? csharp.unwrap(inner) : node;
  },
  fixedText(node) {
    if (node.type === 'string_literal') return node.text.slice(1, -1);
    if (node.type === 'verbatim_string_literal') return node.text.slice(2, -1);
    return node.type === 'raw_string_literal' ? node.text.replace(/^"+|"+$/g, '') : undefined;
  },
  partsOf(node) {
    const sides = node.type === 'binary_expression' ? sidesOf(node, '+') : undefined;
    if (sides) return { isText: false, parts: sides };
    if (node.type === 'interpolated_string_expression') {
      const parts = node.named.flatMap((child): (string | SyntaxNode)[] => {
        if (child.type === 'interpolation') return codeIn(child).filter(isValue).slice(0, 1);
        return child.type.includes('content') ? [child.text] : [];
      });
      return { isText: true, parts };
    }
    const call = node.type === 'invocation_expression' ? csharp.callOf(node) : undefined;
    const [template, ...args] = call?.args ?? [];
    const text =
      call && template && /^[sS]tring\.(?:Format|Concat)$/.test(call.callee)
        ? csharp.fixedText(csharp.unwrap(template))
        : undefined;
    return text === undefined ? undefined : placeholderParts(text, args);
  },
  bindingOf(node) {
    const isDeclarator = node.type === 'variable_declarator';
    const name = node
      .field(isDeclarator ? 'name' : 'left')
      ?.text.split('.')
      .at(-1);
    const value = isDeclarator ? valueOf(node) : node.field('right');
    return name === undefined || !value ? undefined : { name, value, adds: node.field('operator')?.text === '+=' };
  },
};

function isValue(node: SyntaxNode): boolean {
  return !/^interpolation_/.test(node.type);
}

/** What a variable is declared with. */
export function valueOf(declarator: SyntaxNode): SyntaxNode | undefined {
  return codeIn(declarator).find((child) => child.fieldName === undefined && child.type !== 'bracketed_argument_list');
}

/** Modifiers such as `async` of a method or a lambda. */
export function hasModifier(node: SyntaxNode, name: string): boolean {
  return node.children.some((child) => child.type === 'modifier' && child.text === name);
}
