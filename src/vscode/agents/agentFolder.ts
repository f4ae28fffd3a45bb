// Where a new agent file goes.
import * as vscode from 'vscode';
import { UserError } from '../../core/failure';
import type { AgentPlaces } from './agentPlaces';

/** The only place, or the one that the person chooses; undefined when they leave. Throws a `UserError` where there is none. */
export async function agentFolder(
  places: Pick<AgentPlaces, 'list' | 'userFolders'>,
  mayAsk: boolean,
): Promise<vscode.Uri | undefined> {
  const items = [
    ...places
      .list()
      .flatMap(({ folder, directories: [uri] }) =>
        folder && uri ? { label: folder.name, description: vscode.l10n.t('.github/agents of this folder'), uri } : [],
      ),
    ...places
      .userFolders()
      .map((uri) => ({ label: uri.fsPath, description: vscode.l10n.t('for every workspace'), uri })),
  ];
  const [first] = items;
  if (!first) {
    const message = vscode.l10n.t(
      'There is no place for an agent: open a folder and trust it, or name a folder of yours in agentTeam.agents.folders.',
    );
    throw new UserError('agent.no_place', message);
  }
  if (items.length === 1 || !mayAsk) return first.uri;
  const placeHolder = vscode.l10n.t('Where is the agent to be defined?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.uri;
}
