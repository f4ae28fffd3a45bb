// Part of the composition root: the queue of questions to the person, and what was allowed beyond one call.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { ApprovalQueue } from '../core/policy/approvalQueue';
import { Grants } from '../core/policy/grants';
import { ApprovalNotifications } from '../vscode/approvals/approvalNotifications';
import { StoredGrants } from '../vscode/approvals/storedGrants';
import { COMMANDS } from '../vscode/ids';

export interface ApprovalsOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  newId: () => string;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export type TeamApprovals = ReturnType<typeof createApprovals>;

export function createApprovals({ context, clock, newId, onBug, owned }: ApprovalsOptions) {
  const store = new StoredGrants(context.workspaceState, (error) => onBug(error, 'grants'));
  const grants = new Grants(store);
  const queue = owned.add(new ApprovalQueue({ clock, newId, grants }));
  const notifications = owned.add(
    new ApprovalNotifications({
      queue,
      show: (runId) => vscode.commands.executeCommand(COMMANDS.openRun, { runId }),
    }),
  );
  return { store, grants, queue, notifications };
}
