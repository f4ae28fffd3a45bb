// Findings from several sources as one list: one per cause and place, the worst first, with ids that stay the same from run to run.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Finding } from '../../api';
import type { FindingDraft } from './rule';

const SEVERITIES: readonly Finding['severity'][] = ['blocker', 'major', 'minor', 'nit'];

/** Rules of other analysers that report what a rule of ours reports. */
const SAME_CAUSE: Readonly<Record<string, readonly string[]>> = {
  'code-evaluation': ['no-eval', 'no-implied-eval', 'no-new-func', 'S307', 'S102'],
  'swallowed-error': ['no-empty', 'E722', 'S110', 'S112', 'BLE001', 'SIM105'],
  'assignment-in-condition': ['no-cond-assign'],
  complexity: ['complexity', 'C901', 'PLR0912'],
  'sql-injection': ['S608'],
  'shell-injection': ['S602', 'S604', 'S605'],
  'unsafe-deserialisation': ['S301', 'S302', 'S506'],
  'weak-hash': ['S303', 'S324'],
  'tls-disabled': ['S323', 'S501'],
  'hard-coded-secret': ['S105', 'S106', 'S107', 'no-hardcoded-credentials'],
  'insecure-random': ['S311'],
  'mutable-default': ['B006'],
};

/** Findings without repetitions: of two with one cause on one line the earlier source stays. Worst first, then by place. */
export function mergeFindings(...sources: readonly (readonly FindingDraft[])[]): FindingDraft[] {
  const byKey = new Map<string, FindingDraft>();
  for (const finding of sources.flat()) {
    const key = `${finding.path}:${finding.startLine}:${causeOf(finding)}`;
    if (!byKey.has(key)) byKey.set(key, finding);
  }
  return [...byKey.values()].sort(compare);
}

function causeOf(finding: FindingDraft): string {
  const rule = finding.rule?.split('/').at(-1) ?? '';
  const ours = Object.entries(SAME_CAUSE).find(([id, others]) => id === rule || others.includes(rule))?.[0];
  return ours ?? (rule === '' ? finding.title.toLowerCase() : `${rule} ${finding.title.toLowerCase()}`);
}

function compare(a: FindingDraft, b: FindingDraft): number {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  if (bySeverity !== 0) return bySeverity;
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startLine - b.startLine;
}

/** Complete findings of `agent`; equal code in one file gets different ids by its order. */
export function toFindings(drafts: readonly FindingDraft[], agent: string): Finding[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const identity = [draft.path, draft.rule ?? draft.title, draft.evidence].join('\n');
    const order = seen.get(identity) ?? 0;
    seen.set(identity, order + 1);
    const id = bytesToHex(sha256(utf8ToBytes(`${identity}\n${order}`))).slice(0, 16);
    return { id, ...draft, agent, status: 'open' };
  });
}

/** `2 blockers, 1 minor`. */
export function countBySeverity(findings: readonly Pick<FindingDraft, 'severity'>[]): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(
      ({ severity, count }) =>
        `${count} ${severity}${count > 1 && severity !== 'major' && severity !== 'minor' ? 's' : ''}`,
    )
    .join(', ');
}
