// How Python trees spell what rules ask about: calls, keyword arguments, built strings, parameters.
import type { BuiltString } from '../builtString';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set(['function_definition', 'lambda']);

export interface Call {
  /** `os.path.join`, as written without spaces. */
  callee: string;
  /** The last name of the callee. */
  method: string;
  receiver?: string;
  args: SyntaxNode[];
  keywords: Map<string, SyntaxNode>;
}

export function callOf(node: SyntaxNode): Call | undefined {
  const target = node.type === 'call' ? node.field('function') : undefined;
  const list = node.field('arguments');
  if (!target || list?.type !== 'argument_list') return undefined;
  const given = list.named.filter((child) => child.type !== 'comment');
  const args = given.filter((child) => child.type !== 'keyword_argument');
  const keywords = new Map<string, SyntaxNode>();
  for (const keyword of given) {
    const name = keyword.type === 'keyword_argument' ? keyword.field('name')?.text : undefined;
    const value = keyword.field('value');
    if (name !== undefined && value) keywords.set(name, value);
  }
  if (target.type === 'identifier') return { callee: target.text, method: target.text, args, keywords };
  if (target.type !== 'attribute') return undefined;
  const receiver = target.field('object')?.text.replace(/\s+/g, '') ?? '';
  const method = target.field('attribute')?.text ?? '';
  return { callee: `${receiver}.${method}`, method, receiver, args, keywords };
}

export function unwrap(node: SyntaxNode): SyntaxNode {
  const inner =
    node.type === 'parenthesized_expression' || node.type === 'await'
      ? node.named.find((child) => child.type !== 'comment')
      : undefined;
  return inner ? unwrap(inner) : node;
}

/** The value of a string without interpolation, prefix and quotes removed. */
export function stringValue(node: SyntaxNode): string | undefined {
  if (node.type === 'concatenated_string') {
    const parts = node.named.map(stringValue);
    return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  }
  if (node.type !== 'string' || node.children.some((child) => child.type === 'interpolation')) return undefined;
  return node.text.replace(/^[a-zA-Z]*("""|'''|"|')/, '').replace(/("""|'''|"|')$/, '');
}

/** Text put together by an f-string, `+`, `%` or `.format()`. */
export function builtString(node: SyntaxNode): BuiltString | undefined {
  const built: BuiltString = { literal: '', dynamic: [] };
  const hasText = collect(unwrap(node), built);
  return hasText && built.dynamic.length > 0 ? built : undefined;
}

function collect(node: SyntaxNode, into: BuiltString): boolean {
  const fixed = stringValue(node);
  if (fixed !== undefined) {
    into.literal += fixed;
    return true;
  }
  if (node.type === 'string') return collectFormatted(node, into);
  if (node.type === 'concatenated_string') return node.named.map((part) => collect(part, into)).some(Boolean);
  const operator = node.type === 'binary_operator' ? node.field('operator')?.type : undefined;
  const left = node.field('left');
  const right = node.field('right');
  if (operator === '+' && left && right) {
    const leftIsText = collect(unwrap(left), into);
    return collect(unwrap(right), into) || leftIsText;
  }
  if (operator === '%' && left && right && collect(unwrap(left), into)) {
    into.dynamic.push(...(right.type === 'tuple' ? right.named : [right]));
    return true;
  }
  const call = callOf(node);
  const template = call?.method === 'format' ? node.field('function')?.field('object') : undefined;
  if (call && template && collect(unwrap(template), into)) {
    into.dynamic.push(...call.args, ...call.keywords.values());
    return true;
  }
  into.dynamic.push(node);
  into.literal += '?';
  return false;
}

function collectFormatted(node: SyntaxNode, into: BuiltString): boolean {
  for (const child of node.children) {
    const expression = child.type === 'interpolation' ? (child.field('expression') ?? child.named[0]) : undefined;
    if (expression) {
      into.dynamic.push(expression);
      into.literal += '?';
    } else if (child.type === 'string_content') into.literal += child.text;
  }
  return true;
}

/** The text that a name was given in the same function or file, if exactly once, else the node's own. */
export function builtStringBehind(node: SyntaxNode): BuiltString | undefined {
  const value = unwrap(node);
  if (value.type !== 'identifier') return builtString(value);
  for (const scope of value.ancestors()) {
    if (scope.type !== 'module' && !FUNCTIONS.has(scope.type)) continue;
    const assigned = [...scope.walk((child) => FUNCTIONS.has(child.type))].filter(
      (child) => child.type === 'assignment' && child.field('left')?.text === value.text,
    );
    const given = assigned[0]?.field('right');
    if (assigned.length > 0) return assigned.length === 1 && given ? builtString(given) : undefined;
  }
  return undefined;
}

/** Names of a function's parameters without a default. */
export function requiredParameters(fn: SyntaxNode): Set<string> {
  const names = new Set<string>();
  for (const parameter of fn.field('parameters')?.named ?? []) {
    if (parameter.type === 'identifier') names.add(parameter.text);
    const name =
      parameter.type === 'typed_parameter' ? parameter.named.find((child) => child.type === 'identifier') : undefined;
    if (name) names.add(name.text);
  }
  return names;
}

export function functionName(fn: SyntaxNode): string | undefined {
  return fn.field('name')?.text;
}

/** True where a comment stands between the lines of the node: somebody said why. */
export function hasComment(node: SyntaxNode): boolean {
  return [...node.walk()].some((child) => child.type === 'comment');
}
