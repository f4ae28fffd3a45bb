// Mistakes that Go's compiler accepts.
import type { Rule } from '../rule';
import { conditionBound, loopBoundRule } from '../shared/bugRules';
import { codeIn, escapeName, hasComment } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { FUNCTIONS, go, statementsOf, targetsOf } from './spelling';

/** Calls of the standard library that return an error which decides whether anything happened. */
const TELLS =
  /^(?:json|xml|yaml|toml|proto)\.(?:Unmarshal|UnmarshalStrict)$|^os\.(?:WriteFile|Mkdir|MkdirAll|Rename|Chdir|Truncate|Symlink)$|^io\.(?:Copy|CopyN|ReadFull|WriteString)$|^binary\.(?:Read|Write)$|\.(?:Decode|Commit|Exec|ExecContext)$/;
const GIVES =
  /^(?:os\.(?:Open|Create|OpenFile|ReadFile|Stat|ReadDir)|io\.ReadAll|ioutil\.(?:ReadAll|ReadFile)|strconv\.(?:Atoi|Parse\w+)|time\.Parse|url\.Parse|sql\.Open|net\.(?:Dial|Listen)|http\.(?:Get|Post|NewRequest)|exec\.LookPath|base64\.\w+\.DecodeString|hex\.DecodeString)$/;

/** An error that nobody looks at. */
export const ignoredError: Rule = {
  id: 'ignored-error',
  category: 'bug',
  nodes: ['expression_statement', 'short_var_declaration', 'assignment_statement'],
  notInTests: true,
  check(node) {
    if (node.type === 'expression_statement') {
      const callee = callIn(node);
      // A digest never fails, and whoever writes to one knows.
      if (callee === undefined || !TELLS.test(callee)) return undefined;
      return {
        node,
        title: `The error of \`${callee}\` is not looked at`,
        why: 'If it fails, the program goes on with what it had before, and nobody learns of it. Check the error, or assign it to `_` where it really does not matter.',
        severity: 'major',
        confidence: /\.Exec(?:Context)?$/.test(callee) ? 0.7 : 0.85,
      };
    }
    const targets = targetsOf(node);
    const callee = callIn(node.field('right'));
    if (
      targets.length < 2 ||
      targets.at(-1) !== '_' ||
      targets[0] === '_' ||
      callee === undefined ||
      !GIVES.test(callee)
    )
      return undefined;
    return {
      node,
      title: `The error of \`${callee}\` is thrown away`,
      why: `If it fails, \`${targets[0]}\` is empty or nil, and the mistake shows somewhere else. Check the error.`,
      severity: 'minor',
      confidence: 0.75,
    };
  },
};

function callIn(node: SyntaxNode | undefined): string | undefined {
  const [only, ...more] = node?.named ?? [];
  return only && more.length === 0 ? go.callOf(only)?.callee : undefined;
}

/** `defer` in a loop: nothing is released before the function ends. */
export const deferInLoop: Rule = {
  id: 'defer-in-loop',
  category: 'bug',
  nodes: ['defer_statement'],
  notInTests: true,
  check(node) {
    for (const ancestor of node.ancestors()) {
      if (FUNCTIONS.has(ancestor.type)) return undefined;
      if (ancestor.type === 'for_statement') break;
      if (ancestor.type === 'block' && endsInReturn(ancestor, node)) return undefined;
    }
    if (!node.enclosing(new Set(['for_statement']))) return undefined;
    return {
      node,
      title: '`defer` in a loop waits for the end of the function',
      why: 'All files, locks or connections of all rounds stay open until then. Release each at the end of its round, or move the body into a function of its own.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

/** A loop that returns in the same round defers once at most. */
function endsInReturn(block: SyntaxNode, node: SyntaxNode): boolean {
  const list = block.named.find(({ type }) => type === 'statement_list');
  const statements = list?.named ?? [];
  return statements.some(({ start }) => start >= node.start) && statements.at(-1)?.type === 'return_statement';
}

/** `defer response.Body.Close()` before the error was looked at. */
export const usedBeforeCheck: Rule = {
  id: 'used-before-error-check',
  category: 'bug',
  nodes: ['short_var_declaration', 'assignment_statement'],
  check(node) {
    const [result, ...others] = targetsOf(node);
    const error = others.at(-1);
    const next = followers(node)[0];
    const use = next?.type === 'defer_statement' ? next.named[0] : undefined;
    if (result === undefined || error === undefined || !/^err|Err$/.test(error) || !next || !use) return undefined;
    const used = go.callOf(use)?.callee ?? '';
    if (result === '_' || !new RegExp(`^${escapeName(result)}(?:\\.\\w+)+$`).test(used)) return undefined;
    return {
      node: next,
      title: `\`${result}\` is used before \`${error}\` is checked`,
      why: `Where there is an error, \`${result}\` may be nil, and \`${used}\` panics. Check \`${error}\` first.`,
      severity: 'major',
      confidence: 0.9,
    };
  },
};

/** Statements after this one in its block. */
function followers(node: SyntaxNode): SyntaxNode[] {
  const siblings = codeIn(node.parent);
  return siblings.slice(siblings.indexOf(node) + 1);
}

/** `if err != nil {}` with nothing in it. */
export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'bug',
  nodes: ['if_statement'],
  notInTests: true,
  check(node) {
    const condition = node.field('condition')?.text.replace(/\s+/g, ' ') ?? '';
    const body = node.field('consequence');
    const error = /^(\w*[eE]rr\w*) != nil$/.exec(condition)?.[1];
    if (error === undefined || !body || codeIn(body).length > 0 || hasComment(node) || node.field('alternative'))
      return undefined;
    return {
      node,
      title: `\`${error}\` is checked and then forgotten`,
      why: 'The function goes on as if nothing had happened. Return the error, log it, or say in a comment why nothing has to be done.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};

/** An error that an inner `:=` keeps from the variable that the function returns. */
export const shadowedError: Rule = {
  id: 'shadowed-error',
  category: 'bug',
  nodes: ['short_var_declaration'],
  notInTests: true,
  check(node) {
    const block = node.parent?.parent;
    const fn = node.enclosing(FUNCTIONS);
    if (node.parent?.type !== 'statement_list' || block?.type !== 'block' || !fn || block === fn.field('body'))
      return undefined;
    const error = targetsOf(node).find((name) => /^err$|Err$/.test(name));
    if (error === undefined || !isDeclaredFor(fn, error, node)) return undefined;
    const isHandled = [...block.walk()].some(
      (inner) =>
        inner.start > node.end &&
        ((inner.type === 'return_statement' && inner.text !== 'return') ||
          /^(?:panic|log\.Fatal\w*|os\.Exit)\(/.test(inner.text) ||
          (inner.type === 'assignment_statement' && inner.field('right')?.text.includes(error))),
    );
    if (isHandled || !returnsAfter(fn, block, error)) return undefined;
    return {
      node,
      title: `\`:=\` makes a second \`${error}\`; the function returns the first`,
      why: `What fails here is not in the \`${error}\` that is returned below. Declare the other variable before and assign with \`=\`.`,
      severity: 'major',
      confidence: 0.75,
    };
  },
};

/** True for `var err error` and a named result of the function. */
function isDeclaredFor(fn: SyntaxNode, error: string, before: SyntaxNode): boolean {
  const named = new RegExp(`[(,]\\s*${error}\\s+error\\b`).test(fn.field('result')?.text ?? '');
  const declared = [...statementsOf(fn)].some(
    (node) =>
      node.type === 'var_spec' &&
      node.end < before.start &&
      node.field('name')?.text === error &&
      node.field('type')?.text === 'error',
  );
  return named || declared;
}

/** True where the first thing that happens to the error behind the block is that it is returned. */
function returnsAfter(fn: SyntaxNode, block: SyntaxNode, error: string): boolean {
  for (const node of statementsOf(fn)) {
    if (node.start < block.end) continue;
    if (/^(?:short_var_declaration|assignment_statement)$/.test(node.type) && targetsOf(node).includes(error))
      return false;
    if (node.type !== 'return_statement') continue;
    return (
      new RegExp(`\\b${error}\\b`).test(node.text) ||
      (node.text === 'return' && /\berror\b/.test(fn.field('result')?.text ?? ''))
    );
  }
  return false;
}

/** A map that was declared and never made: writing to it panics. */
export const nilMapWrite: Rule = {
  id: 'nil-map-write',
  category: 'bug',
  nodes: ['var_spec'],
  check(node) {
    const name = node.field('name')?.text;
    const fn = node.enclosing(FUNCTIONS);
    if (!fn || name === undefined || node.field('type')?.type !== 'map_type' || node.field('value')) return undefined;
    for (const use of fn.walk()) {
      if (use.start < node.end || use.type !== 'identifier' || use.text !== name) continue;
      const write = use.parent?.type === 'index_expression' && use.fieldName === 'operand' ? use.parent : undefined;
      if (write?.parent?.fieldName !== 'left') return undefined;
      return {
        node: write.parent.parent ?? write,
        title: `Writing to \`${name}\` panics: the map was never made`,
        why: `\`var ${name} ${node.field('type')?.text ?? 'map'}\` is nil. Use \`${name} := make(${node.field('type')?.text ?? 'map'})\`.`,
        severity: 'major',
        confidence: 0.9,
      };
    }
    return undefined;
  },
};

/** `wg.Add(1)` inside the goroutine: `Wait` may pass before it ran. */
export const addInGoroutine: Rule = {
  id: 'wait-group-add',
  category: 'bug',
  nodes: ['go_statement'],
  check(node) {
    const literal = node.named[0]?.field('function');
    if (literal?.type !== 'func_literal') return undefined;
    for (const inner of statementsOf(literal)) {
      const call = go.callOf(inner);
      const group = call?.method === 'Add' ? call.receiver : undefined;
      const isDone = group !== undefined && new RegExp(`\\b${escapeName(group)}\\.Done\\(\\)`).test(literal.text);
      if (!call || !isDone) continue;
      return {
        node: inner,
        title: `\`${group}.Add\` runs in the goroutine that it counts`,
        why: `\`${group}.Wait()\` may be reached before, and then waits for nothing. Call \`Add\` before \`go\`.`,
        severity: 'major',
        confidence: 0.85,
      };
    }
    return undefined;
  },
};

export const loopBound = loopBoundRule('for_statement', (loop) => {
  const clause = loop.named.find(({ type }) => type === 'for_clause');
  return conditionBound(clause?.field('condition'), (length) => /^len\(([\w.]+)\)$/.exec(length)?.[1]);
});
