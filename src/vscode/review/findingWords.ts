// The words of a finding in its comment: title line, why, evidence, what to do.
import * as vscode from 'vscode';
import type { Finding } from '../../api';
import { isOpinion } from '../../core/review/anchorFinding';
import { diffOf, fenced } from '../../core/review/findingReports';
import { asParagraphs, asText } from '../markdownText';

/** In the head of a comment. */
export function severityLabel(severity: Finding['severity']): string {
  switch (severity) {
    case 'blocker':
      return vscode.l10n.t('Blocker');
    case 'major':
      return vscode.l10n.t('Major');
    case 'minor':
      return vscode.l10n.t('Minor');
    case 'nit':
      return vscode.l10n.t('Nit');
  }
}

/** What it is about, beside the severity. */
export function categoryLabel(category: Finding['category']): string {
  switch (category) {
    case 'bug':
      return vscode.l10n.t('bug');
    case 'security':
      return vscode.l10n.t('security');
    case 'performance':
      return vscode.l10n.t('performance');
    case 'tests':
      return vscode.l10n.t('tests');
    case 'style':
      return vscode.l10n.t('style');
    case 'docs':
      return vscode.l10n.t('docs');
  }
}

/** Title, why, evidence, what to do. Texts of models stay texts: nothing in them becomes a link to a command or a picture. */
export function findingBody(finding: Finding): vscode.MarkdownString {
  const body = new vscode.MarkdownString(`**${asText(finding.title)}**\n\n`);
  if (finding.why !== '') body.appendMarkdown(`${asParagraphs(finding.why)}\n\n`);
  if (isOpinion(finding)) body.appendMarkdown(`_${vscode.l10n.t('An opinion: no code was quoted for it.')}_\n\n`);
  else if (!standsRightAbove(finding)) body.appendCodeblock(finding.evidence, languageOf(finding.path));
  if (finding.suggestion) body.appendCodeblock(diffOf(finding.suggestion), 'diff');
  return body;
}

/** Several small things in one comment; each line leads to its place in `uri`. */
export function nitsBody(findings: readonly Finding[], uri: vscode.Uri): vscode.MarkdownString {
  const items = findings.map(({ startLine, title, why, suggestion }) => {
    const place = uri.with({ fragment: `L${startLine}` }).toString();
    const words = asText(why === '' ? title : `${title.replace(/[.\s]+$/, '')}. ${why}`);
    const item = `- [${vscode.l10n.t('Line {0}', startLine)}](${place}): ${words}\n`;
    return suggestion ? `${item}\n${indented(fenced(diffOf(suggestion), 'diff'))}\n` : item;
  });
  return new vscode.MarkdownString(`**${countOf('nit', findings.length)}**\n\n${items.join('')}`);
}

/** The comment stands below the last line of its range: a quote of that line alone would repeat it. */
function standsRightAbove({ startLine, endLine, evidence }: Finding): boolean {
  return startLine === endLine && !evidence.trim().includes('\n');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** `6 findings (1 blocker, 2 major, 3 nits)` */
export function countWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return vscode.l10n.t('no findings');
  const counts = (['blocker', 'major', 'minor', 'nit'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [countOf(severity, count)];
  });
  const all = findings.length === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', findings.length);
  return `${all} (${counts.join(', ')})`;
}

function countOf(severity: Finding['severity'], count: number): string {
  switch (severity) {
    case 'blocker':
      return count === 1 ? vscode.l10n.t('1 blocker') : vscode.l10n.t('{0} blockers', count);
    case 'major':
      return vscode.l10n.t('{0} major', count);
    case 'minor':
      return vscode.l10n.t('{0} minor', count);
    case 'nit':
      return count === 1 ? vscode.l10n.t('1 nit') : vscode.l10n.t('{0} nits', count);
  }
}

function languageOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1] ?? '';
}
