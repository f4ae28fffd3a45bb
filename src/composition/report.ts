// Part of the composition root, loaded when a report is shown or exported.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { RunStore } from '../core/runs/runStore';
import type { ReportAction } from '../protocol/report/reportMessages';
import { turnTexts } from '../vscode/chat/chatTexts';
import { openFileTarget } from '../vscode/edge/fileTargets';
import { showError } from '../vscode/edge/showError';
import { COMMANDS } from '../vscode/ids';
import { ReportCommands } from '../vscode/report/reportCommands';
import { ReportPanels } from '../vscode/report/reportPanels';
import { ReportSession, type ReportActions } from '../vscode/report/reportSession';
import { reportStrings, reportWords } from '../vscode/report/reportWords';
import { storedRuns } from '../vscode/runs/storedRuns';
import type { InSight } from './views';

export interface ReportOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  store: RunStore;
  /** Where runs are seen: reports add themselves. */
  places: Set<InSight>;
  owned: DisposableStore;
}

export type TeamReport = ReturnType<typeof createReport>;

export function createReport({ context, clock, log, store, places, owned }: ReportOptions) {
  const words = reportWords((step) => turnTexts.notice(step));
  const strings = reportStrings();
  const runs = storedRuns(store);
  const panels: ReportPanels = owned.add(
    new ReportPanels({
      extensionUri: context.extensionUri,
      titleOf: (runId) => vscode.l10n.t('Report: {0}', store.list().find((run) => run.runId === runId)?.title ?? runId),
      createSession: (runId, post) =>
        new ReportSession({
          ...{ runId, runs, clock, words, strings, post, actions, showError },
          locale: vscode.env.language,
          log: (message) => log.warn(message),
        }),
    }),
  );
  places.add((runId) => panels.isVisible(runId));
  const commands = new ReportCommands({ store, panels, clock, words });
  const actions: ReportActions = {
    act: (action, runId) => act(action, runId, commands),
    showChange: async (runId, path) => {
      await vscode.commands.executeCommand(COMMANDS.showChanges, { runId, path, fromPerson: true });
    },
    copyText: async (text) => vscode.env.clipboard.writeText(text),
    openFile: openFileTarget,
  };
  return { panels, commands };
}

async function act(action: ReportAction, runId: string, commands: ReportCommands): Promise<void> {
  switch (action) {
    case 'openRun':
      await vscode.commands.executeCommand(COMMANDS.openRun, { runId });
      return;
    case 'showChanges':
      await vscode.commands.executeCommand(COMMANDS.showChanges, { runId, fromPerson: true });
      return;
    case 'openTrace':
      await vscode.commands.executeCommand(COMMANDS.openTrace, { runId });
      return;
    case 'copy':
      await vscode.env.clipboard.writeText(await commands.markdown(runId));
      return;
    case 'openAsMarkdown':
      await commands.openAsMarkdown(runId);
      return;
    case 'export':
      await commands.export([{ runId }], true);
  }
}
