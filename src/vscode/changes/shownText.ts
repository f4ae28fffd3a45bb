// A clean document follows its file within moments; until then an edit would be made on an old text, and saving it would bring that back.
import * as vscode from 'vscode';

/** How long a clean editor may take to show what is on disk now. */
const RELOAD_TIMEOUT_MS = 3_000;

/** Whether `document` shows `text`, now or within three seconds. */
export async function showsSoon(document: vscode.TextDocument, text: string): Promise<boolean> {
  if (document.getText() === text) return true;
  return new Promise<boolean>((resolve) => {
    const settle = (shown: boolean) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(shown);
    };
    const listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && document.getText() === text) settle(true);
    });
    const timer = setTimeout(() => settle(document.getText() === text), RELOAD_TIMEOUT_MS);
  });
}

/** The document of the file at `uri`; a clean one as it is on disk now. Undefined where the editor does not follow. */
export async function documentInStep(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) return document;
  const text = await vscode.workspace.decode(await vscode.workspace.fs.readFile(uri), { uri });
  return (await showsSoon(document, text)) ? document : undefined;
}
