import { complexityRule } from '../complexityRule';
import * as bugs from '../csharpRules/bugs';
import * as security from '../csharpRules/security';
import { FUNCTIONS } from '../csharpRules/spelling';
import type { AnalysisLanguage } from '../rule';
import { functionName } from '../shared/spelling';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'for_statement',
    'foreach_statement',
    'while_statement',
    'do_statement',
    'switch_statement',
    'switch_expression',
    'catch_clause',
    'conditional_expression',
  ]),
  isLogical: (node) =>
    node.type === 'binary_expression' && /^(?:&&|\|\||\?\?)$/.test(node.field('operator')?.text ?? ''),
  nameOf: functionName,
});

export const csharp: AnalysisLanguage = {
  id: 'csharp',
  rules: [
    security.sqlInjection,
    security.shellInjection,
    security.unsafeDeserialisation,
    security.tlsDisabled,
    security.weakHash,
    security.weakCipher,
    security.insecureRandom,
    security.hardCodedSecret,
    bugs.asyncVoid,
    bugs.blockingWait,
    bugs.swallowedError,
    bugs.stackLost,
    bugs.undisposed,
    bugs.loopBound,
    complexity,
  ],
};
