// Part of the composition root: the queue of questions to the person, and what was allowed beyond one call.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { ApprovalQueue } from '../core/policy/approvalQueue';
import { Grants } from '../core/policy/grants';
import { PolicyModes } from '../vscode/approvals/policyModes';
import { StoredGrants } from '../vscode/approvals/storedGrants';
import { SETTINGS_SECTION, type VsCodeSettings } from '../vscode/settings/vsCodeSettings';

export interface ApprovalsOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  newId: () => string;
  settings: VsCodeSettings;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export type TeamApprovals = ReturnType<typeof createApprovals>;

export function createApprovals({ context, clock, newId, settings, onBug, owned }: ApprovalsOptions) {
  const store = new StoredGrants(context.workspaceState, (error) => onBug(error, 'grants'));
  const grants = new Grants(store);
  const queue = owned.add(new ApprovalQueue({ clock, newId, grants }));
  const modes = new PolicyModes({
    settings: settings.current,
    isTrusted: () => vscode.workspace.isTrusted,
    onDidChange: (handler) =>
      vscode.Disposable.from(settings.onDidChange(handler), vscode.workspace.onDidGrantWorkspaceTrust(handler)),
    update: (key, value) =>
      vscode.workspace.getConfiguration(SETTINGS_SECTION).update(key, value, vscode.ConfigurationTarget.Global),
  });
  return { store, grants, queue, modes };
}
