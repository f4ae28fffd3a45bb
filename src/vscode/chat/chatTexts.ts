// Sentences of the chat for people: core gives reasons and data, this file the words.
import * as vscode from 'vscode';
import type { Failure } from '../../api';
import { once } from '../../core/once';
import type { ModelStep, NoticeStep } from '../../core/runs/runView';
import { CHAT_STRINGS } from '../../protocol/chat/chatStrings';
import type { TurnHead } from '../../protocol/chat/chatTurn';
import { formatDuration } from '../../protocol/measures';
import { taskNote } from '../runs/goalRows';
import { runWords } from '../runs/runWords';
import { translated } from '../webviews/translated';
import { failureText } from '../failureText';
import type { TurnTexts } from './stepItems';

type TurnError = NonNullable<TurnHead['error']>;

/** The page's texts in the display language. */
export function chatStrings(): Record<string, string> {
  return translated(CHAT_STRINGS);
}

const words = once(runWords);

export const turnTexts: TurnTexts = {
  taskNote: (task, byId) => taskNote(task, byId, words()),
  notice: noticeText,
  error: (failure) => ({ reason: failure.reason, message: failureText(failure), ...remedyOf(failure) }),
  contextLabel: (item, index) => {
    if (item.label !== undefined) return item.label;
    if (item.uri !== undefined) return item.uri.split('/').at(-1) ?? item.uri;
    return vscode.l10n.t('Context {0}', index + 1);
  },
  findings: (count) => (count === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', count)),
  modelRetry: ({ model, error, delayMs }: ModelStep) => {
    const again =
      delayMs === undefined || delayMs < 1000
        ? vscode.l10n.t('Trying again.')
        : vscode.l10n.t('Trying again in {0}.', formatDuration(delayMs));
    return `${retryReason(model, error?.reason)} ${again}`;
  },
};

function retryReason(model: string, reason: string | undefined): string {
  switch (reason) {
    case 'model.rate_limited':
      return vscode.l10n.t('{0} limits the rate of requests.', model);
    case 'model.timeout':
      return vscode.l10n.t('{0} did not answer in time.', model);
    case 'model.broken_stream':
    case 'model.empty':
      return vscode.l10n.t('The answer of {0} broke off.', model);
    default:
      return vscode.l10n.t('{0} can’t be reached at the moment.', model);
  }
}

function remedyOf({ reason }: Failure): Pick<TurnError, 'remedy'> {
  if (/^model\.(unauthorized|forbidden|no_key|auth)/.test(reason)) {
    return { remedy: { label: vscode.l10n.t('Set API key'), action: 'setApiKey' } };
  }
  if (/^budget\.|^limit\./.test(reason)) {
    return { remedy: { label: vscode.l10n.t('Change limits'), action: 'openSettings' } };
  }
  if (reason.startsWith('model.') || reason.startsWith('breaker.')) {
    return { remedy: { label: vscode.l10n.t('Select model'), action: 'selectModel' } };
  }
  return {};
}

/** What a notice says; undefined for what the chat shows elsewhere or not at all. */
function noticeText({ topic, data, agent }: NoticeStep): string | undefined {
  const word = (key: string) => {
    const value = data[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  switch (topic) {
    // The line of the route says it.
    case 'route.fallback':
      return undefined;
    case 'context.condensed':
      return vscode.l10n.t('Earlier messages were condensed so that the request fits: {0} dropped.', word('dropped'));
    case 'guardrail.tripped':
      return guardrailText(word('action'), word('reason'));
    case 'budget.warned':
      return vscode.l10n.t('Nearly at the limit: {0} of {1} ({2}).', word('used'), word('limit'), word('kind'));
    case 'budget.exceeded':
      return vscode.l10n.t('Limit reached: {0} of {1} ({2}).', word('used'), word('limit'), word('kind'));
    case 'breaker.opened':
      return vscode.l10n.t(
        '{0} failed {1} times in a row and rests for {2}.',
        word('name'),
        word('failures'),
        formatDuration(Number(data['resetMs']) || 0),
      );
    case 'conflict.resolved':
      return vscode.l10n.t('Disagreement settled: {0}', word('explanation'));
    case 'edit.conflicted':
      return vscode.l10n.t('{0} was changed meanwhile: {1}', word('path'), word('reason'));
    case 'plan.rejected':
      return vscode.l10n.t('The plan had faults and is made again.');
    case 'run.resumed':
      return vscode.l10n.t('Resumed');
    default:
      return typeof data['message'] === 'string' ? `${agent ? `${agent}: ` : ''}${data['message']}` : undefined;
  }
}

function guardrailText(action: string, reason: string): string {
  if (action === 'blocked') return vscode.l10n.t('Blocked: {0}', reason);
  if (action === 'masked') return vscode.l10n.t('Masked before it was sent: {0}', reason);
  return vscode.l10n.t('Note: {0}', reason);
}
