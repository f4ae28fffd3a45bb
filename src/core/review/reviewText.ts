// The words of a finished review, as markdown: a headline, what the reviewers sum up, each finding with its place, what was left out.
import type { Finding } from '../../api';
import { countBySeverity } from '../analysis/findingSet';
import { isOpinion } from './anchorFinding';

/** Findings told in full; the others get one line each. */
const MAX_DETAILED = 12;

export interface ReviewWords {
  findings: readonly Finding[];
  summaries: readonly string[];
  files: number;
  /** Full sentences. */
  notes: readonly string[];
}

/** The answer of a review run. */
export function reviewText({ findings, summaries, files, notes }: ReviewWords): string {
  const scope = files === 1 ? '1 file' : `${files} files`;
  const headline =
    findings.length === 0
      ? `**No findings** in ${scope}.`
      : `**${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}** in ${scope} (${countBySeverity(findings)}).`;
  const detailed = findings
    .slice(0, MAX_DETAILED)
    .map((finding, index) => `${index + 1}. ${findingLine(finding)}${whyOf(finding)}`);
  const listed = findings.slice(MAX_DETAILED).map((finding) => `- ${findingLine(finding)}`);
  const told = notes.map((note) => `- ${note}`);
  return [
    headline,
    ...summaries,
    detailed.join('\n'),
    listed.join('\n'),
    ...(told.length > 0 ? [`Left out or limited:\n\n${told.join('\n')}`] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function findingLine(finding: Finding): string {
  const { path, startLine, endLine, severity, title } = finding;
  const place = endLine > startLine ? `${path}:${startLine}-${endLine}` : `${path}:${startLine}`;
  return `**${severity}** \`${place}\` ${title}${isOpinion(finding) ? ' (an opinion: no code was quoted)' : ''}`;
}

function whyOf({ why }: Finding): string {
  return why === '' ? '' : `  \n   ${why.replace(/\s*\n\s*/g, ' ').trim()}`;
}
