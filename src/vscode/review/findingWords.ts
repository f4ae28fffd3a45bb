// The words of a finding in its comment: title line, why, evidence, what to do.
import * as vscode from 'vscode';
import type { Finding } from '../../api';
import { isOpinion } from '../../core/review/anchorFinding';

/** Shown as the label beside the author. */
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

/** Code and texts of models stay what they are: nothing in them becomes a link to a command or a picture. */
export function findingBody(finding: Finding): vscode.MarkdownString {
  const body = new vscode.MarkdownString(undefined, false);
  body.supportHtml = false;
  body.isTrusted = false;
  body.appendMarkdown('**');
  body.appendText(finding.title);
  body.appendMarkdown('**\n\n');
  if (finding.why !== '') {
    body.appendText(finding.why);
    body.appendMarkdown('\n\n');
  }
  if (isOpinion(finding)) body.appendMarkdown(`_${vscode.l10n.t('An opinion: no code was quoted for it.')}_\n\n`);
  else if (finding.evidence.includes('\n')) body.appendCodeblock(finding.evidence, languageOf(finding.path));
  if (finding.suggestion) body.appendCodeblock(diffOf(finding.suggestion), 'diff');
  return body;
}

/** Several small things in one comment. */
export function nitsBody(findings: readonly Finding[]): vscode.MarkdownString {
  const body = new vscode.MarkdownString(undefined, false);
  body.isTrusted = false;
  for (const { startLine, title, why } of findings) {
    body.appendMarkdown(`- ${vscode.l10n.t('Line {0}', startLine)}: `);
    body.appendText(why === '' ? title : `${title}. ${why}`);
    body.appendMarkdown('\n');
  }
  return body;
}

export function diffOf({ oldText, newText }: { oldText: string; newText: string }): string {
  const lines = (text: string, mark: string) =>
    text === ''
      ? []
      : text
          .replace(/\r?\n$/, '')
          .split(/\r?\n/)
          .map((line) => mark + line);
  return [...lines(oldText, '-'), ...lines(newText, '+')].join('\n');
}

/** `3 findings: 1 blocker, 2 minor` */
export function countWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return vscode.l10n.t('No findings');
  const counts = (['blocker', 'major', 'minor', 'nit'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severityLabel(severity).toLocaleLowerCase(vscode.env.language)}`];
  });
  const all = findings.length === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', findings.length);
  return `${all}: ${counts.join(', ')}`;
}

function languageOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1] ?? '';
}
