// `file.saved`: a person has saved a file of the workspace. What we save ourselves, and documents that are no files, are none of these.
import * as vscode from 'vscode';
import type { EventPublisher } from '../../core/events/publisher';
import type { HeldDocument, OwnEdits } from '../changes/ownEdits';
import { workspacePath } from './workspacePath';

export interface FileSavesOptions {
  publisher: EventPublisher;
  /** True for what we have saved ourselves. */
  isOwn: OwnEdits['isOwn'];
}

export function publishFileSaves({ publisher, isOwn }: FileSavesOptions): vscode.Disposable {
  const publish = (document: HeldDocument, languageId: string) => {
    const path = workspacePath(document.uri);
    if (path === undefined || isOwn(document)) return;
    const payload = { path, uri: document.uri.toString(), languageId };
    publisher.publish({ topic: 'file.saved', payload, source: 'editor' });
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidSaveTextDocument((document) => publish(document, document.languageId)),
    vscode.workspace.onDidSaveNotebookDocument((notebook) => publish(notebook, notebook.notebookType)),
  );
}
