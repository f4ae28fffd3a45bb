// How TypeScript and JavaScript trees spell what rules ask about: calls, bindings, functions, strings.
import type { BuiltString } from '../builtString';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'function_declaration',
  'function_expression',
  'arrow_function',
  'method_definition',
  'generator_function',
  'generator_function_declaration',
]);
const WRAPPERS = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'await_expression',
  'expression_statement',
]);

/** The expression inside parentheses, casts, `await` and the like. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let current = node;
  while (WRAPPERS.has(current.type)) {
    const inner = current.named.find((child) => child.type !== 'comment');
    if (!inner) return current;
    current = inner;
  }
  return current;
}

export interface Call {
  /** `a.b.c`, as written without spaces. */
  callee: string;
  /** The last name of the callee. */
  method: string;
  /** What stands before the last name, if anything. */
  receiver?: string;
  args: SyntaxNode[];
}

/** A call or `new`; undefined for tagged templates and computed callees. */
export function callOf(node: SyntaxNode): Call | undefined {
  const target = node.field('function') ?? node.field('constructor');
  const list = node.field('arguments');
  if (!target || list?.type !== 'arguments') return undefined;
  const args = list.named.filter((child) => child.type !== 'comment');
  if (target.type === 'identifier') return { callee: target.text, method: target.text, args };
  if (target.type !== 'member_expression') return undefined;
  const method = target.field('property')?.text ?? '';
  const receiver = target.field('object')?.text.replace(/\s+/g, '') ?? '';
  return { callee: `${receiver}.${method}`, method, receiver, args };
}

/** The value of a string or of a template without substitutions. */
export function stringValue(node: SyntaxNode): string | undefined {
  if (node.type === 'string') return node.text.slice(1, -1);
  if (node.type !== 'template_string' || node.named.some((child) => child.type === 'template_substitution'))
    return undefined;
  return node.text.slice(1, -1);
}

/** Text put together by a template or by `+`; undefined for anything else, and for fixed text. */
export function builtString(node: SyntaxNode): BuiltString | undefined {
  const built: BuiltString = { literal: '', dynamic: [] };
  const hasText = collect(unwrap(node), built);
  return hasText && built.dynamic.length > 0 ? built : undefined;
}

function collect(node: SyntaxNode, into: BuiltString): boolean {
  if (node.type === 'template_string') {
    for (const child of node.children) {
      const inner = child.type === 'template_substitution' ? child.named[0] : undefined;
      if (inner) addDynamic(inner, into);
      else if (child.isNamed) into.literal += child.text;
    }
    return true;
  }
  const fixed = stringValue(node);
  if (fixed !== undefined) {
    into.literal += fixed;
    return true;
  }
  const left = node.field('left');
  const right = node.field('right');
  if (node.type === 'binary_expression' && node.field('operator')?.type === '+' && left && right) {
    const leftIsText = collect(unwrap(left), into);
    return collect(unwrap(right), into) || leftIsText;
  }
  addDynamic(node, into);
  return false;
}

function addDynamic(node: SyntaxNode, into: BuiltString): void {
  if (stringValue(node) === undefined) into.dynamic.push(node);
  into.literal += '?';
}

/** The value that a name was declared with, in the enclosing functions; undefined where it is not declared exactly once. */
export function declaredValue(identifier: SyntaxNode): SyntaxNode | undefined {
  if (identifier.type !== 'identifier') return undefined;
  for (const scope of identifier.ancestors()) {
    if (scope.type !== 'program' && scope.type !== 'statement_block') continue;
    const values = declaratorsIn(scope).filter((declarator) => declarator.field('name')?.text === identifier.text);
    if (values.length > 0) return values.length === 1 ? values[0]?.field('value') : undefined;
  }
  return undefined;
}

function declaratorsIn(scope: SyntaxNode): SyntaxNode[] {
  return scope.named
    .flatMap((statement) => (statement.type === 'export_statement' ? statement.named : [statement]))
    .filter((statement) => statement.type === 'lexical_declaration' || statement.type === 'variable_declaration')
    .flatMap((declaration) => declaration.named.filter((child) => child.type === 'variable_declarator'));
}

/** The text of a node as what it holds: itself, or the built string that its name stands for. */
export function builtStringBehind(node: SyntaxNode): BuiltString | undefined {
  const value = unwrap(node);
  const declared = declaredValue(value);
  return builtString(value) ?? (declared && builtString(declared));
}

/** Names of a function's parameters that are plain identifiers, with whether they have a default. */
export function parametersOf(fn: SyntaxNode): Map<string, { hasDefault: boolean; type?: string }> {
  const result = new Map<string, { hasDefault: boolean; type?: string }>();
  const single = fn.field('parameter');
  if (single) result.set(single.text, { hasDefault: false });
  for (const parameter of fn.field('parameters')?.named ?? []) {
    const pattern = parameter.field('pattern') ?? parameter.field('left') ?? parameter;
    if (pattern.type !== 'identifier') continue;
    const type = parameter.field('type')?.text.replace(/^:\s*/, '');
    const hasDefault = parameter.type === 'assignment_pattern' || parameter.field('value') !== undefined;
    result.set(pattern.text, { hasDefault, ...(type !== undefined && { type }) });
  }
  return result;
}

/** The name of a function, method, or of the variable or property that holds it. */
export function functionName(fn: SyntaxNode): string | undefined {
  const own = fn.field('name')?.text;
  if (own !== undefined) return own;
  const holder = fn.parent;
  if (holder?.type === 'variable_declarator') return holder.field('name')?.text;
  if (holder?.type === 'pair') return holder.field('key')?.text;
  if (holder?.type === 'public_field_definition' || holder?.type === 'field_definition')
    return (holder.field('name') ?? holder.field('property'))?.text;
  return undefined;
}
