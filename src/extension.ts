// Composition root: builds everything and wires it by hand, nothing else. `entry.ts` loads it when there is work.
import * as vscode from 'vscode';
import { SystemClock } from './adapters/node/systemClock';
import type { AgentInfo, AgentTeamApi } from './api';
import { createModels } from './composition/models';
import { createStorage } from './composition/storage';
import { createTools } from './composition/tools';
import { createViews } from './composition/views';
import { AgentRegistry } from './core/agents/agentRegistry';
import { defaultGuardrails } from './core/agents/guardrails/defaultGuardrails';
import { GuardrailChain } from './core/agents/guardrails/guardrail';
import { maskSecrets } from './core/agents/guardrails/secretGuardrail';
import { DisposableStore, toDisposable } from './core/disposable';
import { agentInfos, createTeamApi } from './core/engine/teamApi';
import { RunBudgets } from './core/engine/runBudgets';
import { TeamEngine } from './core/engine/teamEngine';
import { createEventIds } from './core/events/eventIds';
import { createRedactor } from './core/events/redactor';
import { AgentBreakerGate } from './core/resilience/breakerRegistry';
import type { TeamServices } from './core/routing/askTeam';
import { toRunResult } from './core/runs/reduceRun';
import { LiveText } from './core/runs/liveText';
import { resolveContext } from './core/workspace/contextItems';
import { workspacePicture } from './core/workspace/workspacePicture';
import { readInstructions } from './vscode/agents/instructions';
import { createPromptVersions } from './vscode/agents/promptVersions';
import { createCommands } from './vscode/commands/createCommands';
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
  const budgets = new RunBudgets(settings.current, bus, owned);
  const models = createModels({
    context,
    clock,
    settings,
    registry,
    publisher: bus,
    newId,
    learnSecret: redactor.learn,
    budgetFor: (run) => budgets.of(run),
    owned,
  });
  const { ports, tools } = createTools(context, clock, owned);
  const live = new LiveText();
  const resultOf = async (runId: string) => {
    const view = await store.get(runId);
    return view && toRunResult(view);
  };

  const services: TeamServices = {
    models: models.caller,
    tools,
    registry,
    breakers: new AgentBreakerGate(models.breakers),
    guardrails: new GuardrailChain(defaultGuardrails(), onBug),
    settings: settings.current,
    clock,
    newId,
    onBug,
    workspacePicture: (signal) => workspacePicture(ports, signal),
    instructionsFor: () => readInstructions(),
  };
  const engine = new TeamEngine({
    publisher: bus,
    tracing,
    live,
    clock,
    newId,
    flush: () => storage.flush(),
    resultOf,
    onBug,
    services,
    registry,
    settings: settings.current,
    resolveContext: (items, references, signal) => resolveContext(ports, { items, references }, signal),
    threadRuns: (threadId) => store.thread(threadId),
    viewOf: (runId) => store.get(runId),
  });
  const apiOptions = {
    engine,
    bus,
    registry,
    tools,
    traces: tracing,
    runs: { list: () => store.list(), result: resultOf, delete: (runId: string) => store.delete(runId) },
    breakerOf: (agent: string) => models.breakers.state('agent', agent),
  };
  const agents = (): AgentInfo[] => agentInfos(apiOptions);
  const views = createViews({ context, clock, log, settings, store, live, engine, registry, models, agents, owned });
  const commands = createCommands({ engine, store, registry, models, chat: views.chat, log });

  owned.add(store.onDidChange(() => host.setUnfinished(engine.activeIds().length > 0)));
  views.runsTree.attach(host.runsView);
  const starting = storage.start().catch((error: unknown) => onBug(error, 'storage'));
  const life = new AbortController();
  owned.add(toDisposable(() => life.abort()));
  void models.directory.prepare(life.signal).catch((error: unknown) => onBug(error, 'models'));

  return {
    api: createTeamApi(apiOptions),
    chatView: views.chatView,
    runsTree: views.runsTree,
    run: (command, args) => commands.run(command, args),
    shutDown: async () => {
      await engine.shutDown();
      await starting;
      await storage.close();
      owned.dispose();
    },
  };
}
