import { complexityRule } from '../complexityRule';
import { loopBound, mutableDefault, swallowedError, unguardedDivision } from '../pythonRules/bugs';
import * as security from '../pythonRules/security';
import { FUNCTIONS, functionName } from '../pythonRules/shape';
import type { AnalysisLanguage } from '../rule';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'elif_clause',
    'for_statement',
    'while_statement',
    'except_clause',
    'conditional_expression',
    'match_statement',
    'if_clause',
    'for_in_clause',
  ]),
  isLogical: (node) => node.type === 'boolean_operator',
  nameOf: functionName,
});

export const python: AnalysisLanguage = {
  id: 'python',
  rules: [
    loopBound,
    security.sqlInjection,
    security.shellInjection,
    security.codeEvaluation,
    security.unsafeDeserialisation,
    security.weakHash,
    security.tlsDisabled,
    security.insecureRandom,
    security.hardCodedSecret,
    swallowedError,
    mutableDefault,
    unguardedDivision,
    complexity,
  ],
};
