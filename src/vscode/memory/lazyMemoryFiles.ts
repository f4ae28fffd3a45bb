// The documents of shared memory for the entry stub: registered at once, so that a reloaded window finds them; loaded when one is opened.
import * as vscode from 'vscode';
import { MEMORY_SCHEME } from './memoryUris';

export function registerMemoryFiles(load: () => Promise<vscode.FileSystemProvider>): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const disposables: { dispose(): unknown }[] = [changed];
  let loading: Promise<vscode.FileSystemProvider> | undefined;
  const files = () =>
    (loading ??= load().then((loaded) => {
      disposables.push(loaded.onDidChangeFile((changes) => changed.fire(changes)));
      return loaded;
    }));
  disposables.push(
    vscode.workspace.registerFileSystemProvider(
      MEMORY_SCHEME,
      {
        onDidChangeFile: changed.event,
        watch: (uri, options) => {
          void files().then((loaded) => loaded.watch(uri, options));
          return new vscode.Disposable(() => undefined);
        },
        stat: async (uri) => (await files()).stat(uri),
        readFile: async (uri) => (await files()).readFile(uri),
        writeFile: async (uri, content, options) => (await files()).writeFile(uri, content, options),
        delete: async (uri, options) => (await files()).delete(uri, options),
        rename: async (from, to, options) => (await files()).rename(from, to, options),
        createDirectory: async (uri) => (await files()).createDirectory(uri),
        readDirectory: async (uri) => (await files()).readDirectory(uri),
      },
      { isCaseSensitive: true },
    ),
  );
  return new vscode.Disposable(() => {
    for (const disposable of disposables) disposable.dispose();
  });
}
