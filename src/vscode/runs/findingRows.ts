// The rows of what a run found: all findings, the gravest first, each at its place in the code. Pure.
import type { Finding } from '../../api';
import { themeColour } from '../../protocol/agentLook';
import { joined, type Row } from './row';

export interface FindingWords {
  findings(count: number): string;
  severity(severity: Finding['severity']): string;
  /** `3 blockers, 1 minor`: how many of which severity. */
  more(count: number): string;
}

/** Findings listed below one run; the answer has the rest. */
const MAX_FINDINGS = 200;
const GRAVEST_FIRST: readonly Finding['severity'][] = ['blocker', 'major', 'minor', 'nit'];
const LOOKS: Record<Finding['severity'], { icon: string; colour: string }> = {
  blocker: { icon: 'error', colour: 'charts.red' },
  major: { icon: 'warning', colour: themeColour('orange') },
  minor: { icon: 'info', colour: 'charts.yellow' },
  nit: { icon: 'circle-small', colour: 'charts.foreground' },
};

/** Undefined for a run that found nothing. */
export function findingsRow(runId: string, findings: readonly Finding[], words: FindingWords): Row | undefined {
  if (findings.length === 0) return undefined;
  const id = `${runId}/findings`;
  const counts = GRAVEST_FIRST.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${words.severity(severity)}`];
  });
  return {
    id,
    label: words.findings(findings.length),
    description: counts.join(', '),
    icon: 'checklist',
    details: [],
    children: () => rowsOf(id, findings, words),
    contextValue: 'findings',
  };
}

function rowsOf(parent: string, findings: readonly Finding[], words: FindingWords): Row[] {
  const rank = ({ severity }: Finding) => GRAVEST_FIRST.indexOf(severity);
  const shown = [...findings].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_FINDINGS);
  const rows = shown.map((finding) => findingRow(parent, finding, words));
  const rest = findings.length - shown.length;
  if (rest > 0) {
    rows.push({
      id: `${parent}/more`,
      label: words.more(rest),
      description: '',
      icon: 'ellipsis',
      details: [],
      contextValue: 'more',
    });
  }
  return rows;
}

function findingRow(parent: string, finding: Finding, words: FindingWords): Row {
  const { path, startLine, endLine, severity } = finding;
  return {
    id: `${parent}/${finding.id}`,
    label: finding.title,
    description: joined([words.severity(severity), `${path}:${startLine}`, finding.agent]),
    ...LOOKS[severity],
    details: [
      ['why', finding.why],
      ['evidence', finding.evidence],
    ],
    contextValue: `finding ${severity}`,
    target: { path, line: startLine, endLine },
  };
}
