// The quick pick of `agentTeam.selectModel`: opens at once, fills as endpoints answer, and never waits for a slow one.
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable';
import type { ModelDirectory } from '../../core/model/modelDirectory';
import type { SettingsSource } from '../../core/settings';
import { modelPickItems, type ListedEndpoint, type ModelPick, type ModelPickItem } from './modelPickItems';

export interface ModelPickerOptions {
  directory: ModelDirectory;
  settings: SettingsSource;
  /** Default: VS Code's own. */
  createQuickPick?: () => vscode.QuickPick<ModelPickItem>;
}

/** Lets a person pick; undefined if they leave. */
export async function pickModel(options: ModelPickerOptions): Promise<ModelPick | undefined> {
  for (;;) {
    const pick = await pickOnce(options);
    if (pick?.kind !== 'try-again') return pick;
  }
}

async function pickOnce({ directory, settings, createQuickPick }: ModelPickerOptions): Promise<ModelPick | undefined> {
  const quickPick = createQuickPick?.() ?? vscode.window.createQuickPick<ModelPickItem>();
  const owned = new DisposableStore();
  owned.add(quickPick);
  const leaving = new AbortController();
  const endpoints: ListedEndpoint[] = directory.endpoints().map((info) => ({ info }));
  const show = () => {
    if (!leaving.signal.aborted)
      refill(quickPick, modelPickItems({ endpoints, settings: settings(), current: directory.current() }));
  };
  quickPick.title = vscode.l10n.t('Select a model for the team');
  quickPick.placeholder = vscode.l10n.t('Which model answers when an agent has none of its own');
  quickPick.matchOnDescription = true;
  quickPick.busy = true;
  show();
  owned.add(directory.onDidChange(show));
  const filled = Promise.all(
    endpoints.map(async (endpoint) => {
      if (endpoint.info.provider === 'offline') return;
      endpoint.listing = await directory.list(endpoint.info.name, leaving.signal);
      show();
    }),
  );
  try {
    const picked = new Promise<ModelPick | undefined>((resolve) => {
      owned.add(quickPick.onDidAccept(() => acceptActive(quickPick, resolve)));
      owned.add(quickPick.onDidHide(() => resolve(undefined)));
    });
    quickPick.show();
    void filled.then(() => {
      if (!leaving.signal.aborted) quickPick.busy = false;
    });
    return await picked;
  } finally {
    leaving.abort();
    owned.dispose();
  }
}

function acceptActive(quickPick: vscode.QuickPick<ModelPickItem>, resolve: (pick: ModelPick) => void): void {
  const pick = quickPick.selectedItems[0]?.pick ?? quickPick.activeItems[0]?.pick;
  if (pick) resolve(pick);
}

/** New rows must not move what the person is about to pick. */
function refill(quickPick: vscode.QuickPick<ModelPickItem>, items: ModelPickItem[]): void {
  const active = quickPick.activeItems[0]?.pick;
  quickPick.keepScrollPosition = true;
  quickPick.items = items;
  const same = active && items.find((item) => JSON.stringify(item.pick) === JSON.stringify(active));
  if (same) quickPick.activeItems = [same];
}
