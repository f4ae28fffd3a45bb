import { complexityRule } from '../complexityRule';
import * as bugs from '../goRules/bugs';
import * as security from '../goRules/security';
import { FUNCTIONS } from '../goRules/spelling';
import type { AnalysisLanguage } from '../rule';
import { functionName } from '../shared/spelling';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'for_statement',
    'expression_switch_statement',
    'type_switch_statement',
    'select_statement',
  ]),
  isLogical: (node) => node.type === 'binary_expression' && /^(?:&&|\|\|)$/.test(node.field('operator')?.type ?? ''),
  nameOf: functionName,
});

export const go: AnalysisLanguage = {
  id: 'go',
  rules: [
    security.sqlInjection,
    security.shellInjection,
    security.tlsDisabled,
    security.weakHash,
    security.weakCipher,
    security.insecureRandom,
    security.hardCodedSecret,
    bugs.ignoredError,
    bugs.swallowedError,
    bugs.shadowedError,
    bugs.usedBeforeCheck,
    bugs.deferInLoop,
    bugs.nilMapWrite,
    bugs.addInGoroutine,
    bugs.loopBound,
    complexity,
  ],
};
