// Writes a choice of model into the user's settings.
import * as vscode from 'vscode';
import type { ModelId } from '../../core/model/chatModel';
import { SETTINGS_SECTION } from '../settings/vsCodeSettings';

/** What a person chose for all roles that have no model of their own. */
export type ChosenModel =
  { kind: 'auto' } | { kind: 'offline' } | { kind: 'model'; id: Pick<ModelId, 'endpoint' | 'model'> };

/** Saves the choice for this user; false if a workspace's own setting still decides. Entries of other roles stay as they are. */
export async function saveModelChoice(choice: ChosenModel): Promise<boolean> {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const { default: _, ...others } = asRecord(configuration.inspect('models')?.globalValue);
  const models = choice.kind === 'model' ? { ...others, default: choice.id } : others;
  const provider = configuration.inspect('provider')?.globalValue;
  const user = vscode.ConfigurationTarget.Global;
  await configuration.update('models', Object.keys(models).length > 0 ? models : undefined, user);
  if (choice.kind === 'offline') await configuration.update('provider', 'offline', user);
  // A model of another place is not meant to leave the other roles offline.
  else if (choice.kind === 'auto' || provider === 'offline') await configuration.update('provider', undefined, user);
  // The walkthrough's step is done, also where the choice is what it was.
  void vscode.commands.executeCommand('setContext', 'agentTeam.modelChosen', true);
  return !isDecidedByWorkspace();
}

function isDecidedByWorkspace(): boolean {
  const values = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect('models');
  return [values?.workspaceValue, values?.workspaceFolderValue].some((value) =>
    Object.hasOwn(asRecord(value), 'default'),
  );
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
