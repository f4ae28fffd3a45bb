// Findings of tools as short markdown for the sidebar, worst first.
import { mergeFindings } from '../../core/analysis/findingSet';
import { parseFindings } from '../../core/analysis/findingText';
import type { FindingDraft } from '../../core/analysis/rule';
import type { Say } from '../../core/say';
import { andMore, paragraphs, resultsOf, type Situation } from './policy';
import type { Place } from './places';
import { readProblems } from './toolText';

const MAX_DETAILED = 8;
const MAX_LISTED = 20;

/** All findings that the tools gave, diagnostics included, each cause once. */
export function findingsOf(situation: Pick<Situation, 'outcomes'>): FindingDraft[] {
  const analysed = ['security_scan', 'static_analysis'].flatMap((name) =>
    resultsOf(situation, name).flatMap(({ text }) => parseFindings(text)),
  );
  const problems = resultsOf(situation, 'get_diagnostics').flatMap(({ text }) => readProblems(text));
  const known = new Set(analysed.map(({ path, startLine, title }) => `${path}:${startLine} ${title}`));
  const others = problems
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ path, line, severity, message }): FindingDraft => {
      const title = message.replace(/ \([^()]*\)$/, '');
      return {
        path,
        startLine: line,
        endLine: line,
        severity: severity === 'error' ? 'major' : 'minor',
        category: 'bug',
        title,
        why: '',
        evidence: '',
        confidence: 0.9,
      };
    })
    .filter(({ path, startLine, title }) => !known.has(`${path}:${startLine} ${title}`));
  return mergeFindings(analysed, others);
}

/** Splits findings into those on the lines that were asked about and the rest. */
export function inPlaces(
  findings: readonly FindingDraft[],
  places: readonly Place[],
): { inside: FindingDraft[]; outside: FindingDraft[] } {
  const ranged = places.filter((place) => place.startLine !== undefined);
  const isInside = (finding: FindingDraft) =>
    ranged.length === 0 ||
    ranged.some(
      ({ path, startLine = 0, endLine = 0 }) =>
        samePath(path, finding.path) && finding.startLine <= endLine && finding.endLine >= startLine,
    );
  return { inside: findings.filter(isInside), outside: findings.filter((finding) => !isInside(finding)) };
}

/** The report: a headline, then each finding with its place, why, and a replacement where one is sure. */
export function reportFindings(findings: readonly FindingDraft[], say: Say): string {
  const [only] = new Set(findings.map(({ path }) => path));
  const isOneFile = findings.every(({ path }) => path === only);
  const found = countOf(findings.length, isOneFile ? only : undefined, say);
  const headline = `**${found}** (${countsOf(findings, say)})`;
  const detailed = findings.slice(0, MAX_DETAILED).map((finding, index) => detail(finding, index + 1, say));
  const listed = findings.slice(MAX_DETAILED, MAX_DETAILED + MAX_LISTED).map((finding) => brief(finding, say));
  const rest = findings.length - detailed.length - listed.length;
  const more = [...listed, ...(rest > 0 ? [`- ${andMore(say, rest)}`] : [])].join('\n');
  return paragraphs(headline, detailed.join('\n').trimEnd(), more === '' ? undefined : `${say('Also:')}\n${more}`);
}

function countOf(count: number, path: string | undefined, say: Say): string {
  if (path === undefined) return count === 1 ? say('1 finding') : say('{0} findings', count);
  return count === 1 ? say('1 finding in {0}', `\`${path}\``) : say('{0} findings in {1}', count, `\`${path}\``);
}

function countsOf(findings: readonly FindingDraft[], say: Say): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  }));
  const shown = counts.filter(({ count }) => count > 0);
  return shown.map(({ severity, count }) => severityCount(severity, count, say)).join(', ');
}

const SEVERITIES = ['blocker', 'major', 'minor', 'nit'] as const;

function severityWord(severity: FindingDraft['severity'], say: Say): string {
  return { blocker: say('blocker'), major: say('major'), minor: say('minor'), nit: say('nit') }[severity];
}

function severityCount(severity: FindingDraft['severity'], count: number, say: Say): string {
  switch (severity) {
    case 'blocker':
      return count === 1 ? say('1 blocker') : say('{0} blockers', count);
    case 'major':
      return say('{0} major', count);
    case 'minor':
      return say('{0} minor', count);
    case 'nit':
      return count === 1 ? say('1 nit') : say('{0} nits', count);
  }
}

function categoryWord(category: FindingDraft['category'], say: Say): string {
  const words = {
    bug: say('bug'),
    security: say('security'),
    performance: say('performance'),
    tests: say('tests'),
    style: say('style'),
    docs: say('docs'),
  };
  return words[category];
}

/** One line: place, severity, title. */
export function brief(finding: FindingDraft, say: Say): string {
  return `- \`${placeOf(finding)}\` ${severityWord(finding.severity, say)}: ${finding.title}`;
}

export function placeOf({ path, startLine, endLine }: FindingDraft): string {
  return endLine > startLine ? `${path}:${startLine}-${endLine}` : `${path}:${startLine}`;
}

function detail(finding: FindingDraft, number: number, say: Say): string {
  const { severity, category, title, why, evidence, confidence, suggestion } = finding;
  const doubt = confidence < 0.7 ? ` ${say('Only a suspicion: check it.')}` : '';
  const head = `${number}. **${severityWord(severity, say)}** (${categoryWord(category, say)}) \`${placeOf(finding)}\`: ${title}${/[.!?]$/.test(title) ? '' : '.'}`;
  const body = [why + doubt, evidence === '' ? '' : `\`${evidence.replaceAll('`', "'")}\``].filter(
    (line) => line.trim() !== '',
  );
  return [head, ...body.map((line) => `   ${line}  `), ...(suggestion ? diff(suggestion, '   ') : [])].join('\n');
}

/** A replacement as a diff block. */
export function diff({ oldText, newText }: { oldText: string; newText: string }, indent = ''): string[] {
  const removed = oldText.split(/\r?\n/).map((line) => `-${line}`);
  const added = newText.split(/\r?\n/).map((line) => `+${line}`);
  return ['', '```diff', ...removed, ...added, '```', ''].map((line) => (line === '' ? line : indent + line));
}

function samePath(named: string, actual: string): boolean {
  return actual === named || actual.endsWith(`/${named}`);
}
