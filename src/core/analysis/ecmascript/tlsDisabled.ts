import type { Rule, RuleReport } from '../rule';
import type { SyntaxNode } from '../../syntax';
import { unwrap } from './shape';

/** Certificates that are not checked. */
export const tlsDisabled: Rule = {
  id: 'tls-disabled',
  category: 'security',
  nodes: ['pair', 'assignment_expression'],
  notInTests: true,
  check(node) {
    if (node.type === 'pair') {
      const key = (node.field('key')?.text ?? '').replace(/^['"]|['"]$/g, '');
      if (key === 'NODE_TLS_REJECT_UNAUTHORIZED') return isZero(node.field('value')) ? report(node) : undefined;
      return /^(?:rejectUnauthorized|strictSSL)$/.test(key) && node.field('value')?.type === 'false'
        ? report(node)
        : undefined;
    }
    const target = node.field('left')?.text ?? '';
    if (/\.rejectUnauthorized$/.test(target) && node.field('right')?.type === 'false') return report(node);
    return /\benv(?:\.|\[['"])NODE_TLS_REJECT_UNAUTHORIZED\b/.test(target) && isZero(node.field('right'))
      ? report(node)
      : undefined;
  },
};

function isZero(value: SyntaxNode | undefined): boolean {
  return value !== undefined && /^['"`]?0['"`]?$/.test(unwrap(value).text);
}

function report(node: SyntaxNode): RuleReport {
  return {
    node,
    title: 'TLS certificates are not checked',
    why: 'Anybody on the way can read and change the traffic. Trust the one certificate that is needed (`ca`), and leave the check on.',
    severity: 'major',
    confidence: 0.9,
  };
}
