// Mistakes that have nothing to do with attackers.
import type { Rule } from '../rule';
import { conditionBound, emptyCatchRule, loopBoundRule } from '../shared/bugRules';
import { codeIn, escapeName } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';
import { php } from './spelling';

export const swallowedError = emptyCatchRule('catch_clause', (clause) => ({
  type: clause.field('type')?.text ?? '',
  name: clause.field('name')?.text ?? '',
}));

/** What people switch warnings off for on purpose: it may be gone already, or there already. */
const USUAL =
  /^(?:unlink|mkdir|rmdir|fclose|chmod|session_start|ini_set|set_time_limit|ob_end_clean|ftp_close|ldap_unbind)$/;

/** `@` before a call whose result nobody looks at. */
export const suppressedError: Rule = {
  id: 'suppressed-error',
  category: 'bug',
  nodes: ['error_suppression_expression'],
  notInTests: true,
  check(node) {
    const called = codeIn(node)[0];
    const call = called?.type === 'function_call_expression' ? php.callOf(called) : undefined;
    if (!call || USUAL.test(call.callee) || isLookedAt(node)) return undefined;
    return {
      node,
      title: `\`@\` hides why \`${call.callee}\` failed`,
      why: 'The program goes on with `false` and nobody learns of it. Remove the `@`, and look at the result.',
      severity: 'minor',
      confidence: 0.8,
    };
  },
};

/** True where the result is compared, or stands in a variable that a condition asks for. */
function isLookedAt(node: SyntaxNode): boolean {
  for (const ancestor of node.ancestors()) {
    if (
      /^(?:binary_expression|unary_op_expression|conditional_expression)$/.test(ancestor.type) ||
      ancestor.fieldName === 'condition'
    )
      return true;
    if (!/statement$/.test(ancestor.type)) continue;
    const name = /^(\$\w+)\s*=[^=]/.exec(ancestor.text)?.[1];
    const siblings = ancestor.parent?.named ?? [];
    const next = siblings[siblings.indexOf(ancestor) + 1];
    return (
      name !== undefined &&
      new RegExp(`^(?:if|while|return)\\b[^;{]*${escapeName(name)}\\b|${escapeName(name)}\\s*(?:===|!==|\\?)`).test(
        next?.text ?? '',
      )
    );
  }
  return false;
}

/** `if ($role = 'admin')`: gives a value where one was to be compared. */
export const assignmentInCondition: Rule = {
  id: 'assignment-in-condition',
  category: 'bug',
  nodes: ['if_statement', 'else_if_clause'],
  check(node) {
    const condition = codeIn(node.field('condition'))[0];
    const value = condition?.type === 'assignment_expression' ? condition.field('right') : undefined;
    const operator = condition?.children.find(({ type }) => type === '=');
    if (
      !condition ||
      !value ||
      !operator ||
      !/^(?:string|encapsed_string|integer|float|boolean|null)$/.test(value.type)
    )
      return undefined;
    return {
      node: condition,
      title: `\`${condition.field('left')?.text ?? 'The variable'}\` is set here, not compared`,
      why: `The condition is always ${/^(?:0|''|""|false|null)$/i.test(value.text) ? 'false' : 'true'}. Use \`===\`.`,
      severity: 'major',
      confidence: 0.95,
      replace: { node: operator, with: '===' },
    };
  },
};

export const loopBound = loopBoundRule('for_statement', (loop) =>
  conditionBound(loop.field('condition'), (length) => /^(?:count|sizeof)\((\$[\w>-]+)\)$/.exec(length)?.[1]),
);
