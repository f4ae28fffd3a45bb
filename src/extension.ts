// Composition root: builds everything and wires it by hand, nothing else. `entry.ts` loads it when there is work, and it loads
// the rooms that a window may never need at their first use: tools, what answers a request, the chat with the commands.
import * as vscode from 'vscode';
import { SystemClock } from './adapters/node/systemClock';
import type { AgentTeamApi, ToolDefinition } from './api';
import { createModels } from './composition/models';
import { createStorage } from './composition/storage';
import type * as ToolsRoom from './composition/tools';
import { createViews } from './composition/views';
import { AgentRegistry } from './core/agents/agentRegistry';
import { maskSecrets } from './core/agents/guardrails/secretGuardrail';
import { DisposableStore, toDisposable } from './core/disposable';
import { agentInfos, createTeamApi } from './core/engine/teamApi';
import { TeamEngine } from './core/engine/teamEngine';
import { createEventIds } from './core/events/eventIds';
import { createRedactor } from './core/events/redactor';
import { once } from './core/once';
import { LiveText } from './core/runs/liveText';
import { toRunResult } from './core/runs/reduceRun';
import { createPromptVersions } from './vscode/agents/promptVersions';
import type { CommandId } from './vscode/ids';
import { reportSettingsProblems } from './vscode/settings/reportSettingsProblems';
import { VsCodeSettings } from './vscode/settings/vsCodeSettings';

/** The loaded extension, as the entry stub sees it. */
export interface AgentTeam {
  readonly api: AgentTeamApi;
  readonly chatView: vscode.WebviewViewProvider;
  readonly runsTree: vscode.TreeDataProvider<unknown>;
  /** Runs a contributed command with what VS Code passed. */
  run(command: CommandId, args: unknown[]): Promise<unknown>;
  /** Stops what is going, saves everything, releases everything. */
  shutDown(): Promise<void>;
}

export interface TeamHost {
  readonly runsView: vscode.TreeView<unknown>;
  /** Loads the room of the tools at once: the API lists tools synchronously. */
  loadTools(): typeof ToolsRoom;
  /** Called when the first run begins and when the last one has ended. */
  setUnfinished(unfinished: boolean): void;
}

export function createAgentTeam(context: vscode.ExtensionContext, host: TeamHost): AgentTeam {
  const owned = new DisposableStore();
  const clock = new SystemClock();
  const log = owned.add(vscode.window.createOutputChannel('Agent Team', { log: true }));
  const ids = createEventIds();
  const newId = () => ids(clock.now());
  const redactor = createRedactor((text) => maskSecrets(text));
  const onBug = (error: unknown, where: string) => {
    log.error(redactor.redact(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  };

  const settings = owned.add(new VsCodeSettings());
  owned.add(reportSettingsProblems(settings));
  const registry = new AgentRegistry({
    settings: settings.current,
    promptVersions: createPromptVersions(context, onBug),
  });
  const storage = createStorage({
    context,
    clock,
    log,
    settings: settings.current,
    newId,
    redact: redactor.redact,
    owned,
  });
  const { bus, store, tracing } = storage;
  const models = createModels({
    context,
    clock,
    settings,
    registry,
    publisher: bus,
    learnSecret: redactor.learn,
    owned,
  });
  const tools = once(() => host.loadTools().createTools(context, clock, owned));
  const live = new LiveText();
  const resultOf = async (runId: string) => {
    const view = await store.get(runId);
    return view && toRunResult(view);
  };

  const answering = once(async () => {
    const { createAnswering } = await import('./composition/answering');
    return createAnswering({
      bus,
      clock,
      models,
      newId,
      onBug,
      owned,
      registry,
      settings: settings.current,
      tools: tools(),
    });
  });
  const engine = new TeamEngine({
    publisher: bus,
    tracing,
    live,
    clock,
    newId,
    flush: () => storage.flush(),
    resultOf,
    onBug,
    registry,
    settings: settings.current,
    askTeam: async (request, run) => (await answering()).askTeam(request, run),
    resolveContext: async (items, references, signal) =>
      items.length + references.length === 0
        ? { text: '', images: [] }
        : tools().resolveContext(items, references, signal),
    threadRuns: (threadId) => store.thread(threadId),
    viewOf: (runId) => store.get(runId),
  });
  const apiOptions = {
    engine,
    bus,
    registry,
    tools: {
      get: (name: string) => tools().registry.get(name),
      infos: () => tools().registry.infos(),
      register: (definition: ToolDefinition) => tools().registry.register(definition),
    },
    traces: tracing,
    runs: { list: () => store.list(), result: resultOf, delete: (runId: string) => store.delete(runId) },
    breakerOf: (agent: string) => models.breakers.state('agent', agent),
  };
  const views = createViews({ clock, store, models, owned });
  const chat = once(async () => {
    const { createChat } = await import('./composition/chat');
    const agents = () => agentInfos(apiOptions);
    return createChat({ context, clock, log, settings, store, live, engine, registry, models, agents, owned });
  });

  owned.add(store.onDidChange(() => host.setUnfinished(engine.activeIds().length > 0)));
  views.runsTree.attach(host.runsView);
  const starting = storage.start().catch((error: unknown) => onBug(error, 'storage'));
  const life = new AbortController();
  owned.add(toDisposable(() => life.abort()));
  void models.directory.prepare(life.signal).catch((error: unknown) => onBug(error, 'models'));

  return {
    api: createTeamApi(apiOptions),
    chatView: {
      resolveWebviewView: async (view) => {
        (await chat()).view.resolveWebviewView(view);
      },
    },
    runsTree: views.runsTree,
    run: async (command, args) => (await chat()).commands.run(command, args),
    shutDown: async () => {
      await engine.shutDown();
      await starting;
      await storage.close();
      owned.dispose();
    },
  };
}
