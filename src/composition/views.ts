// Part of the composition root: the chat, the runs tree and the status items over the engine.
import * as vscode from 'vscode';
import type { AgentInfo } from '../api';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { TeamEngine } from '../core/engine/teamEngine';
import type { ModelDirectory } from '../core/model/modelDirectory';
import type { BreakerRegistry } from '../core/resilience/breakerRegistry';
import type { LiveText } from '../core/runs/liveText';
import type { RunStore } from '../core/runs/runStore';
import { ChatController } from '../vscode/chat/chatController';
import { chatStrings, turnTexts } from '../vscode/chat/chatTexts';
import { ChatViewProvider } from '../vscode/chat/chatViewProvider';
import { createTeamChatBackend } from '../vscode/chat/teamChatBackend';
import { VsCodeChatEdge } from '../vscode/chat/vscodeChatEdge';
import { showError } from '../vscode/commands/showError';
import { watchChangedFiles } from '../vscode/editorTools/changedFiles';
import { COMMANDS } from '../vscode/ids';
import { createModelLine } from '../vscode/models/modelLine';
import { ModelStatus } from '../vscode/models/modelStatus';
import { setRunContextKeys } from '../vscode/runs/runContextKeys';
import { RunsTree } from '../vscode/runs/runsTree';
import { RunStatusItem } from '../vscode/runs/runStatusItem';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';

export interface ViewsOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: VsCodeSettings;
  store: RunStore;
  live: LiveText;
  engine: TeamEngine;
  registry: AgentRegistry;
  models: { directory: ModelDirectory; breakers: BreakerRegistry };
  agents: () => AgentInfo[];
  owned: DisposableStore;
}

export function createViews(options: ViewsOptions) {
  const { context, clock, log, settings, store, live, engine, registry, models, agents, owned } = options;
  const changedFiles = owned.add(watchChangedFiles((message) => log.warn(`git: ${message}`)));
  const backend = createTeamChatBackend({
    store,
    live,
    model: createModelLine(models.directory, () => vscode.commands.executeCommand(COMMANDS.selectModel)),
    ask: (request, ask) => engine.ask(request, ask),
    cancel: (runId) => engine.cancel(runId),
    steer: (runId, text, items) => engine.steer(runId, text, items),
    isActive: (runId) => engine.isActive(runId),
    agents,
    onDidChangeAgents: (handler) =>
      vscode.Disposable.from(registry.onDidChange(handler), settings.onDidChange(handler)),
  });
  const chat = owned.add(
    new ChatController({
      backend,
      edge: new VsCodeChatEdge({
        log: (level, message) => log[level](message),
        showError,
        changedFiles: () => changedFiles.count(),
        onDidChangeFiles: (handler) => changedFiles.onDidChange(handler),
      }),
      memory: context.workspaceState,
      clock,
      texts: turnTexts,
      strings: chatStrings(),
      locale: vscode.env.language,
    }),
  );
  const chatView = owned.add(new ChatViewProvider(chat, context.extensionUri));
  const runsTree = owned.add(new RunsTree(backend.runs, clock));
  owned.add(new RunStatusItem(backend.runs, clock));
  owned.add(new ModelStatus(models.directory));
  owned.add(setRunContextKeys(backend.runs));
  return { chat: { controller: chat, view: chatView }, chatView, runsTree };
}
