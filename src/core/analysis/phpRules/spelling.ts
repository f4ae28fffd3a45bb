// How PHP spells what rules ask about, and where its input comes from.
import { bindingsIn, codeIn, formatParts, sidesOf, type Spelling } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'function_definition',
  'method_declaration',
  'anonymous_function',
  'anonymous_function_creation_expression',
  'arrow_function',
]);

export const php: Spelling = {
  calls: [
    'function_call_expression',
    'member_call_expression',
    'nullsafe_member_call_expression',
    'scoped_call_expression',
    'object_creation_expression',
  ],
  functions: FUNCTIONS,
  names: new Set(['variable_name']),
  bindings: [
    'assignment_expression',
    'augmented_assignment_expression',
    'const_element',
    'property_element',
    'array_element_initializer',
  ],
  harmless:
    /^\((?:int|integer|float|bool)\)|^(?:intval|floatval|count|time|mysqli_real_escape_string|pg_escape_\w+|escapeshell\w+|number_format|absint)\(|->(?:quote|escape\w*|real_escape_string)\(|^\$wpdb->\w+$|^\$(?:this->)?\w*prefix$|^(?:self|static|\w+)::[A-Z_]+$/,
  callOf(node) {
    const args = codeIn(node.field('arguments') ?? node.named.find(({ type }) => type === 'arguments')).flatMap(
      (arg) => (arg.type === 'argument' ? codeIn(arg).slice(-1) : []),
    );
    if (node.type === 'function_call_expression') {
      const callee = (node.field('function')?.text ?? '').replace(/^\\/, '');
      return { callee, method: callee, args };
    }
    if (node.type === 'object_creation_expression') {
      const type = codeIn(node)[0]?.text ?? '';
      return { callee: type, method: type, args };
    }
    const method = node.field('name')?.text;
    const receiver = (node.field('object') ?? node.field('scope'))?.text;
    if (method === undefined || receiver === undefined) return undefined;
    return {
      callee: `${receiver}${node.type === 'scoped_call_expression' ? '::' : '->'}${method}`,
      method,
      receiver,
      args,
    };
  },
  unwrap(node) {
    const inner = node.type === 'parenthesized_expression' ? codeIn(node)[0] : undefined;
    return inner ? php.unwrap(inner) : node;
  },
  fixedText(node) {
    if (node.type === 'string') return node.text.slice(1, -1);
    if (node.type === 'nowdoc') return node.field('value')?.text ?? '';
    const content = contentOf(node);
    return content?.every(isFixed) ? content.map(({ text }) => text).join('') : undefined;
  },
  partsOf(node) {
    const sides = node.type === 'binary_expression' ? sidesOf(node, '.') : undefined;
    if (sides) return { isText: true, parts: sides };
    const content = contentOf(node);
    if (content) return { isText: true, parts: content.map((child) => (isFixed(child) ? child.text : child)) };
    const call = node.type === 'function_call_expression' ? php.callOf(node) : undefined;
    const [template, ...args] = call?.args ?? [];
    const text = call?.callee === 'sprintf' && template ? php.fixedText(template) : undefined;
    return text === undefined ? undefined : formatParts(text, args);
  },
  bindingOf(node) {
    const [first, second] =
      node.type === 'array_element_initializer' || node.type === 'const_element' ? codeIn(node) : [];
    const target = first ?? node.field('left') ?? node.field('name');
    const value = second ?? node.field('right') ?? node.field('default_value');
    if (!target || !value) return undefined;
    // Names of variables keep their sign, as they are written where they are used.
    const name = target.type === 'variable_name' ? target.text : (/(\w+)['"\]]*$/.exec(target.text)?.[1] ?? '');
    return { name, value, adds: node.type === 'augmented_assignment_expression' };
  },
};

/** The pieces of a string with variables in it. */
function contentOf(node: SyntaxNode): SyntaxNode[] | undefined {
  if (node.type === 'encapsed_string' || node.type === 'shell_command_expression') return node.named;
  return node.type === 'heredoc' ? (node.field('value')?.named ?? []) : undefined;
}

function isFixed(node: SyntaxNode): boolean {
  return node.type === 'string_content' || node.type === 'escape_sequence';
}

const INPUT = /^\$_(?:GET|POST|REQUEST|COOKIE)$/;
/** Calls that hand on the text that they are given. */
const HANDS_ON =
  /^(?:trim|ltrim|rtrim|strtolower|strtoupper|ucfirst|nl2br|stripslashes|sprintf|implode|urldecode|rawurldecode|base64_decode|substr|str_replace|stripcslashes)$/;

/** The first piece of an expression that comes from the request as it is: `$_GET['x']`, or a variable that was given it. */
export function inputIn(node: SyntaxNode): SyntaxNode | undefined {
  const direct = rawInputIn(node);
  if (direct) return direct;
  for (const name of node.walk(stopsText)) {
    if (name.type !== 'variable_name' || name.parent?.type === 'subscript_expression') continue;
    const scope = name.enclosing(FUNCTIONS) ?? [...name.ancestors()].at(-1);
    const [only, ...others] = (scope && bindingsIn(php, scope).get(name.text)) ?? [];
    if (only && others.length === 0 && only.value.start < name.start && rawInputIn(only.value)) return name;
  }
  return undefined;
}

function rawInputIn(node: SyntaxNode): SyntaxNode | undefined {
  for (const child of stopsText(node) ? [] : node.walk(stopsText)) {
    if (child.type === 'variable_name' && INPUT.test(child.text)) {
      return child.parent?.type === 'subscript_expression' ? child.parent : child;
    }
  }
  return undefined;
}

/** Expressions out of which no text of what is in them comes. */
function stopsText(node: SyntaxNode): boolean {
  if (/^(?:cast_expression|unary_op_expression|anonymous_function|arrow_function)$/.test(node.type)) return true;
  if (node.fieldName === 'condition') return true;
  if (node.parent?.type === 'subscript_expression' && node.parent.named[1] === node) return true;
  if (node.type === 'binary_expression') return !/^(?:\.|\?\?)$/.test(node.field('operator')?.text ?? '');
  if (node.type === 'function_call_expression') return !HANDS_ON.test(php.callOf(node)?.callee ?? '');
  return /^(?:member_call_expression|nullsafe_member_call_expression|scoped_call_expression)$/.test(node.type);
}
