// Part of the composition root, loaded with the team: the ports to the workspace and the tools over them.
import * as vscode from 'vscode';
import { SecretlintScanner } from '../adapters/secrets/secretlintScanner';
import { TreeSitterParser } from '../adapters/treeSitter/treeSitterParser';
import type { ContextItem } from '../api';
import type { Clock } from '../core/clock';
import { createAnalysisTools } from '../core/analysis/analysisTools';
import { CodeAnalyzer } from '../core/analysis/codeAnalyzer';
import type { DisposableStore } from '../core/disposable';
import type { ContextReference } from '../core/routing/parseRequest';
import { createReadingTools } from '../core/tools/reading/readingTools';
import { ToolRegistry } from '../core/tools/toolRegistry';
import { resolveContext } from '../core/workspace/contextItems';
import { workspacePicture } from '../core/workspace/workspacePicture';
import type { WorkspacePorts } from '../core/workspace/workspacePorts';
import { createWorkspaceLinters } from '../vscode/analysis/workspaceLinters';
import { VsCodeEditorState } from '../vscode/editorTools/vsCodeEditorState';
import { VsCodeGitChanges } from '../vscode/editorTools/vsCodeGitChanges';
import { VsCodeLanguageServices } from '../vscode/editorTools/vsCodeLanguageServices';
import { VsCodeWorkspace } from '../vscode/editorTools/vsCodeWorkspace';
import { ForeignTools } from '../vscode/foreignTools/foreignTools';

export type TeamTools = ReturnType<typeof createTools>;

/** Tools of ours that VS Code lists among everybody's. */
function ownLanguageModelTools({ extension }: vscode.ExtensionContext): Set<string> {
  const { contributes } = extension.packageJSON as { contributes?: { languageModelTools?: { name: string }[] } };
  return new Set((contributes?.languageModelTools ?? []).map(({ name }) => name));
}

export function createTools(context: vscode.ExtensionContext, clock: Clock, owned: DisposableStore) {
  const workspace = new VsCodeWorkspace();
  const ports: WorkspacePorts = {
    workspace,
    languages: new VsCodeLanguageServices(workspace),
    editor: owned.add(new VsCodeEditorState(workspace)),
    git: new VsCodeGitChanges(workspace),
  };
  const parser = new TreeSitterParser({
    clock,
    loadWasm: async (name) =>
      vscode.workspace.fs.readFile(vscode.Uri.joinPath(context.extensionUri, 'dist', 'grammars', name)),
  });
  const analyzer = new CodeAnalyzer({
    parser,
    secrets: new SecretlintScanner(clock),
    linters: createWorkspaceLinters(),
    clock,
  });
  const registry = new ToolRegistry();
  // Every run sees the same files as long as no run can have pending edits of its own.
  owned.add(registry.add(...createReadingTools(() => ports), ...createAnalysisTools(analyzer, () => ports)));
  const foreign = new ForeignTools({
    isTrusted: () => vscode.workspace.isTrusted,
    own: ownLanguageModelTools(context),
    isTaken: (name) => registry.isRegistered(name),
  });
  owned.add(registry.addSource(foreign));
  return {
    registry,
    foreign,
    parser,
    workspace,
    workspacePicture: (signal: AbortSignal) => workspacePicture(ports, signal),
    resolveContext: (items: readonly ContextItem[], references: readonly ContextReference[], signal: AbortSignal) =>
      resolveContext(ports, { items, references }, signal),
  };
}
