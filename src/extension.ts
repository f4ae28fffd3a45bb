// Composition root: builds everything and wires it by hand, nothing else. `entry.ts` loads it when there is work, and it loads
// the rooms that a window may never need at their first use: the team with its tools, what answers, the chat with the commands.
import * as vscode from 'vscode';
import { SystemClock } from './adapters/node/systemClock';
import type { AgentTeamApi } from './api';
import { createModels } from './composition/models';
import { createStorage } from './composition/storage';
import type { TeamActions } from './composition/actions';
import { createTeamBackend } from './composition/teamBackend';
import type * as TeamRoom from './composition/team';
import { createViews, type InSight } from './composition/views';
import { AgentPauses } from './core/agents/agentPauses';
import { AgentRegistry } from './core/agents/agentRegistry';
import { maskSecrets } from './core/agents/guardrails/secretGuardrail';
import { DisposableStore, toDisposable } from './core/disposable';
import { createEventIds } from './core/events/eventIds';
import { createRedactor } from './core/events/redactor';
import { once } from './core/once';
import { isUnfinished } from './core/runs/runStates';
import { LiveText } from './core/runs/liveText';
import type { AgentFiles } from './vscode/agents/agentFiles';
import { AgentFileLoader } from './vscode/agents/agentFileLoader';
import type { AgentRow } from './vscode/agents/agentRows';
import type { AgentPlaces } from './vscode/agents/agentPlaces';
import { StoredAgentState } from './vscode/agents/storedAgentState';
import { createPromptVersions } from './vscode/agents/promptVersions';
import { OPEN_REVIEWS_KEY, type CommandId } from './vscode/ids';
import { reportSettingsProblems } from './vscode/settings/reportSettingsProblems';
import { VsCodeSettings } from './vscode/settings/vsCodeSettings';

/** The loaded extension, as the entry stub sees it. */
export interface AgentTeam {
  readonly api: AgentTeamApi;
  readonly chatView: vscode.WebviewViewProvider;
  readonly runsTree: vscode.TreeDataProvider<unknown>;
  readonly agentsTree: vscode.TreeDataProvider<unknown>;
  readonly traceView: vscode.WebviewViewProvider & vscode.WebviewPanelSerializer;
  /** Entries of shared memory as documents. */
  memoryFiles(): Promise<vscode.FileSystemProvider>;
  readonly reportPanels: vscode.WebviewPanelSerializer;
  /** Resolves when the agents that files define are known, or after two seconds. */
  agentsReady(): Promise<void>;
  /** Actions on code, health, VS Code's own chat and tools. */
  actions(): Promise<TeamActions>;
  /** Runs a contributed command with what VS Code passed. */
  run(command: CommandId, args: unknown[]): Promise<unknown>;
  /** Stops what is going, saves everything, releases everything. */
  shutDown(): Promise<void>;
}

export interface TeamHost {
  readonly runsView: vscode.TreeView<unknown>;
  readonly agentsView: vscode.TreeView<unknown>;
  readonly agentPlaces: AgentPlaces;
  /** Loads the room of the engine, the API and the tools at once: much of the API is synchronous. */
  loadTeam(): typeof TeamRoom;
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
  const agentState = new StoredAgentState(context.workspaceState, (error) => onBug(error, 'agents'));
  const pauses = new AgentPauses(agentState.pauses);
  const prompts = createPromptVersions(context, onBug);
  const registry = new AgentRegistry({ settings: settings.current, pauses, promptVersions: prompts });
  const storage = createStorage({
    context,
    clock,
    log,
    settings: settings.current,
    newId,
    redact: redactor.redact,
    learnSecret: redactor.learn,
    owned,
  });
  const { bus, store } = storage;
  const models = createModels({
    context,
    clock,
    settings,
    registry,
    learnSecret: redactor.learn,
    owned,
  });
  const backend = createTeamBackend({
    storage,
    clock,
    log,
    settings,
    keys: models.keys,
    learnSecret: redactor.learn,
    owned,
  });
  const live = new LiveText();
  const team = once(() =>
    host.loadTeam().createTeam({
      context,
      clock,
      settings: settings.current,
      registry,
      storage,
      models,
      live,
      newId,
      redact: redactor.redact,
      onBug,
      agentsReady: () => agents.ready(),
      owned,
    }),
  );
  const { agentPlaces } = host;
  const agentFiles = once(async (): Promise<AgentFiles> => {
    const { createAgentFiles } = await import('./composition/agentFiles');
    return createAgentFiles({ places: agentPlaces, registry, tools: () => team().tools, log, owned });
  });
  const agents = owned.add(new AgentFileLoader({ places: agentPlaces, files: agentFiles, clock, onBug }));
  const places = new Set<InSight>();
  const views = createViews({ clock, store, models, runsView: host.runsView, places, onBug, owned });
  const review = once(async () => {
    const { createReview } = await import('./composition/review');
    return createReview({ context, clock, settings, store, publisher: bus, team: team(), onBug, owned });
  });
  owned.add(
    store.onDidChange((runId, event) => {
      if (event?.topic !== 'review.completed' || owned.isDisposed) return;
      review()
        .then((shown) => shown.show(runId))
        .catch((error: unknown) => onBug(error, 'review'));
    }),
  );
  const trace = once(async () => {
    const { createTrace } = await import('./composition/trace');
    const breakers = () => team().breakers;
    return createTrace({ context, clock, log, settings: settings.current, storage, prompts, breakers, owned });
  });
  const report = once(async () => {
    const { createReport } = await import('./composition/report');
    return createReport({ context, clock, log, store, places, owned });
  });
  const actions = once(async (): Promise<TeamActions> => {
    const { createActions } = await import('./composition/actions');
    const showRun = async (runId: string) => (await chat()).showRun(runId);
    const { traceExport } = storage;
    return createActions({
      ...{ context, settings, registry, store, live, models, backend, traceExport, showRun, owned },
      team: team(),
    });
  });
  const memoryFiles = once(async () => {
    const { createMemoryFiles } = await import('./composition/memoryFiles');
    return createMemoryFiles({ memory: team().memory, bus, owned });
  });
  const chat = once(async () => {
    const { createChat } = await import('./composition/chat');
    const agentSources = { places: agentPlaces, uriOf: agents.uriOf };
    return createChat({
      context,
      clock,
      log,
      settings,
      store,
      traces: storage.tracing,
      live,
      redact: redactor.redact,
      team: team(),
      registry,
      agentSources,
      models,
      review,
      actions,
      runsTree: views.tree,
      openTrace: async (target) => (await trace()).openInEditor(target),
      agentControl: {
        pauses,
        state: agentState,
        consent: async () => (await (await agentsRoom()).reactions()).consent,
      },
      report,
      places,
      owned,
    });
  });

  const hasUnfinished = () => store.list().some((run) => isUnfinished(run, clock.now()));
  owned.add(
    store.onDidChange((_runId, event) => {
      if (!event || event.topic.startsWith('run.')) host.setUnfinished(hasUnfinished());
    }),
  );
  const starting = storage.start().catch((error: unknown) => onBug(error, 'storage'));
  // What earlier windows left to decide about must be known to menus, without anybody asking for it.
  const lookBack = async () => {
    await starting;
    if (!owned.isDisposed && (await storage.changeStore.runs(1)).length > 0) team();
    if (!owned.isDisposed && context.workspaceState.get(OPEN_REVIEWS_KEY) !== undefined)
      await (await review()).restore();
    if (owned.isDisposed || !hasUnfinished()) return;
    const { lookAfterInterrupted } = await import('./composition/interrupted');
    lookAfterInterrupted({ context, clock, storage, team: team(), onBug, owned });
  };
  void lookBack().catch((error: unknown) => onBug(error, 'start'));
  const agentsChanged = owned.add(new vscode.EventEmitter<unknown>());
  const agentsRoom = once(async () => {
    const { createAgentsRoom } = await import('./composition/agents');
    return createAgentsRoom({
      clock,
      settings,
      registry,
      storage,
      started: starting,
      team,
      state: agentState,
      pauses,
      agentsView: host.agentsView,
      treeChanged: agentsChanged,
      newId,
      onBug,
      owned,
    });
  });
  void agentsRoom().catch((error: unknown) => onBug(error, 'agents'));
  const life = new AbortController();
  owned.add(toDisposable(() => life.abort()));
  void models.directory.prepare(life.signal).catch((error: unknown) => onBug(error, 'models'));

  return {
    get api() {
      return team().api;
    },
    chatView: {
      resolveWebviewView: async (view) => {
        (await chat()).view.resolveWebviewView(view);
      },
    },
    runsTree: views.runsTree,
    agentsTree: {
      onDidChangeTreeData: agentsChanged.event,
      getChildren: async (row) => (await (await agentsRoom()).tree()).getChildren(row as AgentRow | undefined),
      getTreeItem: async (row) => (await (await agentsRoom()).tree()).getTreeItem(row as AgentRow),
    },
    traceView: {
      resolveWebviewView: async (view) => (await trace()).resolveWebviewView(view),
      deserializeWebviewPanel: async (panel) => (await trace()).restore(panel),
    },
    memoryFiles,
    reportPanels: {
      deserializeWebviewPanel: async (panel, state) => (await report()).panels.restore(panel, state),
    },
    agentsReady: agents.ready,
    actions,
    run: async (command, args) => (await chat()).commands.run(command, args),
    shutDown: async () => {
      await team.peek()?.engine.shutDown();
      await starting;
      await (await agentsRoom.peek()?.catch(() => undefined))?.close();
      await backend.close();
      await storage.close();
      owned.dispose();
    },
  };
}
