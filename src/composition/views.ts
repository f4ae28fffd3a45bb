// Part of the composition root: what stands in the window from the start, over the runs that are kept.
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { RunStore } from '../core/runs/runStore';
import { ModelStatus } from '../vscode/models/modelStatus';
import { setRunContextKeys } from '../vscode/runs/runContextKeys';
import { RunsTree } from '../vscode/runs/runsTree';
import { RunStatusItem } from '../vscode/runs/runStatusItem';
import { storedRuns } from '../vscode/runs/storedRuns';
import type { TeamModels } from './models';

export interface ViewsOptions {
  clock: Clock;
  store: RunStore;
  models: TeamModels;
  owned: DisposableStore;
}

export function createViews({ clock, store, models, owned }: ViewsOptions) {
  const runs = storedRuns(store);
  const runsTree = owned.add(new RunsTree(runs, clock));
  owned.add(new RunStatusItem(runs, clock));
  owned.add(new ModelStatus(models.directory));
  owned.add(setRunContextKeys(runs));
  return { runsTree };
}
