// Context keys for menus: which run commands can work now.
import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import { isActiveState } from './activeState';
import type { RunsSource } from './runsSource';

/** Sets `agentTeam.hasRuns`, `agentTeam.hasActiveRun` and `agentTeam.hasApprovals` now and at each change; disposing stops following. */
export function setRunContextKeys(runs: RunsSource): Disposable {
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  let seen: ReturnType<RunsSource['list']> | undefined;
  const update = () => {
    const all = runs.list();
    // Most events change no run's state.
    if (all === seen) return;
    seen = all;
    const active = all.some(({ status }) => isActiveState(status));
    set('agentTeam.hasActiveRun', active);
    set('agentTeam.hasRuns', all.length > 0);
    set(
      'agentTeam.hasApprovals',
      all.some(({ status }) => status === 'waiting-approval'),
    );
  };
  update();
  return runs.onDidChange(update);
}
