import type { Rule } from './rule';
import type { SyntaxNode } from '../syntax';

export interface ComplexityShape {
  functions: ReadonlySet<string>;
  /** Each adds one path; a `switch` counts once however many cases it has, since flat tables are easy to read. */
  branches: ReadonlySet<string>;
  /** True for nodes of `and`, `or` and the like. */
  isLogical(node: SyntaxNode): boolean;
  nameOf(fn: SyntaxNode): string | undefined;
}

const LIMIT = 20;
const HIGH = 35;

/** Functions with more paths than a reader or a test suite can follow (McCabe's measure, nested functions counted apart). */
export function complexityRule(shape: ComplexityShape): Rule {
  return {
    id: 'complexity',
    category: 'style',
    nodes: [...shape.functions],
    notInTests: true,
    check(fn) {
      let paths = 1;
      for (const node of fn.walk((child) => shape.functions.has(child.type))) {
        if (shape.branches.has(node.type) || shape.isLogical(node)) paths += 1;
      }
      if (paths <= LIMIT) return undefined;
      return {
        node: fn,
        title: `\`${shape.nameOf(fn) ?? 'This function'}\` has ${paths} paths`,
        why: `More than ${LIMIT} are hard to follow and to test. Give the parts that can be named functions of their own, or turn the cases into a table.`,
        severity: paths > HIGH ? 'minor' : 'nit',
        confidence: 0.9,
      };
    },
  };
}
