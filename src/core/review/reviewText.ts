// The words of a finished review, as markdown: a headline, what the reviewers sum up, each finding with its place, what was left out.
import type { Finding } from '../../api';
import { sayInEnglish, type Say } from '../say';
import { isOpinion } from './anchorFinding';
import { noteText, type AnswerNote } from './reviewNotes';

/** Findings told in full; the others get one line each. */
const MAX_DETAILED = 12;

export interface ReviewWords {
  findings: readonly Finding[];
  summaries: readonly string[];
  files: number;
  notes: readonly AnswerNote[];
}

/** The answer of a review run. */
export function reviewText({ findings, summaries, files, notes }: ReviewWords, say: Say = sayInEnglish): string {
  const lines = findings.map((finding) => findingLine(finding, say));
  const detailed = findings
    .slice(0, MAX_DETAILED)
    .map((finding, index) => `${index + 1}. ${lines[index]}${whyOf(finding)}`);
  const listed = lines.slice(MAX_DETAILED).map((line) => `- ${line}`);
  const told = notes.map((note) => `- ${noteText(note, say)}`);
  return [
    headline(findings, files, say),
    ...summaries,
    detailed.join('\n'),
    listed.join('\n'),
    ...(told.length > 0 ? [`${say('Left out or limited:')}\n\n${told.join('\n')}`] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function headline(findings: readonly Finding[], files: number, say: Say): string {
  const scope = files === 1 ? say('1 file') : say('{0} files', files);
  if (findings.length === 0) return say('**No findings** in {0}.', scope);
  const count = findings.length === 1 ? say('**1 finding**') : say('**{0} findings**', findings.length);
  const severities = (['blocker', 'major', 'minor', 'nit'] as const).flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity).length;
    return own === 0 ? [] : [`${own} ${severityWord(severity, own, say)}`];
  });
  return say('{0} in {1} ({2}).', count, scope, severities.join(', '));
}

function findingLine(finding: Finding, say: Say): string {
  const { path, startLine, endLine, severity, title } = finding;
  const place = endLine > startLine ? `${path}:${startLine}-${endLine}` : `${path}:${startLine}`;
  const opinion = isOpinion(finding) ? ` (${say('an opinion: no code was quoted')})` : '';
  return `**${severityWord(severity, 1, say)}** \`${place}\` ${title}${opinion}`;
}

function severityWord(severity: Finding['severity'], count: number, say: Say): string {
  switch (severity) {
    case 'blocker':
      return count === 1 ? say('blocker') : say('blockers');
    case 'major':
      return say('major');
    case 'minor':
      return say('minor');
    case 'nit':
      return count === 1 ? say('nit') : say('nits');
  }
}

function whyOf({ why }: Finding): string {
  return why === '' ? '' : `  \n   ${why.replace(/\s*\n\s*/g, ' ').trim()}`;
}
