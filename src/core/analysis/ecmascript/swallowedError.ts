import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { callOf } from './shape';

/** What may fail while tidying up without anybody having to know. */
const TIDYING =
  /^(?:close|end|destroy|dispose|kill|unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|abort|cancel|stop|removeItem|releaseLock|disconnect|terminate|unsubscribe|cleanup|cleanUp)$/;

/** Errors that vanish: an empty `catch` without a word why. */
export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'bug',
  nodes: ['catch_clause', 'call_expression'],
  notInTests: true,
  check(node) {
    const handler = node.type === 'catch_clause' ? node.field('body') : promiseHandler(node);
    if (!handler || handler.named.length > 0 || isTidying(node)) return undefined;
    return {
      node,
      title: 'The error is swallowed',
      why: 'Whatever goes wrong here goes on as if it had worked, and nobody learns of it. Handle it, let it pass on, or say in a comment why it may be ignored.',
      severity: node.type === 'catch_clause' ? 'major' : 'minor',
      confidence: node.type === 'catch_clause' ? 0.85 : 0.6,
    };
  },
};

/** The empty body of `.catch(() => {})`. */
function promiseHandler(node: SyntaxNode): SyntaxNode | undefined {
  const call = callOf(node);
  const handler = call?.method === 'catch' && call.receiver !== undefined ? call.args[0] : undefined;
  const body =
    handler?.type === 'arrow_function' || handler?.type === 'function_expression' ? handler.field('body') : undefined;
  return body?.type === 'statement_block' ? body : undefined;
}

function isTidying(node: SyntaxNode): boolean {
  const attempted = node.type === 'catch_clause' ? node.parent?.field('body') : node.field('function')?.field('object');
  if (!attempted) return false;
  const statements = attempted.type === 'statement_block' ? attempted.named : [attempted];
  return (
    statements.length > 0 && statements.every((statement) => calledNames(statement).some((name) => TIDYING.test(name)))
  );
}

function calledNames(statement: SyntaxNode): string[] {
  return [...statement.walk()].flatMap((node) => callOf(node)?.method ?? []);
}
