// Context keys for menus and the walkthrough: which run commands can work now, and what the team has done already.
import * as vscode from 'vscode';
import type { RunSummary } from '../../api';
import type { Disposable } from '../../core/disposable';
import { isActiveState } from './activeState';
import type { RunsSource } from './runsSource';

/** Steps of the walkthrough, each done once a run of its kind has come to something. */
const DONE_KEYS: Partial<Record<RunSummary['kind'], string>> = {
  ask: 'agentTeam.hasAsked',
  review: 'agentTeam.hasReviewed',
  goal: 'agentTeam.hasReachedGoal',
};

/** Sets the keys now and at each change; disposing stops following. */
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
    for (const { kind, status } of all) {
      const key = DONE_KEYS[kind];
      if (key !== undefined && (status === 'completed' || status === 'partial')) set(key, true);
    }
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
