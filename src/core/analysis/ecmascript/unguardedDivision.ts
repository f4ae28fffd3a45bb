import type { Rule } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { FUNCTIONS, functionName, parametersOf } from './shape';
import { programOf } from './imports';

/** An exported function that divides by its own parameter, or by the length of one, and never looks at it before. */
export const unguardedDivision: Rule = {
  id: 'unguarded-division',
  category: 'bug',
  nodes: ['binary_expression'],
  notInTests: true,
  check(node) {
    const divisor = node.field('right');
    const fn = node.enclosing(FUNCTIONS);
    const operator = node.field('operator')?.type;
    if (!divisor || !fn || (operator !== '/' && operator !== '%')) return undefined;
    const parameter = divisorParameter(divisor, fn);
    if (parameter === undefined || isLookedAt(parameter, divisor, fn) || !isExported(fn)) return undefined;
    const isLength = divisor.type === 'member_expression';
    return {
      node,
      title: `\`${functionName(fn) ?? 'The function'}\` divides by \`${divisor.text}\` without a guard for 0`,
      why: isLength
        ? `For an empty \`${parameter}\` the result is NaN. Decide what it is then: return a value, or throw a RangeError.`
        : `For \`${parameter} = 0\` the result is Infinity or NaN, which goes on unnoticed. Decide what it is then: throw a RangeError, or return a value.`,
      severity: 'minor',
      confidence: 0.7,
    };
  },
};

function divisorParameter(divisor: SyntaxNode, fn: SyntaxNode): string | undefined {
  const name =
    divisor.type === 'member_expression' && divisor.field('property')?.text === 'length'
      ? divisor.field('object')
      : divisor;
  const parameter = name?.type === 'identifier' ? parametersOf(fn).get(name.text) : undefined;
  if (!name || !parameter || parameter.hasDefault || /bigint|\b[1-9]\d*\b/.test(parameter.type ?? '')) return undefined;
  return name.text;
}

/** True if the parameter stands in a condition, a comparison, a fallback or another call before: then somebody thought of it. */
function isLookedAt(parameter: string, divisor: SyntaxNode, fn: SyntaxNode): boolean {
  for (const node of fn.field('body')?.walk() ?? []) {
    if (node.type !== 'identifier' || node.text !== parameter || node === divisor || node.parent === divisor) continue;
    for (const ancestor of node.ancestors()) {
      if (ancestor === fn) break;
      if (
        /^(?:if_statement|ternary_expression|while_statement|for_statement|switch_statement|assignment_expression|augmented_assignment_expression)$/.test(
          ancestor.type,
        )
      ) {
        if (ancestor.field('body') !== node) return true;
      }
      if (
        ancestor.type === 'binary_expression' &&
        /^(?:[<>]=?|[=!]==?|\|\||&&|\?\?)$/.test(ancestor.field('operator')?.type ?? '')
      )
        return true;
      if (
        ancestor.type === 'call_expression' &&
        /assert|check|validate|ensure|require|invariant|expect|max/i.test(ancestor.field('function')?.text ?? '')
      )
        return true;
    }
  }
  return false;
}

function isExported(fn: SyntaxNode): boolean {
  const holder = fn.parent?.type === 'variable_declarator' ? fn.parent.parent : fn;
  if (!holder) return false;
  if (holder.parent?.type === 'export_statement') return true;
  const name = functionName(fn);
  if (fn.type === 'method_definition' || name === undefined || holder.parent?.type !== 'program') return false;
  return programOf(fn).named.some((statement) => isExportOf(statement, name));
}

function isExportOf(statement: SyntaxNode, name: string): boolean {
  const mentions = () => [...statement.walk()].some((node) => /identifier/.test(node.type) && node.text === name);
  if (statement.type === 'export_statement') return statement.field('declaration') === undefined && mentions();
  return statement.type === 'expression_statement' && /^(?:module\.)?exports\b/.test(statement.text) && mentions();
}
