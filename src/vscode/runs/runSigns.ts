// What the window says of runs outside of any view: the status bar while they work, a notification when a long one has ended.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { tellOfEnd } from './endNotices';
import { RunNotifications } from './runNotifications';
import type { RunsSource } from './runsSource';
import { RunStatusItem } from './runStatusItem';

export interface RunSignsOptions {
  runs: RunsSource;
  clock: Clock;
  /** True while a person has the run before their eyes. */
  isWatched: (runId: string) => boolean;
}

export function showRunSigns({ runs, clock, isWatched }: RunSignsOptions): vscode.Disposable {
  return vscode.Disposable.from(
    new RunStatusItem(runs, clock),
    new RunNotifications({ runs, clock, isWatched, tell: tellOfEnd }),
  );
}
