// Shows what an import would write, as a diff of all files, before anything is written.
import * as vscode from 'vscode';
import { urisOfTab } from '../../changes/heldDocuments';
import type { FolderPlan } from './importGround';

const SCHEME = 'agent-team-import';

export class ImportPreview implements vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration: vscode.Disposable;
  private shown = 0;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? '',
    });
  }

  /** Opens one tab with the diffs of all files. */
  async show(plans: readonly FolderPlan[]): Promise<void> {
    this.texts.clear();
    this.shown += 1;
    const rows = plans.flatMap(({ folder, files }) =>
      files.map(({ path, before, after }) => {
        const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder.uri, true), path);
        const from = before === undefined ? undefined : this.add(uri, 'before', before);
        return [uri, from, this.add(uri, 'after', after)];
      }),
    );
    await vscode.commands.executeCommand('vscode.changes', vscode.l10n.t('Import: what would be written'), rows);
  }

  /** Closes the tab, if it is still open. */
  async close(): Promise<void> {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => urisOfTab(tab).some(({ scheme }) => scheme === SCHEME));
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
    this.texts.clear();
  }

  dispose(): void {
    this.registration.dispose();
  }

  /** Each preview has documents of its own: VS Code keeps those of an earlier one for a while. */
  private add(file: vscode.Uri, side: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: file.path, query: `${side} ${this.shown} ${file.authority}` });
    this.texts.set(uri.toString(), text);
    return uri;
  }
}
