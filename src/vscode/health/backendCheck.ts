// What the health page says about the backend of events.
import * as vscode from 'vscode';
import type { BackendHealth } from '../../core/events/backendHealth';
import type { HealthCheck, HealthResult } from './health';
import { problemText, remedyText, waitingText } from '../backend/backendWords';

type TeamHealth = Extract<BackendHealth, { backend: 'redis' }>;

/** Looks at the connection that there is; none is opened. */
export function backendCheck(health: () => BackendHealth): HealthCheck {
  return { title: vscode.l10n.t('Events and team'), run: () => Promise.resolve(resultOf(health())) };
}

function resultOf(health: BackendHealth): HealthResult {
  if (health.backend === 'embedded') {
    return { state: 'ok', found: vscode.l10n.t('Events stay on this machine; nothing is shared with other windows.') };
  }
  return health.state === 'connected' ? connected(health) : disconnected(health);
}

function connected(health: TeamHealth): HealthResult {
  const { place, windows, sent, received, unsent } = health;
  const found = [
    vscode.l10n.t('Connected to {0}.', place),
    ...(windows === undefined ? [] : [windowsText(windows)]),
    vscode.l10n.t('{0} events sent, {1} waiting, {2} received.', sent, unsent, received),
    ...faults(health),
  ];
  return { state: health.lost + health.missed + health.malformed > 0 ? 'warning' : 'ok', found: found.join(' ') };
}

function windowsText(windows: number): string {
  return windows === 1
    ? vscode.l10n.t('No other window is there.')
    : vscode.l10n.t('{0} windows share it, this one included.', windows);
}

/** What never arrived, on either side. */
function faults({ lost, missed, malformed }: TeamHealth): string[] {
  return [
    ...(lost === 0 ? [] : [vscode.l10n.t('{0} were too old to be sent when the connection came.', lost)]),
    ...(missed === 0 ? [] : [vscode.l10n.t('{0} of other windows never came.', missed)]),
    ...(malformed === 0
      ? []
      : [vscode.l10n.t('{0} could not be read: another version may have sent them.', malformed)]),
  ];
}

function disconnected({ place, problem, since, unsent }: TeamHealth): HealthResult {
  if (!problem) {
    return { state: 'warning', found: `${vscode.l10n.t('Connecting to {0}.', place)} ${waitingText(unsent)}` };
  }
  const time = new Date(since).toLocaleTimeString(vscode.env.language);
  return {
    state: problem.retryable ? 'warning' : 'error',
    found: `${problemText(problem)} ${vscode.l10n.t('Last tried at {0}.', time)} ${waitingText(unsent)}`,
    remedy: remedyText(problem),
  };
}
