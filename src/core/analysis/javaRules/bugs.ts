// Mistakes that Java's compiler accepts.
import type { Rule } from '../rule';
import { conditionBound, emptyCatchRule, loopBoundRule } from '../shared/bugRules';
import { declaredType, escapeName } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { classAround, FUNCTIONS, java } from './spelling';

export const swallowedError = emptyCatchRule('catch_clause', (clause) => {
  const parameter = clause.named.find(({ type }) => type === 'catch_formal_parameter');
  return {
    type: parameter?.named.find(({ type }) => type === 'catch_type')?.text ?? '',
    name: parameter?.field('name')?.text ?? '',
  };
});

/** `name == "admin"`: compares where two strings lie, not what they say. */
export const stringIdentity: Rule = {
  id: 'string-identity',
  category: 'bug',
  nodes: ['binary_expression'],
  check(node) {
    const operator = node.field('operator')?.text;
    const [left, right] = [node.field('left'), node.field('right')];
    if (!left || !right || (operator !== '==' && operator !== '!=')) return undefined;
    const [l, r] = [isString(left), isString(right)];
    const literal = [left, right].find(({ type }) => type === 'string_literal');
    if (
      literal ? left.type === right.type || isNull(left, right) : !l || !r || comparesWell(node, left.text, right.text)
    )
      return undefined;
    const [first, second] = left.type === 'string_literal' ? [left, right] : literal ? [right, left] : [left, right];
    const isSimple = /^(?:identifier|string_literal|method_invocation|field_access)$/;
    return {
      node,
      title: `\`${operator}\` compares where two strings are kept, not what they say`,
      why: 'It is false for equal strings that were made in different places, for instance read from a file or a request. Use `equals`.',
      severity: 'major',
      confidence: literal ? 0.95 : 0.8,
      ...(literal &&
        isSimple.test(second.type) && {
          replace: { node, with: `${operator === '!=' ? '!' : ''}${first.text}.equals(${second.text})` },
        }),
    };
  },
};

function isString(node: SyntaxNode): boolean {
  if (node.type === 'string_literal') return true;
  return node.type === 'identifier' && declaredType(java, node) === 'String';
}

function isNull(left: SyntaxNode, right: SyntaxNode): boolean {
  return left.type === 'null_literal' || right.type === 'null_literal';
}

/** `a == b || a.equals(b)`: identity is only the quick way. */
function comparesWell(node: SyntaxNode, left: string, right: string): boolean {
  return (
    new RegExp(`(?:${escapeName(left)}|${escapeName(right)})\\.(?:equals|compareTo)`).test(node.parent?.text ?? '') ||
    FUNCTIONS.has(node.parent?.type ?? '')
  );
}

/** `equals` without `hashCode`: equal objects get lost in sets and maps. */
export const equalsWithoutHashCode: Rule = {
  id: 'equals-without-hash-code',
  category: 'bug',
  nodes: ['method_declaration'],
  notInTests: true,
  check(node) {
    const parameters = node.field('parameters')?.text ?? '';
    if (node.field('name')?.text !== 'equals' || !/^\(\s*(?:final\s+)?(?:@\w+\s+)?Object\s+\w+\s*\)$/.test(parameters))
      return undefined;
    const owner = node.parent?.parent;
    const body = node.parent;
    if (!owner || !body || owner.type !== 'class_declaration') return undefined;
    const hasHash = body.named.some(
      (member) => member.type === 'method_declaration' && member.field('name')?.text === 'hashCode',
    );
    const generated = /@(?:EqualsAndHashCode|Data|Value)\b/.test(
      owner.named.find(({ type }) => type === 'modifiers')?.text ?? '',
    );
    if (hasHash || generated) return undefined;
    return {
      node: node.field('name') ?? node,
      title: `\`${owner.field('name')?.text ?? 'The class'}\` has \`equals\` and no \`hashCode\``,
      why: 'Equal objects then have different hash codes, and a `HashMap` or `HashSet` does not find them. Compute `hashCode` from the same fields.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};

const RESOURCES =
  /^(?:java\.io\.)?(?:File(?:Input|Output)Stream|FileReader|FileWriter|PrintWriter|Buffered(?:Reader|Writer|InputStream|OutputStream)|RandomAccessFile|Scanner|ZipFile|JarFile|Socket|ServerSocket|ObjectInputStream|ObjectOutputStream|ZipInputStream|ZipOutputStream|GZIPInputStream|InputStreamReader|OutputStreamWriter)$/;
const FACTORIES =
  /^(?:Files\.(?:newInputStream|newOutputStream|newBufferedReader|newBufferedWriter|lines|list|walk)|DriverManager\.getConnection|dataSource\.getConnection)$/;

/** A stream that is opened for a local variable and never closed, given away or returned. */
export const unclosedResource: Rule = {
  id: 'unclosed-resource',
  category: 'bug',
  nodes: ['local_variable_declaration'],
  notInTests: true,
  check(node) {
    const declarator = node.field('declarator');
    const name = declarator?.field('name')?.text;
    const value = declarator?.field('value');
    const call = value && java.callOf(value);
    const fn = node.enclosing(FUNCTIONS);
    if (name === undefined || !call || !fn) return undefined;
    const opens =
      value.type === 'object_creation_expression'
        ? RESOURCES.test(call.callee) && !wrapsOther(call.args)
        : FACTORIES.test(call.callee);
    if (!opens || isLetGo(fn, name, node)) return undefined;
    return {
      node,
      title: `\`${name}\` is opened and not closed`,
      why: 'The file or connection stays open until the garbage is collected, and what was buffered may never be written. Open it in `try (…)`.',
      severity: 'major',
      confidence: 0.8,
    };
  },
};

/** Standard input, and memory, need no closing; a stream around somebody else's is somebody else's. */
function wrapsOther([source]: readonly SyntaxNode[]): boolean {
  return (
    source !== undefined &&
    (/^System\.|^new (?:ByteArray|String)|getInputStream\(\)|getOutputStream\(\)/.test(source.text) ||
      (source.type === 'identifier' &&
        /^(?:in|out|input|output|is|os|stream|s|text|content|socket|reader|writer|\w*(?:Stream|Text|Reader|Writer))$/.test(
          source.text,
        )))
  );
}

/** True where the name is closed, returned, kept in a field or handed to somebody who may close it. */
function isLetGo(fn: SyntaxNode, name: string, declaration: SyntaxNode): boolean {
  for (const node of fn.walk()) {
    if (node.type !== 'identifier' || node.text !== name || node.start < declaration.end) continue;
    const parent = node.parent;
    if (!parent) continue;
    if (parent.type === 'method_invocation' && node.fieldName === 'object') {
      if (/^(?:close|closeQuietly)$/.test(parent.field('name')?.text ?? '')) return true;
      continue;
    }
    if (
      /^(?:argument_list|return_statement|assignment_expression|variable_declarator|resource|array_initializer|lambda_expression|ternary_expression|method_reference|yield_statement)$/.test(
        parent.type,
      )
    )
      return true;
  }
  return false;
}

/** `return` in `finally`: the exception of the `try` is gone. */
export const returnInFinally: Rule = {
  id: 'return-in-finally',
  category: 'bug',
  nodes: ['finally_clause'],
  check(clause) {
    const block = clause.named.find(({ type }) => type === 'block');
    const skip = (node: SyntaxNode) => FUNCTIONS.has(node.type) || classBody(node);
    const found =
      block && [...block.walk(skip)].find(({ type }) => type === 'return_statement' || type === 'throw_statement');
    if (found?.type !== 'return_statement') return undefined;
    return {
      node: found,
      title: '`return` in `finally` throws away the exception',
      why: 'Whatever failed in the `try` is forgotten, and its own result too. Return after the `finally`.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};

function classBody(node: SyntaxNode): boolean {
  return node.type === 'class_body' && classAround(node) !== undefined;
}

export const loopBound = loopBoundRule('for_statement', (loop) =>
  conditionBound(loop.field('condition'), (length) => /^([\w.]+)\.(?:length|size\(\))$/.exec(length)?.[1]),
);
