// The words around findings in a file that people read: what the markdown export is given.
import * as vscode from 'vscode';
import type { Finding } from '../../api';
import { isOpinion } from '../../core/review/anchorFinding';
import type { FindingReportWords } from '../../core/review/findingReports';
import { categoryLabel, countWords, severityLabel } from './findingWords';

export function findingReportWords(): FindingReportWords {
  return {
    summary: (findings) => (findings.length === 0 ? vscode.l10n.t('No findings.') : `${countWords(findings)}.`),
    facts: (finding) => {
      const { severity, category, startLine, endLine, agent, status } = finding;
      const lines =
        endLine > startLine
          ? vscode.l10n.t('Lines {0} to {1}', startLine, endLine)
          : vscode.l10n.t('Line {0}', startLine);
      const facts = [severityLabel(severity), categoryLabel(category), lines, agent, stateLabel(status)];
      const opinion = isOpinion(finding) ? ` · ${vscode.l10n.t('An opinion: no code was quoted for it.')}` : '';
      return `${facts.filter(Boolean).join(' · ')}${opinion}`;
    },
    change: vscode.l10n.t('What to do:'),
  };
}

/** Nothing for one that is open. */
function stateLabel(status: Finding['status']): string {
  switch (status) {
    case 'open':
      return '';
    case 'applied':
      return vscode.l10n.t('fix applied');
    case 'dismissed':
      return vscode.l10n.t('dismissed');
    case 'resolved':
      return vscode.l10n.t('resolved');
  }
}
