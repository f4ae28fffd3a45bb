import type { Rule } from '../rule';
import { isSecurityContext } from '../securityContext';
import type { SyntaxNode } from '../../syntax';
import { callOf, FUNCTIONS, functionName, stringValue } from './shape';

const STATEMENTS: ReadonlySet<string> = new Set([
  'lexical_declaration',
  'variable_declaration',
  'return_statement',
  'expression_statement',
  'arrow_function',
]);

/** MD5 and SHA-1 where names say that secrets are hashed; checksums are left alone. */
export const weakHash: Rule = {
  id: 'weak-hash',
  category: 'security',
  nodes: ['call_expression'],
  notInTests: true,
  check(node) {
    const call = callOf(node);
    const algorithm = call?.args[0] && stringValue(call.args[0])?.toLowerCase();
    const named =
      call?.method === 'createHash' && algorithm !== undefined && /^(?:rsa-)?(?:md4|md5|sha-?1)$/.test(algorithm);
    const direct = call !== undefined && /^(?:md5|sha1|MD5|SHA1|CryptoJS\.(?:MD5|SHA1))$/.test(call.callee);
    if (!call || (!named && !direct) || !isSecurityContext(contextOf(node))) return undefined;
    const shown = (named ? algorithm : call.method).toUpperCase();
    return {
      node,
      title: `${shown} is too weak to protect secrets`,
      why: 'It is fast to try out and no longer free of collisions. For passwords use `scrypt` or argon2 with a salt of their own, for signatures HMAC with SHA-256.',
      severity: 'major',
      confidence: 0.85,
    };
  },
};

/** The statement, and the name of the function around it. */
function contextOf(node: SyntaxNode): string {
  const statement = node.enclosing(STATEMENTS);
  const fn = node.enclosing(FUNCTIONS);
  return `${(fn && functionName(fn)) ?? ''} ${statement?.text.slice(0, 400) ?? node.text}`;
}
