// Part of the composition root, loaded when the chat is shown or a command runs: the chat's host side and the commands.
import * as vscode from 'vscode';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { isFailure } from '../core/failure';
import type { Redact } from '../core/events/redaction';
import { once } from '../core/once';
import type { LiveText } from '../core/runs/liveText';
import type { RunStore } from '../core/runs/runStore';
import type { TraceStore } from '../core/telemetry/traceStore';
import { AgentCommands, type AgentCommandsOptions } from '../vscode/agents/agentCommands';
import { AgentToolsCommand } from '../vscode/agents/agentToolsCommand';
import { AgentControl, type AgentControlOptions } from '../vscode/agents/agentControl';
import { ApprovalCommands } from '../vscode/approvals/approvalCommands';
import { PolicyModes } from '../vscode/approvals/policyModes';
import { ChatController } from '../vscode/chat/chatController';
import { chatStrings, turnTexts } from '../vscode/chat/chatTexts';
import { ChatViewProvider } from '../vscode/chat/chatViewProvider';
import { createTeamChatBackend } from '../vscode/chat/teamChatBackend';
import { VsCodeChatEdge } from '../vscode/chat/vscodeChatEdge';
import { createCommands } from '../vscode/commands/createCommands';
import { showError } from '../vscode/edge/showError';
import { watchChangedFiles } from '../vscode/editorTools/changedFiles';
import { COMMANDS } from '../vscode/ids';
import type { TraceTarget } from '../vscode/trace/traceSession';
import type { MemoryTitle } from '../vscode/memory/memoryCommands';
import { ModelCommands } from '../vscode/models/modelCommands';
import { createModelLine } from '../vscode/models/modelLine';
import type { RunsTree } from '../vscode/runs/runsTree';
import { SETTINGS_SECTION, type VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import { TraceFileCommands } from '../vscode/trace/traceFileCommands';
import type { TeamModels } from './models';
import type { TeamActions } from './actions';
import type { TeamReport } from './report';
import type { TeamReview } from './review';
import type { InSight } from './views';
import type { Team } from './team';

export interface ChatOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: VsCodeSettings;
  store: RunStore;
  traces: TraceStore;
  live: LiveText;
  /** Masks secrets in what is kept. */
  redact: Redact;
  team: Team;
  registry: AgentRegistry;
  agentSources: Pick<AgentCommandsOptions, 'places' | 'uriOf'>;
  models: TeamModels;
  review: () => Promise<TeamReview>;
  actions: () => Promise<TeamActions>;
  runsTree: () => Promise<RunsTree>;
  openTrace: (target?: TraceTarget) => Promise<void>;
  agentControl: Pick<AgentControlOptions, 'pauses' | 'state' | 'consent'>;
  report: () => Promise<TeamReport>;
  /** Where runs are seen: the chat adds itself. */
  places: Set<InSight>;
  owned: DisposableStore;
}

export function createChat(options: ChatOptions) {
  const { context, clock, log, settings, store, live, team, registry, models, owned } = options;
  const { engine, agents, approvals } = team;
  const { changes } = team;
  const changedFiles = owned.add(watchChangedFiles((message) => log.warn(`git: ${message}`)));
  const backend = createTeamChatBackend({
    store,
    live,
    model: createModelLine(models.directory, () => vscode.commands.executeCommand(COMMANDS.selectModel)),
    ask: (request, ask) => engine.ask(request, ask),
    changes: changes.sets,
    goOn: (how, runId) => {
      const command = how === 'retry' ? COMMANDS.retryTask : COMMANDS.resumeRun;
      vscode.commands.executeCommand(command, { runId }).then(undefined, showError);
    },
    cancel: (runId) => engine.cancel(runId),
    steer: (runId, text, items) => engine.steer(runId, text, items),
    isActive: (runId) => engine.isActive(runId),
    agents,
    approvals: approvals.queue,
    modes: new PolicyModes({
      settings: settings.current,
      isTrusted: () => vscode.workspace.isTrusted,
      onDidChange: (handler) =>
        vscode.Disposable.from(settings.onDidChange(handler), vscode.workspace.onDidGrantWorkspaceTrust(handler)),
      update: (key, value) =>
        vscode.workspace.getConfiguration(SETTINGS_SECTION).update(key, value, vscode.ConfigurationTarget.Global),
    }),
    onDidChangeAgents: (handler) =>
      vscode.Disposable.from(registry.onDidChange(handler), settings.onDidChange(handler)),
  });
  const controller = owned.add(
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
      onDidShow: () => approvals.notifications.lookAgain(),
    }),
  );
  const view = owned.add(new ChatViewProvider(controller, context.extensionUri));
  approvals.notifications.watch(({ runId }) => controller.shows(runId));
  options.places.add((runId) => controller.shows(runId));
  const { directory, keys, consents } = models;
  const modelCommands = new ModelCommands({ directory, settings: settings.current, keys, consents });
  const agentCommands = owned.add(
    new AgentCommands({
      registry,
      settings: settings.current,
      ...options.agentSources,
      tools: () => team.tools.registry.infos(),
      modelOf: async (agent) => {
        const selection = await directory.select(agent, { interactive: false, signal: AbortSignal.timeout(5_000) });
        return isFailure(selection) ? selection : selection.model.id;
      },
    }),
  );
  const commands = createCommands({
    engine,
    store,
    registry,
    agents: agentCommands,
    agentTools: new AgentToolsCommand({
      registry,
      ...options.agentSources,
      tools: () => team.tools.registry.infos(),
      choices: team.tools.choices,
      origin: team.tools.foreign.origin,
    }),
    agentImport: once(async () => {
      const { AgentImport } = await import('../vscode/agents/import/agentImport');
      const onSeen = (uris: readonly string[]) => options.agentControl.state.setSeenImports(uris);
      return owned.add(new AgentImport({ registry, onSeen }));
    }),
    agentControl: new AgentControl({ ...options.agentControl, registry, uriOf: options.agentSources.uriOf }),
    models: { commands: modelCommands, breakers: team.breakers },
    chat: { controller, view },
    changes: changes.commands,
    actions: options.actions,
    memory: once(async () => {
      const { MemoryCommands } = await import('../vscode/memory/memoryCommands');
      const titleOf: MemoryTitle = (scope) =>
        'runId' in scope
          ? store.list().find(({ runId }) => runId === scope.runId)?.title
          : store.threads().find(({ threadId }) => threadId === scope.threadId)?.title;
      return new MemoryCommands({ memory: team.memory, redact: options.redact, titleOf });
    }),
    review: async () => (await options.review()).commands,
    traceFiles: new TraceFileCommands({ traces: options.traces, settings: settings.current }),
    changeSets: changes.sets,
    runsTree: options.runsTree,
    openTrace: options.openTrace,
    report: async () => (await options.report()).commands,
    approvals: new ApprovalCommands({ queue: approvals.queue, grants: approvals.store }),
    plans: team.plans,
    log,
  });
  return {
    view,
    commands,
    showRun: async (runId: string) => {
      await view.reveal();
      await controller.showRun(runId);
    },
  };
}
