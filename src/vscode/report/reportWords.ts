// Words of the report, on its page and as Markdown.
import * as vscode from 'vscode';
import type { NoticeStep } from '../../core/runs/runView';
import { formatCost, formatDuration, formatTokens } from '../../protocol/measures';
import { REPORT_STRINGS } from '../../protocol/report/reportStrings';
import { failureText } from '../failureText';
import { taskNote } from '../runs/goalRows';
import { changeWords, failureWords, findingWords, runWords } from '../runs/runWords';
import { translated } from '../webviews/translated';
import type { ReportPageWords } from './reportPage';

/** The page's texts in the display language. */
export function reportStrings(): Record<string, string> {
  return translated(REPORT_STRINGS);
}

/** `notice` says what the chat says of the same step. */
export function reportWords(notice: (step: NoticeStep) => string | undefined): ReportPageWords {
  const run = runWords();
  const change = changeWords();
  const finding = findingWords();
  return {
    state: (state) => run.state(state),
    failure: failureWords,
    error: failureText,
    duration: formatDuration,
    tokens: (count) => run.tokens(formatTokens(count)),
    cost: formatCost,
    costUnknown: run.costUnknown,
    moment: (iso) => new Date(iso).toLocaleString(vscode.env.language),
    heading: headings(),
    change: (kind) => change.kind(kind),
    changeStatus: (status) => change.status(status),
    severity: (severity) => finding.severity(severity),
    notice,
    progress: (done, all) => vscode.l10n.t('{0} of {1} tasks', done, all),
    attempts: (count) => run.attempts(count),
    plan: run.plan,
    synthesis: run.synthesis,
    note: (task, byId) => taskNote(task, byId, run),
    rest: (duration) => vscode.l10n.t('nothing worked for {0}', duration),
  };
}

function headings(): ReportPageWords['heading'] {
  return {
    answer: vscode.l10n.t('Answer'),
    plan: vscode.l10n.t('Plan'),
    results: vscode.l10n.t('Results'),
    changes: vscode.l10n.t('Changes'),
    findings: vscode.l10n.t('Findings'),
    verdicts: vscode.l10n.t('Settled disagreements'),
    notices: vscode.l10n.t('What went other than planned'),
    costs: vscode.l10n.t('Costs'),
    total: vscode.l10n.t('Total'),
    run: vscode.l10n.t('Run'),
    trace: vscode.l10n.t('Trace'),
    task: vscode.l10n.t('Task'),
    agent: vscode.l10n.t('Agent'),
    state: vscode.l10n.t('State'),
    time: vscode.l10n.t('Time'),
    needs: vscode.l10n.t('Needs'),
    attempts: vscode.l10n.t('Attempts'),
    file: vscode.l10n.t('File'),
    lines: vscode.l10n.t('Lines'),
    model: vscode.l10n.t('Model'),
    calls: vscode.l10n.t('Calls'),
    input: vscode.l10n.t('Tokens in'),
    output: vscode.l10n.t('Tokens out'),
    cost: vscode.l10n.t('Cost'),
    kind: vscode.l10n.t('Kind'),
    place: vscode.l10n.t('Place'),
  };
}
