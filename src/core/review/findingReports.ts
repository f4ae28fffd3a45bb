// The findings of a review for other programs and for people outside the editor: SARIF 2.1.0 and markdown.
import type { Finding } from '../../api';
import { countBySeverity } from '../analysis/findingSet';
import { isOpinion } from './anchorFinding';

export interface ReviewReport {
  title: string;
  findings: readonly Finding[];
}

const LEVELS: Readonly<Record<Finding['severity'], string>> = {
  blocker: 'error',
  major: 'error',
  minor: 'warning',
  nit: 'note',
};

/** A SARIF 2.1.0 log (OASIS standard) with one run; paths are relative to the workspace. */
export function toSarif({ findings }: ReviewReport): object {
  const rules = [...new Set(findings.map(ruleOf))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Agent Team', rules: rules.map((id) => ({ id })) } },
        results: findings.map((finding) => resultOf(finding, rules.indexOf(ruleOf(finding)))),
      },
    ],
  };
}

function resultOf(finding: Finding, ruleIndex: number): object {
  const { id, path, startLine, endLine, severity, category, title, why, evidence, confidence, agent, status } = finding;
  const region = { startLine, endLine, ...(evidence !== '' && { snippet: { text: evidence } }) };
  return {
    ruleId: ruleOf(finding),
    ruleIndex,
    level: LEVELS[severity],
    message: { text: why === '' ? title : `${title}\n\n${why}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriPath(path) }, region } }],
    partialFingerprints: { 'agentTeam/v1': id },
    properties: { severity, category, confidence, agent, status },
    ...(status === 'dismissed' && { suppressions: [{ kind: 'external' }] }),
  };
}

function ruleOf({ rule, category }: Finding): string {
  return rule ?? `agent-team/${category}`;
}

function uriPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Headings by file, the worst findings first in each. */
export function toMarkdown({ title, findings }: ReviewReport): string {
  const head = [
    `# ${title}`,
    findings.length === 0 ? 'No findings.' : `${findings.length} findings: ${countBySeverity(findings)}.`,
  ];
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  const files = [...byPath].map(([path, own]) => [`## ${path}`, ...own.map(section)].join('\n\n'));
  return `${[...head, ...files].join('\n\n')}\n`;
}

function section(finding: Finding): string {
  const { startLine, endLine, severity, category, title, why, evidence, suggestion, agent, status } = finding;
  const lines = endLine > startLine ? `lines ${startLine}-${endLine}` : `line ${startLine}`;
  const state = status === 'open' ? '' : `, ${status}`;
  return [
    `### ${title}`,
    `${severity}, ${category}, ${lines}, by ${agent}${state}${isOpinion(finding) ? ' (an opinion: no code was quoted)' : ''}`,
    ...(why === '' ? [] : [why]),
    ...(evidence === '' ? [] : [fenced(evidence)]),
    ...(suggestion ? [`Replace\n\n${fenced(suggestion.oldText)}\n\nwith\n\n${fenced(suggestion.newText)}`] : []),
  ].join('\n\n');
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.replace(/\n$/, '')}\n${fence}`;
}
