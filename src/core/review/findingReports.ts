// The findings of a review for other programs and for people outside the editor: SARIF 2.1.0 and markdown.
import type { Finding } from '../../api';

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

/** Words of the markdown, made where the window's language is known. */
export interface FindingReportWords {
  /** How many findings there are, as a sentence. */
  summary(findings: readonly Finding[]): string;
  /** Severity, category, lines, agent and state in one line. */
  facts(finding: Finding): string;
  /** Above a suggestion. */
  change: string;
}

/** Headings by file, the worst findings first in each. */
export function toMarkdown({ title, findings }: ReviewReport, words: FindingReportWords): string {
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding]);
  const files = [...byPath].map(([path, own]) =>
    [`## ${path}`, ...own.map((finding) => section(finding, words))].join('\n\n'),
  );
  return `${[`# ${title}`, words.summary(findings), ...files].join('\n\n')}\n`;
}

function section(finding: Finding, words: FindingReportWords): string {
  const { title, why, evidence, suggestion } = finding;
  return [
    `### ${title}`,
    words.facts(finding),
    ...(why === '' ? [] : [why]),
    ...(evidence === '' ? [] : [fenced(evidence)]),
    ...(suggestion ? [`${words.change}\n\n${fenced(diffOf(suggestion), 'diff')}`] : []),
  ].join('\n\n');
}

/** A suggestion as lines that go and lines that come. */
export function diffOf({ oldText, newText }: NonNullable<Finding['suggestion']>): string {
  const lines = (text: string, mark: string) =>
    text === ''
      ? []
      : text
          .replace(/\r?\n$/, '')
          .split(/\r?\n/)
          .map((line) => mark + line);
  return [...lines(oldText, '-'), ...lines(newText, '+')].join('\n');
}

/** A fence that is longer than any in the text. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}
