// The rules for everything that is written in the syntax of JavaScript.
import { complexityRule } from '../complexityRule';
import type { Rule } from '../rule';
import { assertedFind } from './assertedFind';
import { assignmentInCondition } from './assignmentInCondition';
import { codeEvaluation } from './codeEvaluation';
import { hardCodedSecret } from './hardCodedSecret';
import { insecureRandom } from './insecureRandom';
import { loopBound } from './loopBound';
import { looseEquality } from './looseEquality';
import { FUNCTIONS, functionName } from './shape';
import { shellInjection } from './shellInjection';
import { sqlInjection } from './sqlInjection';
import { swallowedError } from './swallowedError';
import { tlsDisabled } from './tlsDisabled';
import { unawaitedForEach } from './unawaitedForEach';
import { unguardedDivision } from './unguardedDivision';
import { unsafeDeserialisation } from './unsafeDeserialisation';
import { weakHash } from './weakHash';

const complexity = complexityRule({
  functions: FUNCTIONS,
  branches: new Set([
    'if_statement',
    'for_statement',
    'for_in_statement',
    'while_statement',
    'do_statement',
    'switch_statement',
    'catch_clause',
    'ternary_expression',
  ]),
  isLogical: (node) =>
    node.type === 'binary_expression' && /^(?:&&|\|\||\?\?)$/.test(node.field('operator')?.type ?? ''),
  nameOf: functionName,
});

export const ecmascriptRules: readonly Rule[] = [
  loopBound,
  sqlInjection,
  shellInjection,
  codeEvaluation,
  unsafeDeserialisation,
  weakHash,
  tlsDisabled,
  insecureRandom,
  hardCodedSecret,
  swallowedError,
  assignmentInCondition,
  unawaitedForEach,
  unguardedDivision,
  assertedFind,
  looseEquality,
  complexity,
];
