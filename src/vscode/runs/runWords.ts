// Words of the runs tree and the status bar.
import * as vscode from 'vscode';
import type { RunState } from '../../api';
import type { ChangeWords } from './changeRows';
import type { RunWords } from './runRows';

export function runWords(): RunWords {
  const states: Record<RunState, string> = {
    running: vscode.l10n.t('running'),
    paused: vscode.l10n.t('paused'),
    'waiting-approval': vscode.l10n.t('waits for approval'),
    completed: vscode.l10n.t('done'),
    partial: vscode.l10n.t('incomplete'),
    failed: vscode.l10n.t('failed'),
    cancelled: vscode.l10n.t('stopped'),
    interrupted: vscode.l10n.t('interrupted'),
  };
  return {
    state: (state) => states[state],
    tokens: (formatted) => vscode.l10n.t('{0} tokens', formatted),
    costUnknown: vscode.l10n.t('unknown'),
    handsOverTo: (agent) => vscode.l10n.t('Hands over to {0}', agent),
    routedTo: (agent) => vscode.l10n.t('Routed to {0}', agent),
    refused: vscode.l10n.t('refused'),
    failed: (reason) => vscode.l10n.t('failed: {0}', reason),
    findings: (count) => (count === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', count)),
    running: vscode.l10n.t('running'),
  };
}

export function changeWords(): ChangeWords {
  const statuses: Record<string, string> = {
    proposed: vscode.l10n.t('proposed'),
    accepted: vscode.l10n.t('accepted'),
    rejected: vscode.l10n.t('rejected'),
    reverted: vscode.l10n.t('taken back'),
    conflicted: vscode.l10n.t('does not merge'),
  };
  const kinds = {
    create: vscode.l10n.t('new'),
    modify: vscode.l10n.t('changed'),
    delete: vscode.l10n.t('deleted'),
    rename: vscode.l10n.t('renamed'),
  };
  return {
    changes: (files) => (files === 1 ? vscode.l10n.t('Changes (1 file)') : vscode.l10n.t('Changes ({0} files)', files)),
    hunkAt: (line) => vscode.l10n.t('Line {0}', line),
    status: (status) => statuses[status] ?? status,
    kind: (kind) => kinds[kind],
    renamedFrom: (path) => vscode.l10n.t('was {0}', path),
  };
}

/** Names of the lines in a tooltip. */
export function detailNames(): Record<string, string> {
  return {
    request: vscode.l10n.t('Request'),
    agent: vscode.l10n.t('Agent'),
    state: vscode.l10n.t('State'),
    started: vscode.l10n.t('Started'),
    tokens: vscode.l10n.t('Tokens in / out'),
    calls: vscode.l10n.t('Model calls'),
    cost: vscode.l10n.t('Cost'),
    error: vscode.l10n.t('Error'),
    run: vscode.l10n.t('Run'),
    trace: vscode.l10n.t('Trace'),
    reason: vscode.l10n.t('Reason'),
    note: vscode.l10n.t('Note'),
    prompt: vscode.l10n.t('Prompt version'),
    files: vscode.l10n.t('Files'),
    change: vscode.l10n.t('Change'),
  };
}
