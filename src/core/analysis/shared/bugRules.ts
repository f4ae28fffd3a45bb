// Mistakes that several languages share: each language says where to look, the finding is made here.
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { codeIn, escapeName, hasComment } from './spelling';

/** Errors that people pass over on purpose, and the names by which they say so. */
const EXPECTED =
  /\b(?:NumberFormat|Interrupted|OperationCanceled|TaskCanceled|ObjectDisposed|NoSuchElement|FileNotFound|NoSuchFile|FileAlreadyExists|Timeout|StopIteration)\w*/;
const SAID = /^\$?(?:_\w*|ignored?|expected|unused)$/i;

/** A `catch` with nothing in it, without a word why. */
export function emptyCatchRule(type: string, caughtOf: (clause: SyntaxNode) => { type: string; name: string }): Rule {
  return {
    id: 'swallowed-error',
    category: 'bug',
    nodes: [type],
    notInTests: true,
    check(clause) {
      const body = clause.field('body');
      const caught = caughtOf(clause);
      if (!body || codeIn(body).length > 0 || hasComment(clause)) return undefined;
      if (EXPECTED.test(caught.type) || SAID.test(caught.name)) return undefined;
      return {
        node: clause,
        title:
          caught.type === ''
            ? 'An empty `catch` swallows every error'
            : `An empty \`catch\` swallows \`${caught.type}\``,
        why: 'The program goes on as if nothing had happened, and nobody learns of it. Handle the error, log it or let it pass; where nothing has to be done, say why in a comment.',
        severity: /^(?:|\\?Exception|\\?Throwable|System\.Exception|Error)$/.test(caught.type) ? 'major' : 'minor',
        confidence: 0.85,
      };
    },
  };
}

export interface LoopBound {
  index: string;
  list: string;
  /** The comparison or range, as it is written. */
  node: SyntaxNode;
  /** What has to change, and how. */
  operator: SyntaxNode;
  fix: string;
}

/** `for (i = 0; i <= list.length; i++)` with `list[i]` in the body. */
export function loopBoundRule(type: string, boundOf: (loop: SyntaxNode) => LoopBound | undefined): Rule {
  return {
    id: 'loop-bound',
    category: 'bug',
    nodes: [type],
    check(loop) {
      const bound = boundOf(loop);
      const body = loop.field('body');
      if (!bound || !body || !readsUnguarded(body, bound)) return undefined;
      return {
        node: bound.node,
        title: `The loop reads one element past the end of \`${bound.list}\``,
        why: `In its last round \`${bound.list}[${bound.index}]\` does not exist. Stop before the length.`,
        severity: 'major',
        confidence: 0.9,
        replace: { node: bound.operator, with: bound.fix },
      };
    },
  };
}

const READS = /^(?:index_expression|array_access|element_access_expression|subscript_expression|method_invocation)$/;

function readsUnguarded(body: SyntaxNode, { list, index }: LoopBound): boolean {
  const read = new RegExp(
    `^${escapeName(list)}\\s*(?:\\[\\s*${escapeName(index)}\\s*\\]|\\.get\\(\\s*${escapeName(index)}\\s*\\))$`,
  );
  const guard = new RegExp(`(?<![\\w$])${escapeName(index)}\\b[^]*(?:<|==|>=|!=)[^]*${escapeName(list)}`);
  let reads = false;
  for (const node of body.walk()) {
    if (node.type === 'binary_expression' && guard.test(node.text)) return false;
    if (READS.test(node.type) && read.test(node.text)) reads = true;
  }
  return reads;
}

/** The bound of a `for` of C's kind; `listOf` gives the list whose length an expression is. */
export function conditionBound(
  condition: SyntaxNode | undefined,
  listOf: (length: string) => string | undefined,
): LoopBound | undefined {
  const operator = condition?.field('operator');
  const index = condition?.field('left');
  const list = listOf(condition?.field('right')?.text ?? '');
  if (!condition || !index || operator?.text !== '<=' || list === undefined || !/^\$?\w+$/.test(index.text))
    return undefined;
  return { index: index.text, list, node: condition, operator, fix: '<' };
}
