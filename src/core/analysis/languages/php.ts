import { complexityRule } from '../complexityRule';
import * as bugs from '../phpRules/bugs';
import * as security from '../phpRules/security';
import { FUNCTIONS } from '../phpRules/spelling';
import type { AnalysisLanguage } from '../rule';
import { functionName } from '../shared/spelling';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'else_if_clause',
    'for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'switch_statement',
    'match_expression',
    'catch_clause',
    'conditional_expression',
  ]),
  isLogical: (node) =>
    node.type === 'binary_expression' && /^(?:&&|\|\||and|or|\?\?)$/.test(node.field('operator')?.text ?? ''),
  nameOf: functionName,
});

export const php: AnalysisLanguage = {
  id: 'php',
  rules: [
    security.sqlInjection,
    security.shellInjection,
    security.codeEvaluation,
    security.crossSiteScripting,
    security.fileInclusion,
    security.unsafeDeserialisation,
    security.openRedirect,
    security.variableOverwrite,
    security.looseComparison,
    security.tlsDisabled,
    security.weakHash,
    security.weakCipher,
    security.insecureRandom,
    security.hardCodedSecret,
    bugs.swallowedError,
    bugs.suppressedError,
    bugs.assignmentInCondition,
    bugs.loopBound,
    complexity,
  ],
};
