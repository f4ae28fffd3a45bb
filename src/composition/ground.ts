// Part of the composition root, loaded with the team: what everything that reads or changes the workspace stands on.
import * as vscode from 'vscode';
import { unpackBrotli } from '../adapters/node/brotli';
import { TreeSitterParser } from '../adapters/treeSitter/treeSitterParser';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { WorkspacePorts } from '../core/workspace/workspacePorts';
import { VsCodeEditorState } from '../vscode/editorTools/vsCodeEditorState';
import { VsCodeGitChanges } from '../vscode/editorTools/vsCodeGitChanges';
import { VsCodeLanguageServices } from '../vscode/editorTools/vsCodeLanguageServices';
import { VsCodeWorkspace } from '../vscode/editorTools/vsCodeWorkspace';

export type TeamGround = ReturnType<typeof createGround>;

/** `ports` show the real state, without anybody's pending edits. */
export function createGround(context: vscode.ExtensionContext, clock: Clock, owned: DisposableStore) {
  const workspace = new VsCodeWorkspace();
  const ports: WorkspacePorts = {
    workspace,
    languages: new VsCodeLanguageServices(workspace),
    editor: owned.add(new VsCodeEditorState(workspace)),
    git: new VsCodeGitChanges(workspace),
  };
  const parser = new TreeSitterParser({
    clock,
    loadWasm: async (name) => {
      const file = vscode.Uri.joinPath(context.extensionUri, 'dist', 'grammars', `${name}.br`);
      return unpackBrotli(await vscode.workspace.fs.readFile(file));
    },
  });
  return { workspace, ports, parser };
}
