// How Rust spells what rules ask about.
import { codeIn, placeholderParts, sidesOf, type Spelling } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export const FUNCTIONS: ReadonlySet<string> = new Set(['function_item', 'closure_expression']);
/** Calls that hand on the text that they are called on. */
const SAME_TEXT = /^(?:to_string|to_owned|as_str|as_ref|into|clone|into_string|trim)$/;

export const rust: Spelling = {
  calls: ['call_expression'],
  functions: FUNCTIONS,
  names: new Set(['identifier']),
  bindings: [
    'let_declaration',
    'const_item',
    'static_item',
    'assignment_expression',
    'compound_assignment_expr',
    'field_initializer',
    'call_expression',
  ],
  harmless: /\.(?:len|count|id|as_u64|as_i64)\(\)$|^Uuid::|shell_escape|shlex/,
  callOf(node) {
    const called = node.type === 'call_expression' ? node.field('function') : undefined;
    const target = called?.type === 'generic_function' ? called.field('function') : called;
    if (!target) return undefined;
    const args = codeIn(node.field('arguments'));
    const callee = target.text.replace(/\s+/g, '');
    if (target.type !== 'field_expression') return { callee, method: callee.split('::').at(-1) ?? callee, args };
    const receiver = target.field('value')?.text.replace(/\s+/g, '') ?? '';
    return { callee, method: target.field('field')?.text ?? '', receiver, args };
  },
  unwrap(node) {
    const inner = insideOf(node);
    return inner ? rust.unwrap(inner) : node;
  },
  fixedText(node) {
    if (node.type === 'string_literal') return node.text.replace(/^b?"|"$/g, '');
    return node.type === 'raw_string_literal' ? node.text.replace(/^b?r#*"|"#*$/g, '') : undefined;
  },
  partsOf(node) {
    const sides = node.type === 'binary_expression' ? sidesOf(node, '+') : undefined;
    if (sides) return { isText: false, parts: sides };
    if (node.type !== 'macro_invocation' || node.field('macro')?.text !== 'format') return undefined;
    const [template, ...rest] = codeIn(node.named.find(({ type }) => type === 'token_tree'));
    const text = template && rust.fixedText(template);
    if (!template || text === undefined) return undefined;
    return placeholderParts(text, [...capturesOf(text, template), ...rest.filter(isValue)]);
  },
  bindingOf(node) {
    if (node.type === 'call_expression') {
      const call = rust.callOf(node);
      const [value] = call?.args ?? [];
      return call?.method === 'push_str' && value && call.receiver !== undefined
        ? { name: call.receiver, value, adds: true }
        : undefined;
    }
    const name = (node.field('pattern') ?? node.field('name') ?? node.field('left') ?? node.field('field'))?.text;
    const value = node.field('value') ?? node.field('right');
    if (name === undefined || !value) return undefined;
    return {
      name:
        name
          .replace(/^mut\s+/, '')
          .split('.')
          .at(-1) ?? name,
      value,
      adds: node.type === 'compound_assignment_expr',
    };
  },
};

function insideOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'reference_expression') return node.field('value');
  if (/^(?:parenthesized_expression|try_expression|await_expression)$/.test(node.type)) return codeIn(node)[0];
  const call = rust.callOf(node);
  if (call?.callee === 'String::from') return call.args[0];
  const function_ = node.field('function');
  return call && call.args.length === 0 && SAME_TEXT.test(call.method) && function_?.type === 'field_expression'
    ? function_.field('value')
    : undefined;
}

/** Where the names in `"{name}"` come from; the text itself where that is not in sight. */
function capturesOf(template: string, literal: SyntaxNode): SyntaxNode[] {
  const names = [...template.replace(/\{\{/g, '').matchAll(/\{([a-zA-Z_]\w*)(?::[^}]*)?\}/g)].map(
    (match) => match[1] ?? '',
  );
  return names.map((name) => nameInSight(literal, name) ?? literal);
}

function nameInSight(from: SyntaxNode, name: string): SyntaxNode | undefined {
  for (const scope of from.ancestors()) {
    if (!FUNCTIONS.has(scope.type) && scope.parent) continue;
    for (const node of scope.walk())
      if (node.type === 'identifier' && node.text === name && node.start < from.start) return node;
  }
  return undefined;
}

/** Arguments of a macro are tokens; names and numbers of them count. */
function isValue(token: SyntaxNode): boolean {
  return token.type === 'identifier' && token.parent?.children[token.parent.children.indexOf(token) - 1]?.text !== '.';
}

/** Texts of the attributes before an item. */
export function attributesOf(item: SyntaxNode): string[] {
  const siblings = item.parent?.named ?? [];
  const texts: string[] = [];
  for (let index = siblings.indexOf(item) - 1; index >= 0; index -= 1) {
    const before = siblings[index];
    if (before?.type === 'attribute_item') texts.push(before.text);
    else if (!before?.type.endsWith('comment')) break;
  }
  return texts;
}

/** Modules and functions that are only built for tests. */
export function isTestCode(node: SyntaxNode): boolean {
  return [node, ...node.ancestors()].some(
    ({ type }, index, path) =>
      (type === 'mod_item' || type === 'function_item') &&
      attributesOf(path[index] ?? node).some((text) =>
        /cfg\((?:all\()?[^)]*\btest\b|#\[(?:\w+::)*test\b|#\[(?:rstest|bench)/.test(text),
      ),
  );
}

/** The function around a node; closures run in it. */
export function functionAround(node: SyntaxNode): SyntaxNode | undefined {
  return node.enclosing(new Set(['function_item']));
}

/** True for a function that gives a `Result`, or an `Option` where that is enough. */
export function returnsResult(fn: SyntaxNode | undefined): boolean {
  return /(?:^|::|\b)Result\b/.test(fn?.field('return_type')?.text ?? '');
}
