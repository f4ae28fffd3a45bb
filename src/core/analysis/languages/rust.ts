import { complexityRule } from '../complexityRule';
import type { AnalysisLanguage } from '../rule';
import * as bugs from '../rustRules/bugs';
import * as security from '../rustRules/security';
import { FUNCTIONS, isTestCode } from '../rustRules/spelling';
import { functionName } from '../shared/spelling';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set(['if_expression', 'for_expression', 'while_expression', 'loop_expression', 'match_expression']),
  isLogical: (node) => node.type === 'binary_expression' && /^(?:&&|\|\|)$/.test(node.field('operator')?.text ?? ''),
  nameOf: functionName,
});

export const rust: AnalysisLanguage = {
  id: 'rust',
  isTestCode,
  rules: [
    security.sqlInjection,
    security.shellInjection,
    security.tlsDisabled,
    security.weakHash,
    security.hardCodedSecret,
    bugs.unwrapInResult,
    bugs.unsafeWithoutReason,
    bugs.unfinished,
    bugs.panicInResult,
    bugs.discardedResult,
    bugs.swallowedError,
    bugs.mutableStatic,
    bugs.loopBound,
    complexity,
  ],
};
