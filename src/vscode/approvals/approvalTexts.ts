// The sentences of a question: who wants what, on what, and why it is asked.
import * as vscode from 'vscode';
import type { Grant } from '../../core/policy/grants';
import type { Need } from '../../core/policy/policy';
import type { ApprovalSubject, ApprovalTexts } from '../../core/policy/policyGate';
import type { ToolIntent } from '../../core/tools/tool';

const MAX_LINE = 120;

export interface ApprovalTextsOptions {
  /** The workspace path of a folder's uri; `.` for the only folder. */
  pathOf: (uri: string) => string;
}

export function createApprovalTexts({ pathOf }: ApprovalTextsOptions): ApprovalTexts {
  return {
    title: (subject) => titleOf(subject, pathOf),
    detail: (subject) => detailOf(subject, pathOf),
    covers: ({ needs }) => needs.map(({ grant }) => grantText(grant)),
  };
}

/** A grant as it is listed. */
export function grantText(grant: Grant): string {
  switch (grant.kind) {
    case 'command':
      return grant.cwd === '.' ? grant.text : vscode.l10n.t('{0} (in {1})', grant.text, grant.cwd);
    case 'write':
      return vscode.l10n.t('Edits of {0}', grant.path);
    case 'tool':
      return vscode.l10n.t('The tool {0}', grant.tool);
    case 'reactions':
      return vscode.l10n.t('Agents that work by themselves when something happens');
  }
}

function titleOf({ agent, tool, intents }: ApprovalSubject, pathOf: (uri: string) => string): string {
  const [first] = intents;
  if (!first) return vscode.l10n.t('{0} wants to use {1}', agent, tool);
  if (first.kind === 'command') {
    const command = oneLine(first.command);
    const folder = pathOf(first.cwd);
    const question =
      folder === '.'
        ? vscode.l10n.t('{0} wants to run `{1}`', agent, command)
        : vscode.l10n.t('{0} wants to run `{1}` in {2}/', agent, command, folder);
    return withPendingEdits(question, first.pendingEdits ?? 0);
  }
  const files = oneLine(intents.flatMap((intent) => (intent.kind === 'write' ? [intent.path] : [])).join(', '));
  switch (first.action) {
    case 'create':
      return vscode.l10n.t('{0} wants to create {1}', agent, files);
    case 'modify':
      return vscode.l10n.t('{0} wants to edit {1}', agent, files);
    case 'delete':
      return vscode.l10n.t('{0} wants to delete {1}', agent, files);
    case 'rename':
      return vscode.l10n.t('{0} wants to rename {1}', agent, files);
  }
}

/** What is tested or built is not what is on disk: whoever decides must know. */
function withPendingEdits(question: string, count: number): string {
  if (count === 0) return question;
  return count === 1
    ? vscode.l10n.t('{0} (1 pending edit applied)', question)
    : vscode.l10n.t('{0} ({1} pending edits applied)', question, count);
}

function detailOf(subject: ApprovalSubject, pathOf: (uri: string) => string): string {
  const { intents, needs, preview, callTitle } = subject;
  const what = intents.length === 0 ? [callTitle] : intents.map((intent) => intentLine(intent, pathOf));
  const why = needs.map(({ subject: part, reason }) => `${oneLine(part)}: ${reasonText(reason)}`);
  return [what.join('\n'), ...(preview === '' ? [] : [preview]), vscode.l10n.t('It asks because:'), ...why].join('\n');
}

/** Every character of a command is shown: what is hidden can't be agreed to. */
function intentLine(intent: ToolIntent, pathOf: (uri: string) => string): string {
  if (intent.kind === 'write') return `${actionText(intent.action)} ${intent.path}`;
  const folder = pathOf(intent.cwd);
  const prompt = folder === '.' ? '$' : `${folder} $`;
  return `${prompt} ${visible(intent.command)}`;
}

function actionText(action: Extract<ToolIntent, { kind: 'write' }>['action']): string {
  switch (action) {
    case 'create':
      return vscode.l10n.t('Create');
    case 'modify':
      return vscode.l10n.t('Edit');
    case 'delete':
      return vscode.l10n.t('Delete');
    case 'rename':
      return vscode.l10n.t('Rename');
  }
}

function reasonText(reason: Need['reason']): string {
  switch (reason) {
    case 'not_allowed':
      return vscode.l10n.t('not among the allowed commands');
    case 'unreadable':
      return vscode.l10n.t('this line can’t be taken apart');
    case 'opaque':
      return vscode.l10n.t('what it runs can’t be told from the line');
    case 'variable':
      return vscode.l10n.t('sets a variable that can change what runs');
    case 'redirection':
      return vscode.l10n.t('writes to a file');
    case 'outside':
      return vscode.l10n.t('reaches outside the workspace');
    case 'secret':
      return vscode.l10n.t('shows a file that holds secrets');
    case 'protected':
      return vscode.l10n.t('a protected file');
    case 'unknown_shell':
      return vscode.l10n.t('commands of this shell are not taken apart');
    case 'unknown_tool':
      return vscode.l10n.t('a tool of another extension');
  }
}

function oneLine(text: string): string {
  const line = visible(text.trim()).replaceAll('\n', ' ⏎ ');
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}

/** Characters that would change how the rest is shown, or show nothing, as their numbers. */
function visible(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}
