// Mistakes that have nothing to do with attackers.
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { callOf, FUNCTIONS, functionName, hasComment, requiredParameters, unwrap } from './shape';

/** `range(len(items) + 1)` or `while i <= len(items)` with `items[i]` in the body. */
export const loopBound: Rule = {
  id: 'loop-bound',
  category: 'bug',
  nodes: ['for_statement', 'while_statement'],
  check(loop) {
    const body = loop.field('body');
    const bound = loop.type === 'for_statement' ? rangeBound(loop) : whileBound(loop);
    if (!body || !bound || !readsUnguarded(body, bound.list, bound.index)) return undefined;
    return {
      node: bound.node,
      title: `The loop reads one element past the end of \`${bound.list}\``,
      why: `The last \`${bound.list}[${bound.index}]\` raises IndexError. Stop before \`len(${bound.list})\`, or loop over the list itself.`,
      severity: 'major',
      confidence: 0.9,
      ...(bound.fix && { replace: bound.fix }),
    };
  },
};

interface Bound {
  list: string;
  index: string;
  node: SyntaxNode;
  fix?: { node: SyntaxNode; with: string };
}

function rangeBound(loop: SyntaxNode): Bound | undefined {
  const index = loop.field('left');
  const range = loop.field('right');
  const call = range && callOf(range);
  const stop = call?.args.length === 1 ? call.args[0] : call?.args[1];
  if (index?.type !== 'identifier' || call?.callee !== 'range' || stop?.type !== 'binary_operator') return undefined;
  const left = stop.field('left');
  const list = lengthOwner(left);
  if (!left || list === undefined || stop.field('operator')?.type !== '+' || stop.field('right')?.text !== '1')
    return undefined;
  return { list, index: index.text, node: range ?? stop, fix: { node: stop, with: left.text } };
}

function whileBound(loop: SyntaxNode): Bound | undefined {
  const found = loop.field('condition');
  const condition = found && unwrap(found);
  const [index, list] = condition?.type === 'comparison_operator' ? condition.named : [];
  const operator = condition?.children.find((child) => child.type === '<=');
  const owner = lengthOwner(list);
  if (!condition || !operator || index?.type !== 'identifier' || owner === undefined || condition.named.length !== 2)
    return undefined;
  return { list: owner, index: index.text, node: condition, fix: { node: operator, with: '<' } };
}

/** `items` of `len(items)`. */
function lengthOwner(node: SyntaxNode | undefined): string | undefined {
  const call = node && callOf(node);
  return call?.callee === 'len' && call.args.length === 1 ? call.args[0]?.text : undefined;
}

function readsUnguarded(body: SyntaxNode, list: string, index: string): boolean {
  let reads = false;
  for (const node of body.walk()) {
    if (node.type === 'comparison_operator') {
      const sides = node.named.map((side) => side.text);
      if (sides.includes(index) && sides.includes(`len(${list})`)) return false;
    }
    if (node.type === 'subscript' && node.field('value')?.text === list && node.field('subscript')?.text === index)
      reads = true;
    if (node.type === 'except_clause' && node.text.includes('IndexError')) return false;
  }
  return reads;
}

const BROAD = /^(?:Exception|BaseException)$/;

/** `except:` or `except Exception:` that only passes or returns a constant, without a word why. */
export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'bug',
  nodes: ['except_clause'],
  notInTests: true,
  check(node) {
    const block = node.named.find((child) => child.type === 'block');
    const caught = node.named.find((child) => child.type !== 'block' && child.type !== 'comment');
    const statement = block?.named.filter((child) => child.type !== 'comment') ?? [];
    if (!block || statement.length !== 1 || !statement[0] || !isGivingUp(statement[0]) || hasComment(node))
      return undefined;
    if (caught && !BROAD.test(caught.text)) return undefined;
    const passes = statement[0].type === 'pass_statement';
    return {
      node,
      title: caught ? `\`except ${caught.text}\` swallows every error` : 'A bare `except` swallows every error',
      why: 'A typing mistake, a full disk or a broken file goes on as if nothing had been there to do, and nobody learns of it. Catch the errors that are expected, and log or raise the others.',
      severity: passes || !caught ? 'major' : 'minor',
      confidence: passes ? 0.85 : 0.7,
    };
  },
};

/** `pass`, `...`, `continue`, or a return of a constant or an empty collection. */
function isGivingUp(statement: SyntaxNode): boolean {
  if (statement.type === 'pass_statement' || statement.type === 'continue_statement' || statement.text === '...')
    return true;
  return (
    statement.type === 'return_statement' &&
    /^return(?:\s+(?:None|False|True|\[\]|\{\}|\(\)|""|''|0|-1|(?:list|dict|set|tuple)\(\)))?$/.test(statement.text)
  );
}

/** A list, dict or set as a default: it is made once and shared by all calls. */
export const mutableDefault: Rule = {
  id: 'mutable-default',
  category: 'bug',
  nodes: ['default_parameter', 'typed_default_parameter'],
  check(node) {
    const value = node.field('value');
    const name = node.field('name')?.text;
    const fn = node.enclosing(FUNCTIONS);
    const isMutable = value !== undefined && /^(?:\[\s*\]|\{\s*\}|(?:list|dict|set)\(\))$/.test(value.text);
    // A cache across calls is what some people use the default for on purpose.
    if (!fn || name === undefined || /^_|cache|memo/i.test(name)) return undefined;
    if (!isMutable || !isChanged(fn, name)) return undefined;
    return {
      node,
      title: `All calls share the default of \`${name}\``,
      why: `It is made once, when the function is defined, and the function changes it. Use \`${name}=None\` and make a new one inside.`,
      severity: 'major',
      confidence: 0.9,
    };
  },
};

function isChanged(fn: SyntaxNode, name: string): boolean {
  const changes = new RegExp(
    `(?<![\\w.])${escape(name)}(?:\\.(?:append|add|extend|update|insert|pop|remove|clear|setdefault)\\(|\\[[^\\]]*\\]\\s*(?:[-+*/|]?=)(?!=)|\\s*\\+=)`,
  );
  return changes.test(fn.field('body')?.text ?? '');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A public function that divides by its parameter, or by the length of one, and never looks at it before. */
export const unguardedDivision: Rule = {
  id: 'unguarded-division',
  category: 'bug',
  nodes: ['binary_operator'],
  notInTests: true,
  check(node) {
    const divisor = node.field('right');
    const fn = node.enclosing(FUNCTIONS);
    const name = fn && functionName(fn);
    const isPublic =
      fn?.type === 'function_definition' && fn.parent?.type === 'module' && name !== undefined && !name.startsWith('_');
    if (!divisor || !isPublic || !/^(?:\/\/?)$/.test(node.field('operator')?.type ?? '')) return undefined;
    const parameter = divisor.type === 'identifier' ? divisor.text : lengthOwner(divisor);
    if (
      parameter === undefined ||
      !requiredParameters(fn).has(parameter) ||
      isLookedAt(fn, parameter) ||
      isPathLike(node)
    )
      return undefined;
    return {
      node,
      title: `\`${name}\` divides by \`${divisor.text}\` without a guard for 0`,
      why: `${divisor.type === 'call' ? `An empty \`${parameter}\`` : `\`${parameter} = 0\``} raises ZeroDivisionError from deep inside. Decide what the result is then, or raise an error that says what was wrong.`,
      severity: 'minor',
      confidence: 0.65,
    };
  },
};

function isLookedAt(fn: SyntaxNode, parameter: string): boolean {
  for (const node of fn.field('body')?.walk() ?? []) {
    if (node.type !== 'identifier' || node.text !== parameter) continue;
    for (const ancestor of node.ancestors()) {
      if (ancestor === fn) break;
      const decides =
        /^(?:comparison_operator|boolean_operator|not_operator|conditional_expression|assert_statement|try_statement)$/.test(
          ancestor.type,
        );
      if (
        decides ||
        (/^(?:if_statement|elif_clause|while_statement)$/.test(ancestor.type) &&
          isWithin(node, ancestor.field('condition')))
      )
        return true;
      if (ancestor.type === 'assignment' && ancestor.field('left') === node) return true;
      if (ancestor.type === 'call' && /^max$|check|validate|ensure|require/.test(callOf(ancestor)?.method ?? ''))
        return true;
    }
  }
  return false;
}

function isWithin(node: SyntaxNode, outer: SyntaxNode | undefined): boolean {
  return outer !== undefined && node.start >= outer.start && node.end <= outer.end;
}

/** `Path(root) / name` divides nothing. */
function isPathLike(node: SyntaxNode): boolean {
  return (
    /path|dir|root|folder|home|file|cwd/i.test(node.field('left')?.text ?? '') ||
    /path|dir|file|name/i.test(node.field('right')?.text ?? '')
  );
}
