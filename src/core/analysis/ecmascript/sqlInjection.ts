import { isSqlStatement, namePieces, riskyPieces } from '../builtString';
import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { builtString, callOf } from './shape';

const DATABASE_CALLS =
  /^(?:query|execute|exec|run|all|get|each|one|many|any|none|raw|prepare|unsafe|\$queryRawUnsafe|\$executeRawUnsafe)$/;
const TALK = /^(?:log|debug|info|warn|error|trace|Error|\w*Error|describe|it|test|assert\w*)$/;

/** SQL statements that are put together from text and values instead of parameters. */
export const sqlInjection: Rule = {
  id: 'sql-injection',
  category: 'security',
  nodes: ['template_string', 'binary_expression'],
  check(node) {
    if (node.parent?.type === 'binary_expression' || isTagged(node)) return undefined;
    const built = builtString(node);
    if (!built) return undefined;
    const call = callAround(node);
    if (call && TALK.test(call.method)) return undefined;
    const reachesDatabase = call !== undefined && call.receiver !== undefined && DATABASE_CALLS.test(call.method);
    const risky = riskyPieces(built);
    if (risky.length === 0 || !isSqlStatement(built.literal, reachesDatabase)) return undefined;
    return {
      node,
      title: `SQL is put together from ${namePieces(risky)}`,
      why: `Whoever controls the value can change the statement. Pass it as a parameter (\`?\` or \`$1\`, by the driver) instead of writing it into the text.`,
      severity: 'blocker',
      confidence: reachesDatabase ? 0.9 : 0.75,
    };
  },
};

function isTagged(node: SyntaxNode): boolean {
  return node.parent?.type === 'call_expression' && node.fieldName === 'arguments';
}

function callAround(node: SyntaxNode): ReturnType<typeof callOf> {
  const outer = node.parent?.type === 'arguments' ? node.parent.parent : undefined;
  return outer && callOf(outer);
}
