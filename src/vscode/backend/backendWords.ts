// What a person reads about the connection to the team.
import * as vscode from 'vscode';
import { isBrokerFailure, type BrokerFailure } from '../../core/events/eventBroker';
import type { Failure } from '../../core/failure';
import { REDIS_KEY } from './keyNames';

/** A sentence: what is wrong. */
export function problemText(problem: Failure): string {
  return isBrokerFailure(problem) ? sentence(problem) : problem.message;
}

function sentence({ reason, where, detail }: BrokerFailure): string {
  switch (reason) {
    case 'broker.refused':
      return vscode.l10n.t('{0} refuses access: {1}.', where, detail);
    case 'broker.untrusted':
      return vscode.l10n.t('The certificate of {0} is not trusted on this machine ({1}).', where, detail);
    case 'broker.unusable':
      return vscode.l10n.t('{0} can not be used as a team’s server: {1}.', where, detail);
    case 'broker.unreachable':
      return vscode.l10n.t('{0} can not be reached: {1}.', where, detail);
  }
}

/** A sentence: what to do, with links in markdown. */
export function remedyText({ reason }: Failure): string {
  const settings = link(vscode.l10n.t('settings'), 'workbench.action.openSettings', 'agentTeam.events');
  switch (reason) {
    case 'broker.refused':
      return vscode.l10n.t(
        '{0}, or name another user or server in the {1}.',
        link(vscode.l10n.t('Set the password'), 'agentTeam.setApiKey', { target: REDIS_KEY }),
        settings,
      );
    case 'broker.untrusted':
      return vscode.l10n.t(
        'Add the authority that signed it to the certificates that your system trusts, and reload the window. The name in the {0} must be one that the certificate names.',
        settings,
      );
    case 'broker.unreachable':
      return vscode.l10n.t(
        'It is tried again by itself. See that the server runs and that the {0} name it: with rediss:// where it speaks TLS, with redis:// where it does not.',
        settings,
      );
    default:
      return vscode.l10n.t('See the {0}: the address must be that of a Redis 6.2 or later.', settings);
  }
}

/** What a lost connection means. */
export function waitingText(unsent: number): string {
  const waiting =
    unsent === 0
      ? vscode.l10n.t('No events wait to be sent.')
      : unsent === 1
        ? vscode.l10n.t('1 event waits to be sent.')
        : vscode.l10n.t('{0} events wait to be sent.', unsent);
  return `${waiting} ${vscode.l10n.t('Everything else works as always.')}`;
}

function link(text: string, command: string, argument: unknown): string {
  return `[${text}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
