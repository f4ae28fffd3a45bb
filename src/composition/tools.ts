// Part of the composition root, loaded with the team: the tools over the workspace as each run sees it.
import * as vscode from 'vscode';
import { SecretlintScanner } from '../adapters/secrets/secretlintScanner';
import type { ContextItem } from '../api';
import type { Clock } from '../core/clock';
import { createAnalysisTools } from '../core/analysis/analysisTools';
import type { ToolChoices } from '../core/agents/agentFileTools';
import { CodeAnalyzer } from '../core/analysis/codeAnalyzer';
import { inspectFiles } from '../core/review/inspectFiles';
import type { PendingEdits } from '../core/changes/changeReview';
import type { ChangeSets } from '../core/changes/changeSets';
import { OverlayWorkspace } from '../core/changes/overlayWorkspace';
import type { DisposableStore } from '../core/disposable';
import type { ReadingPorts } from '../core/tools/reading/readingPorts';
import { createReadingTools } from '../core/tools/reading/readingTools';
import { createLanguageEditTools } from '../core/tools/writing/languageEdits';
import { createWritingTools } from '../core/tools/writing/writingTools';
import { ToolRegistry } from '../core/tools/toolRegistry';
import { resolveContext, type ContextReference } from '../core/workspace/contextItems';
import type { WorkspacePorts } from '../core/workspace/workspacePorts';
import { workspacePicture } from '../core/workspace/workspacePicture';
import { createWorkspaceLinters } from '../vscode/analysis/workspaceLinters';
import { VsCodeLanguageEdits } from '../vscode/editorTools/vsCodeLanguageEdits';
import { ForeignTools } from '../vscode/foreignTools/foreignTools';
import type { TeamGround } from './ground';

export type TeamTools = ReturnType<typeof createTools>;

/** Tools of ours that VS Code lists among everybody's. */
function ownLanguageModelTools({ extension }: vscode.ExtensionContext): Set<string> {
  const { contributes } = extension.packageJSON as { contributes?: { languageModelTools?: { name: string }[] } };
  return new Set((contributes?.languageModelTools ?? []).map(({ name }) => name));
}

export interface ToolsOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  ground: TeamGround;
  changes: ChangeSets;
  owned: DisposableStore;
}

export function createTools({ context, clock, ground, changes, owned }: ToolsOptions) {
  const { workspace, ports, parser } = ground;
  const portsOf: ReadingPorts = ({ runId, taskId }) => {
    const scope = { runId, ...(taskId !== undefined && { taskId }) };
    return {
      ...ports,
      workspace: new OverlayWorkspace(workspace, (signal) => changes.views(scope, signal)),
      pendingPaths: () => changes.pendingPaths(scope),
    };
  };
  const analyzer = new CodeAnalyzer({
    parser,
    secrets: new SecretlintScanner(clock),
    linters: createWorkspaceLinters(),
    clock,
  });
  const registry = new ToolRegistry();
  const reading = [...createReadingTools(portsOf), ...createAnalysisTools(analyzer, portsOf)];
  const edits = new VsCodeLanguageEdits(workspace);
  const writing = [
    ...createWritingTools({ portsOf, changes }),
    ...createLanguageEditTools({ portsOf, changes, edits }),
  ];
  owned.add(registry.add(...reading, ...writing));
  const foreign = new ForeignTools({
    isTrusted: () => vscode.workspace.isTrusted,
    own: ownLanguageModelTools(context),
    isTaken: (name) => registry.isRegistered(name),
  });
  owned.add(registry.addSource(foreign));
  return {
    registry,
    foreign,
    /** What agent files may name. */
    choices: {
      isKnown: (name: string) => registry.get(name) !== undefined,
      referred: foreign.referred,
    } satisfies ToolChoices,
    parser,
    workspace,
    /** The ports as a run sees them, its pending edits included. */
    portsOf,
    pending: changes satisfies PendingEdits as PendingEdits,
    /** Static analysis and the security scan of some files, as one report. */
    inspect: (paths: readonly string[], seen: WorkspacePorts, signal: AbortSignal) =>
      inspectFiles(analyzer, { paths, ports: seen }, signal),
    workspacePicture: (signal: AbortSignal) => workspacePicture(ports, signal),
    resolveContext: (items: readonly ContextItem[], references: readonly ContextReference[], signal: AbortSignal) =>
      resolveContext(ports, { items, references }, signal),
  };
}
