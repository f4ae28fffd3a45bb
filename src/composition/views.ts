// Part of the composition root: what stands in the window from the start, over the runs that are kept.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { once } from '../core/once';
import type { RunStore } from '../core/runs/runStore';
import { setRunContextKeys } from '../vscode/runs/runContextKeys';
import type { RunNode } from '../vscode/runs/treeNodes';
import { storedRuns } from '../vscode/runs/storedRuns';
import type { TeamModels } from './models';

/** Tells whether a person has a run before their eyes in one place. */
export type InSight = (runId: string) => boolean;

export interface ViewsOptions {
  clock: Clock;
  store: RunStore;
  models: TeamModels;
  runsView: vscode.TreeView<unknown>;
  onBug: (error: unknown, where: string) => void;
  /** Further places where runs are seen; rooms that load later add theirs. */
  places: ReadonlySet<InSight>;
  owned: DisposableStore;
}

export function createViews({ clock, store, models, runsView, places, onBug, owned }: ViewsOptions) {
  const runs = storedRuns(store);
  const isWatched: InSight = (runId) =>
    vscode.window.state.focused && (runsView.visible || [...places].some((sees) => sees(runId)));
  // They have something to say once a run works: start-up need not wait for them.
  import('../vscode/runs/runSigns')
    .then(({ showRunSigns }) => owned.add(showRunSigns({ runs, clock, isWatched })))
    .catch((error: unknown) => onBug(error, 'status'));
  // It has the sentences of all failures: start-up need not wait for those.
  import('../vscode/models/modelStatus')
    .then(({ ModelStatus }) => owned.add(new ModelStatus(models.directory)))
    .catch((error: unknown) => onBug(error, 'status'));
  owned.add(setRunContextKeys(runs));

  const changed = owned.add(new vscode.EventEmitter<unknown>());
  const tree = once(async () => {
    const { RunsTree } = await import('../vscode/runs/runsTree');
    const made = owned.add(new RunsTree(runs, clock));
    made.attach(runsView);
    owned.add(made.onDidChangeTreeData((element) => changed.fire(element)));
    return made;
  });
  const runsTree: vscode.TreeDataProvider<unknown> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => (await tree()).getChildren(node as RunNode | undefined),
    getParent: async (node) => (await tree()).getParent(node as RunNode),
    getTreeItem: async (node) => (await tree()).getTreeItem(node as RunNode),
    resolveTreeItem: async (item, node) => (await tree()).resolveTreeItem(item, node as RunNode),
  };
  return { runsTree, tree };
}
