// Checks of what leaves this window: the connection to the team, and the export of traces.
import * as vscode from 'vscode';
import type { BackendHealth } from '../../core/events/backendHealth';
import { backendCheck } from './backendCheck';
import type { HealthCheck, HealthResult } from './health';

export interface ConnectionChecksOptions {
  backend: () => BackendHealth;
  /** Undefined while nothing is exported. */
  traceExport: () => Promise<{ sent: number; waiting: number; dropped: number; problem?: string } | undefined>;
}

export function connectionChecks({ backend, traceExport }: ConnectionChecksOptions): HealthCheck[] {
  return [
    backendCheck(backend),
    { title: vscode.l10n.t('Trace export'), run: async () => checkExport(await traceExport()) },
  ];
}

const settingsLink = (query: string) =>
  `[${vscode.l10n.t('Open settings')}](command:workbench.action.openSettings?${encodeURIComponent(JSON.stringify(query))})`;

function checkExport(health: Awaited<ReturnType<ConnectionChecksOptions['traceExport']>>): HealthResult {
  if (!health) return { state: 'ok', found: vscode.l10n.t('Traces are not exported.') };
  const { sent, waiting, dropped, problem } = health;
  const counts = vscode.l10n.t('Spans sent: {0}, waiting: {1}, dropped: {2}.', sent, waiting, dropped);
  if (problem === undefined) return { state: 'ok', found: counts };
  return { state: 'warning', found: `${problem} ${counts}`, remedy: settingsLink('agentTeam.trace.otlp') };
}
