// Part of the composition root, loaded with what answers: the policy and the gate before every call that writes or executes.
import * as vscode from 'vscode';
import { CommandPolicy } from '../core/policy/commandPolicy';
import { Policy } from '../core/policy/policy';
import { PolicyGate } from '../core/policy/policyGate';
import { WorkspaceBounds } from '../core/policy/workspaceBounds';
import type { SettingsSource } from '../core/settings';
import type { ToolGate } from '../core/tools/toolGate';
import { createApprovalTexts } from '../vscode/approvals/approvalTexts';
import type { TeamApprovals } from './approvals';
import type { TeamTools } from './tools';

export interface GateOptions {
  approvals: TeamApprovals;
  settings: SettingsSource;
  tools: Pick<TeamTools, 'parser' | 'workspace'>;
}

export function createGate({ approvals, settings, tools }: GateOptions): ToolGate {
  const { queue, grants } = approvals;
  const { parser, workspace } = tools;
  const bounds = new WorkspaceBounds(workspace.tree);
  const pathOf = (uri: string) => workspace.locationOfUri(uri)?.path ?? vscode.Uri.parse(uri).path;
  const commands = new CommandPolicy({ parser, bounds, shell: process.platform === 'win32' ? 'other' : 'posix' });
  const isTrusted = () => vscode.workspace.isTrusted;
  return new PolicyGate({
    policy: new Policy({ settings, commands, bounds, isTrusted, pathOf }),
    queue,
    grants,
    texts: createApprovalTexts({ pathOf }),
  });
}
