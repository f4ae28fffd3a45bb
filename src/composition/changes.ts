// Part of the composition root, in the room of the team: the change sets of all runs, and their review in VS Code.
import type { SyntaxParser } from '../core/syntax';
import { ChangeSets } from '../core/changes/changeSets';
import type { ChangeStore } from '../core/changes/changeStore';
import type { DisposableStore } from '../core/disposable';
import type { EventPublisher } from '../core/events/publisher';
import type { RunStore } from '../core/runs/runStore';
import type { SettingsSource } from '../core/settings';
import { createDocumentationRule } from '../core/tools/writing/documentationOnly';
import type { Workspace } from '../core/workspace/workspace';
import { ChangeCommands } from '../vscode/changes/changeCommands';
import { ChangeConflicts } from '../vscode/changes/changeConflicts';
import { setChangeContextKeys } from '../vscode/changes/changeContextKeys';
import { ChangeDiffs } from '../vscode/changes/changeDiffs';
import { ChangeDocuments } from '../vscode/changes/changeDocuments';
import type { OwnEdits } from '../vscode/changes/ownEdits';
import { VsCodeChangeApplier } from '../vscode/changes/vsCodeChangeApplier';
import { VsCodeFileProbe } from '../vscode/changes/vsCodeFileProbe';

export interface ChangesOptions {
  /** Tells comments from code in what a writer edits. */
  parser: SyntaxParser;
  store: ChangeStore;
  publisher: EventPublisher;
  settings: SettingsSource;
  runs: RunStore;
  /** True while this window works on the run. */
  isLive: (runId: string) => boolean;
  onProblem: (message: string) => void;
  /** Gets to know what is put into documents. */
  own: OwnEdits;
  owned: DisposableStore;
}

/** `workspace` is the real state, without anybody's pending edits. */
export function createChanges(workspace: Workspace, options: ChangesOptions) {
  const { parser, store, publisher, settings, runs, isLive, onProblem, owned } = options;
  const documentation = createDocumentationRule(parser);
  const sets = new ChangeSets({
    workspace,
    applier: new VsCodeChangeApplier(undefined, options.own),
    probe: new VsCodeFileProbe(),
    store,
    publisher,
    mode: () => settings().edits.mode,
    restrict: async ({ agent, change, before }, signal) =>
      agent === 'writer' ? documentation.findFault(change, before, signal) : undefined,
    isLive,
    traceOf: (runId) => {
      const view = runs.peek(runId);
      if (!view) return {};
      return { traceId: view.traceId, ...(view.lastEventId !== undefined && { eventId: view.lastEventId }) };
    },
    onProblem,
  });
  const titleOf = (runId: string) => runs.list().find((run) => run.runId === runId)?.title ?? runId;
  const diffs = new ChangeDiffs({ review: sets, titleOf });
  owned.add(new ChangeDocuments(sets));
  const conflicts = owned.add(
    new ChangeConflicts({ review: sets, closeSettled: (runId) => diffs.closeSettled(runId) }),
  );
  owned.add(setChangeContextKeys(sets));
  owned.add(
    runs.onDidChange((runId) => {
      if (!runs.peek(runId) && !runs.list().some((run) => run.runId === runId)) sets.forget(runId);
    }),
  );
  void sets.start().catch((error: unknown) => onProblem(String(error)));
  return { sets, commands: new ChangeCommands({ review: sets, diffs, conflicts, titleOf }) };
}
