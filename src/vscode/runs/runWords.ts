// Words of the runs tree and the status bar.
import * as vscode from 'vscode';
import type { Finding, RunKind, RunState, TaskState } from '../../api';
import type { ChangeWords } from './changeRows';
import type { FindingWords } from './findingRows';
import type { TreeWords } from './rowsBelow';
import type { RunWords } from './runRows';

export function treeWords(): TreeWords {
  return { run: runWords(), change: changeWords(), finding: findingWords() };
}

/** States of runs and tasks, as the tree, the chat and the report call them. */
export function stateWords(): Record<RunState | TaskState, string> {
  return {
    pending: vscode.l10n.t('queued'),
    blocked: vscode.l10n.t('waits'),
    running: vscode.l10n.t('running'),
    retrying: vscode.l10n.t('tries again'),
    paused: vscode.l10n.t('paused'),
    'waiting-approval': vscode.l10n.t('waits for approval'),
    completed: vscode.l10n.t('done'),
    partial: vscode.l10n.t('incomplete'),
    failed: vscode.l10n.t('failed'),
    skipped: vscode.l10n.t('skipped'),
    cancelled: vscode.l10n.t('stopped'),
    interrupted: vscode.l10n.t('interrupted'),
  };
}

/** `model.rate_limited` in a word or two. */
export function failureWords(reason: string): string {
  return reason.startsWith('model.') ? modelFailureWords(reason) : workFailureWords(reason);
}

function modelFailureWords(reason: string): string {
  switch (reason) {
    case 'model.rate_limited':
      return vscode.l10n.t('rate limited');
    case 'model.timeout':
      return vscode.l10n.t('took too long');
    case 'model.unauthorized':
      return vscode.l10n.t('key not accepted');
    case 'model.quota_exceeded':
      return vscode.l10n.t('quota used up');
    case 'model.not_found':
      return vscode.l10n.t('model not found');
    case 'model.unavailable':
      return vscode.l10n.t('not reachable');
    case 'model.broken_stream':
    case 'model.empty':
      return vscode.l10n.t('answer broke off');
    case 'model.context_too_long':
      return vscode.l10n.t('request too long');
    case 'model.refused':
    case 'model.bad_request':
      return vscode.l10n.t('request rejected');
    case 'model.breaker_open':
      return vscode.l10n.t('rests after failures');
    default:
      return wordsIn(reason);
  }
}

function workFailureWords(reason: string): string {
  switch (reason) {
    case 'task.timeout':
    case 'agent.timeout':
      return vscode.l10n.t('took too long');
    case 'budget.exceeded':
      return vscode.l10n.t('budget used up');
    case 'budget.unpriced':
      return vscode.l10n.t('price unknown');
    case 'agent.no_progress':
      return vscode.l10n.t('no progress');
    case 'agent.max_turns':
    case 'agent.max_tokens':
      return vscode.l10n.t('limit reached');
    case 'agent.paused':
      return vscode.l10n.t('agent paused');
    case 'agent.disabled':
      return vscode.l10n.t('agent switched off');
    case 'breaker.open':
    case 'agent.breaker_open':
      return vscode.l10n.t('rests after failures');
    case 'plan.invalid':
      return vscode.l10n.t('no valid plan');
    case 'goal.nothing_completed':
      return vscode.l10n.t('no task completed');
    default:
      return wordsIn(reason);
  }
}

/** Reasons that hardly anybody sees are words already, in English. */
function wordsIn(reason: string): string {
  return (reason.split('.').at(-1) ?? reason).replaceAll('_', ' ');
}

export function runWords(): RunWords {
  const states = stateWords();
  const kinds: Record<RunKind, string> = {
    ask: '',
    goal: vscode.l10n.t('goal'),
    review: vscode.l10n.t('review'),
    reaction: vscode.l10n.t('reaction'),
  };
  return {
    state: (state) => states[state],
    kind: (kind) => kinds[kind],
    progress: (done, all) => vscode.l10n.t('{0} of {1}', done, all),
    elsewhere: vscode.l10n.t('in another window'),
    tokens: (formatted) => vscode.l10n.t('{0} tokens', formatted),
    costUnknown: vscode.l10n.t('unknown'),
    handsOverTo: (agent) => vscode.l10n.t('Hands over to {0}', agent),
    routedTo: (agent) => vscode.l10n.t('Routed to {0}', agent),
    refused: vscode.l10n.t('refused'),
    failed: (reason) => vscode.l10n.t('failed: {0}', failureWords(reason)),
    triesAgain: (reason) => vscode.l10n.t('tries again: {0}', failureWords(reason)),
    findings: (count) => (count === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', count)),
    running: states.running,
    plan: vscode.l10n.t('Plan'),
    synthesis: vscode.l10n.t('Synthesis'),
    planRejected: (count) =>
      count === 1 ? vscode.l10n.t('corrected once') : vscode.l10n.t('corrected {0} times', count),
    planRevised: (count) => (count === 1 ? vscode.l10n.t('revised once') : vscode.l10n.t('revised {0} times', count)),
    attempt: (number) => vscode.l10n.t('attempt {0}', number),
    attempts: (count) => vscode.l10n.t('{0} attempts', count),
    waitsFor,
    queued: states.pending,
    skippedBecause: (title, state) => vscode.l10n.t('skipped: {0} {1}', title, states[state]),
  };
}

function waitsFor([first, ...others]: readonly string[]): string {
  if (first === undefined) return vscode.l10n.t('waits');
  if (others.length === 0) return vscode.l10n.t('waits for {0}', first);
  return vscode.l10n.t('waits for {0} and {1} more', first, others.length);
}

export function findingWords(): FindingWords {
  const severities: Record<Finding['severity'], string> = {
    blocker: vscode.l10n.t('blocker'),
    major: vscode.l10n.t('major'),
    minor: vscode.l10n.t('minor'),
    nit: vscode.l10n.t('nit'),
  };
  return {
    findings: (count) => vscode.l10n.t('Findings ({0})', count),
    severity: (severity) => severities[severity],
    more: (count) => vscode.l10n.t('{0} more', count),
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
    change: vscode.l10n.t({ message: 'Change', comment: ['one change, not to change'] }),
    task: vscode.l10n.t('Task'),
    waitsFor: vscode.l10n.t('Waits for'),
    needs: vscode.l10n.t('Needs the results of'),
    doing: vscode.l10n.t('At the moment'),
    attempts: vscode.l10n.t('Attempts'),
    result: vscode.l10n.t('Result'),
    why: vscode.l10n.t('Why'),
    evidence: vscode.l10n.t('Evidence'),
  };
}
