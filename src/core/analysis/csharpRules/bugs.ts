// Mistakes that C#'s compiler accepts.
import type { Rule } from '../rule';
import { conditionBound, emptyCatchRule, loopBoundRule } from '../shared/bugRules';
import { codeIn, functionName } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { csharp, FUNCTIONS, hasModifier, valueOf } from './spelling';

export const swallowedError = emptyCatchRule('catch_clause', (clause) => {
  const declaration = clause.named.find(({ type }) => type === 'catch_declaration');
  // A filter says what is expected.
  const isFiltered = clause.named.some(({ type }) => type === 'catch_filter_clause');
  return {
    type: declaration?.field('type')?.text ?? '',
    name: isFiltered ? 'expected' : (declaration?.field('name')?.text ?? ''),
  };
});

/** `async void`: nobody can wait for it, and what it throws ends the process. */
export const asyncVoid: Rule = {
  id: 'async-void',
  category: 'bug',
  nodes: ['method_declaration', 'local_function_statement'],
  check(node) {
    const type = node.field('returns') ?? node.field('type');
    if (!hasModifier(node, 'async') || type?.text !== 'void' || isHandler(node)) return undefined;
    return {
      node: node.field('name') ?? node,
      title: `Nobody can wait for \`${functionName(node) ?? 'this method'}\` or catch what it throws`,
      why: 'An exception in an `async void` method ends the process. Return `Task`; only event handlers have to be `void`.',
      severity: 'major',
      confidence: 0.9,
    };
  },
};

/** Handlers of events have no choice; overrides neither. */
function isHandler(node: SyntaxNode): boolean {
  const parameters = node.field('parameters')?.text ?? '';
  return (
    /^\(\s*object\??\s+\w+\s*,\s*[\w.<>]*(?:Args|EventArgs|RoutedEvent\w*|e)\??\s+\w+\s*\)$/.test(parameters) ||
    /EventArgs\b/.test(parameters) ||
    hasModifier(node, 'override')
  );
}

const ASYNC_CALL = /\w*Async(?:<[^>]*>)?\([^]*\)(?:\.ConfigureAwait\(\w+\))?$/;

/** `.Result`, `.Wait()` and `.GetAwaiter().GetResult()` in asynchronous code, or on a call that could be awaited. */
export const blockingWait: Rule = {
  id: 'blocking-wait',
  category: 'bug',
  nodes: ['member_access_expression', 'invocation_expression'],
  notInTests: true,
  check(node) {
    const task = waitedFor(node);
    if (!task || !isTask(task)) return undefined;
    const fn = node.enclosing(FUNCTIONS);
    if (functionName(fn) === 'Main' || isDone(node, task)) return undefined;
    const isAsync = fn !== undefined && hasModifier(fn, 'async');
    return {
      node,
      title: `The thread waits for \`${shorten(task.text)}\``,
      why: 'Where the task needs this very thread to go on, both wait for ever; elsewhere a thread of the pool is lost meanwhile. Use `await`.',
      severity: 'major',
      confidence: isAsync ? 0.9 : 0.75,
    };
  },
};

function waitedFor(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'member_access_expression') {
    const isCalled = node.parent?.type === 'invocation_expression' && node.fieldName === 'function';
    const isTarget = node.parent?.type === 'assignment_expression' && node.fieldName === 'left';
    return node.field('name')?.text === 'Result' && !isCalled && !isTarget ? node.field('expression') : undefined;
  }
  const target = node.field('function');
  const name = target?.field('name')?.text;
  if (name === 'Wait') return target?.field('expression');
  const awaiter = name === 'GetResult' ? target?.field('expression')?.field('function') : undefined;
  return awaiter?.field('name')?.text === 'GetAwaiter' ? awaiter.field('expression') : undefined;
}

/** A call of an asynchronous method, or a name that says `task` or was given one. */
function isTask(node: SyntaxNode): boolean {
  if (node.type === 'invocation_expression')
    return ASYNC_CALL.test(node.text) || /^Task\.(?:Run|WhenAll|WhenAny|Delay)\(/.test(node.text);
  return node.type === 'identifier' && /^_?[tT]asks?$|Task$/.test(node.text);
}

/** After `await Task.WhenAll(tasks)` or a look at `IsCompleted`, nothing is waited for. */
function isDone(node: SyntaxNode, task: SyntaxNode): boolean {
  const body = node.enclosing(FUNCTIONS)?.field('body')?.text ?? '';
  return (
    task.type === 'identifier' && new RegExp(`await\\s[^;]*\\b${task.text}\\b|\\b${task.text}\\.IsCompleted`).test(body)
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 50 ? `${line.slice(0, 49)}…` : line;
}

/** `throw ex;` in a `catch (… ex)`: where it came from is lost. */
export const stackLost: Rule = {
  id: 'stack-lost',
  category: 'bug',
  nodes: ['throw_statement'],
  check(node) {
    const thrown = codeIn(node)[0];
    const clause = node.enclosing(new Set(['catch_clause', ...FUNCTIONS]));
    const caught = clause?.named.find(({ type }) => type === 'catch_declaration')?.field('name')?.text;
    if (thrown?.type !== 'identifier' || clause?.type !== 'catch_clause' || thrown.text !== caught) return undefined;
    const isChanged = new RegExp(`\\b${caught}\\s*=[^=]`).test(clause.field('body')?.text ?? '');
    if (isChanged) return undefined;
    return {
      node,
      title: `\`throw ${caught};\` loses where the exception came from`,
      why: 'The stack trace begins here then. `throw;` keeps it.',
      severity: 'minor',
      confidence: 0.95,
      replace: { node, with: 'throw;' },
    };
  },
};

const DISPOSABLE =
  /^(?:System\.IO\.)?(?:FileStream|StreamReader|StreamWriter|BinaryReader|BinaryWriter|SqlConnection|SqlCommand|NpgsqlConnection|MySqlConnection|SqliteConnection|TcpClient|ZipArchive|Process|Bitmap|GZipStream|CryptoStream)$/;
const OPENS = /^File\.(?:Open|OpenRead|OpenWrite|OpenText|Create|CreateText|AppendText)$/;

/** Something disposable in a local variable that is not in `using`, disposed, returned or given away. */
export const undisposed: Rule = {
  id: 'unclosed-resource',
  category: 'bug',
  nodes: ['local_declaration_statement'],
  notInTests: true,
  check(node) {
    if (node.children.some((child) => child.type === 'using')) return undefined;
    const declarator = node.named
      .find(({ type }) => type === 'variable_declaration')
      ?.named.find(({ type }) => type === 'variable_declarator');
    const value = declarator && valueOf(declarator);
    const name = declarator?.field('name')?.text;
    const call = value && csharp.callOf(value);
    const fn = node.enclosing(FUNCTIONS);
    if (!call || name === undefined || !fn) return undefined;
    const opens = value.type === 'object_creation_expression' ? DISPOSABLE.test(call.callee) : OPENS.test(call.callee);
    if (!opens || isLetGo(fn, name, node)) return undefined;
    return {
      node,
      title: `\`${name}\` is not disposed`,
      why: 'The file or connection stays open until the garbage is collected, and what was buffered may never be written. Declare it with `using`.',
      severity: 'major',
      confidence: 0.8,
      replace: { node, with: `using ${node.text}` },
    };
  },
};

function isLetGo(fn: SyntaxNode, name: string, declaration: SyntaxNode): boolean {
  for (const node of fn.walk()) {
    if (node.type !== 'identifier' || node.text !== name || node.start < declaration.end) continue;
    const parent = node.parent;
    if (parent?.type === 'member_access_expression' && node.fieldName === 'expression') {
      if (/^(?:Dispose|DisposeAsync|Close|CloseAsync)$/.test(parent.field('name')?.text ?? '')) return true;
      continue;
    }
    if (parent?.type === 'conditional_access_expression' && /\?\.(?:Dispose|Close)/.test(parent.text)) return true;
    if (
      parent &&
      /^(?:argument|return_statement|arrow_expression_clause|assignment_expression|variable_declarator|using_statement|yield_statement|initializer_expression|conditional_expression|anonymous_object_creation_expression)$/.test(
        parent.type,
      )
    )
      return true;
  }
  return false;
}

export const loopBound = loopBoundRule('for_statement', (loop) =>
  conditionBound(loop.field('condition'), (length) => /^([\w.]+)\.(?:Length|Count)$/.exec(length)?.[1]),
);
