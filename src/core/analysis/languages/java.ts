import { complexityRule } from '../complexityRule';
import * as bugs from '../javaRules/bugs';
import * as security from '../javaRules/security';
import { FUNCTIONS } from '../javaRules/spelling';
import type { AnalysisLanguage } from '../rule';
import { functionName } from '../shared/spelling';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'for_statement',
    'enhanced_for_statement',
    'while_statement',
    'do_statement',
    'switch_expression',
    'catch_clause',
    'ternary_expression',
  ]),
  isLogical: (node) => node.type === 'binary_expression' && /^(?:&&|\|\|)$/.test(node.field('operator')?.text ?? ''),
  nameOf: functionName,
});

export const java: AnalysisLanguage = {
  id: 'java',
  rules: [
    security.sqlInjection,
    security.shellInjection,
    security.unsafeDeserialisation,
    security.tlsDisabled,
    security.weakHash,
    security.weakCipher,
    security.insecureRandom,
    security.hardCodedSecret,
    bugs.stringIdentity,
    bugs.swallowedError,
    bugs.equalsWithoutHashCode,
    bugs.unclosedResource,
    bugs.returnInFinally,
    bugs.loopBound,
    complexity,
  ],
};
