// Checks of what leaves this window: the connection to the team, and the export of traces.
import * as vscode from 'vscode';
import type { BackendHealth } from '../../core/events/backendHealth';
import type { HealthCheck, HealthResult } from './healthPage';

export interface ConnectionChecksOptions {
  backend: () => BackendHealth;
  /** Undefined while nothing is exported. */
  traceExport: () => Promise<{ sent: number; waiting: number; dropped: number; problem?: string } | undefined>;
}

export function connectionChecks({ backend, traceExport }: ConnectionChecksOptions): HealthCheck[] {
  return [
    { title: vscode.l10n.t('Team'), run: () => Promise.resolve(checkBackend(backend())) },
    { title: vscode.l10n.t('Trace export'), run: async () => checkExport(await traceExport()) },
  ];
}

const settingsLink = (query: string) =>
  `[${vscode.l10n.t('Open settings')}](command:workbench.action.openSettings?${encodeURIComponent(JSON.stringify(query))})`;

function checkBackend(health: BackendHealth): HealthResult {
  if (health.backend === 'embedded') {
    return { state: 'ok', found: vscode.l10n.t('Events stay in this window; nothing else is needed.') };
  }
  const { place, state, windows, problem, unsent, lost } = health;
  const kept = [
    ...(unsent > 0 ? [vscode.l10n.t('{0} events wait to be sent.', unsent)] : []),
    ...(lost > 0 ? [vscode.l10n.t('{0} events could not be kept for it.', lost)] : []),
  ];
  if (state === 'connected') {
    const found = vscode.l10n.t('Connected to {0}; windows in the team: {1}.', place, windows ?? '?');
    return { state: 'ok', found: [found, ...kept].join(' ') };
  }
  const password = `[${vscode.l10n.t('Set password')}](command:agentTeam.setApiKey?%5B%7B%22target%22%3A%22redis%22%7D%5D)`;
  return {
    state: 'warning',
    found: [problem?.message ?? vscode.l10n.t('Connecting to {0}.', place), ...kept].join(' '),
    remedy: problem?.reason === 'broker.refused' ? password : settingsLink('agentTeam.events'),
  };
}

function checkExport(health: Awaited<ReturnType<ConnectionChecksOptions['traceExport']>>): HealthResult {
  if (!health) return { state: 'ok', found: vscode.l10n.t('Traces are not exported.') };
  const { sent, waiting, dropped, problem } = health;
  const counts = vscode.l10n.t('Spans sent: {0}, waiting: {1}, dropped: {2}.', sent, waiting, dropped);
  if (problem === undefined) return { state: 'ok', found: counts };
  return { state: 'warning', found: `${problem} ${counts}`, remedy: settingsLink('agentTeam.trace.otlp') };
}
