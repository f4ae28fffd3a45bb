// What VS Code loads at start-up: a few kilobytes that register names and load the extension (main.js) when there is work for it.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { AgentTeamApi } from './api';
import type { TeamActions } from './composition/actions';
import type * as TeamRoom from './composition/team';
import type * as Extension from './extension';
import { registerMemoryFiles } from './vscode/memory/lazyMemoryFiles';
import { AgentPlaces } from './vscode/agents/agentPlaces';
import { TeamCodeActions } from './vscode/actions/teamCodeActions';
import {
  COMMANDS,
  OPEN_REVIEWS_KEY,
  READY_REACTIONS_KEY,
  PARTICIPANT,
  TEAM_TOOLS,
  REPORT_PANEL,
  VIEWS,
} from './vscode/ids';

/** Set in the workspace's state while a run is going, so that the next window knows that there may be something to resume. */
const UNFINISHED_RUNS_KEY = 'agentTeam.unfinishedRuns';

let team: Extension.AgentTeam | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<AgentTeamApi> {
  const treeChanged = new vscode.EventEmitter<unknown>();
  const load = (): Extension.AgentTeam => {
    if (team) return team;
    const main = loadMain();
    team = main.createAgentTeam(context, {
      runsView,
      agentsView,
      agentPlaces,
      loadTeam,
      setUnfinished: (unfinished) => void context.workspaceState.update(UNFINISHED_RUNS_KEY, unfinished || undefined),
    });
    team.runsTree.onDidChangeTreeData?.((element) => {
      treeChanged.fire(element);
    });
    team.agentsTree.onDidChangeTreeData?.((element) => {
      agentsChanged.fire(element);
    });
    return team;
  };
  const runsView = vscode.window.createTreeView<unknown>(VIEWS.runs, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: treeChanged.event,
      getTreeItem: (element) => load().runsTree.getTreeItem(element),
      getChildren: (element) => load().runsTree.getChildren(element),
      getParent: (element) => load().runsTree.getParent?.(element),
      resolveTreeItem: (item, element, token) => load().runsTree.resolveTreeItem?.(item, element, token) ?? item,
    },
  });
  const agentsChanged = new vscode.EventEmitter<unknown>();
  const agentsView = vscode.window.createTreeView<unknown>(VIEWS.agents, {
    treeDataProvider: {
      onDidChangeTreeData: agentsChanged.event,
      getTreeItem: (element) => load().agentsTree.getTreeItem(element),
      getChildren: (element) => load().agentsTree.getChildren(element),
    },
  });
  const agentPlaces = new AgentPlaces(homedir());
  const readAgents = async () => {
    if (await agentPlaces.hasFiles()) await load().agentsReady();
  };
  context.subscriptions.push(
    treeChanged,
    agentsChanged,
    agentsView,
    agentPlaces,
    agentPlaces.onDidChange(() => {
      if (!team) void readAgents();
    }),
    runsView,
    registerMemoryFiles(() => load().memoryFiles()),
    ...Object.values(COMMANDS).map((id) =>
      vscode.commands.registerCommand(id, (...args: unknown[]) => load().run(id, args)),
    ),
    vscode.languages.registerCodeActionsProvider({ scheme: '*' }, new TeamCodeActions(), {
      providedCodeActionKinds: TeamCodeActions.kinds,
    }),
    participant(async () => (await load().actions()).participant),
    ...teamTools(async () => (await load().actions()).tools),
    vscode.window.registerWebviewViewProvider(VIEWS.chat, {
      resolveWebviewView: (view, state, token) => load().chatView.resolveWebviewView(view, state, token),
    }),
    vscode.window.registerWebviewViewProvider(VIEWS.trace, {
      resolveWebviewView: (view, state, token) => load().traceView.resolveWebviewView(view, state, token),
    }),
    vscode.window.registerWebviewPanelSerializer(REPORT_PANEL, {
      deserializeWebviewPanel: (panel, state) => load().reportPanels.deserializeWebviewPanel(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer(VIEWS.trace, {
      deserializeWebviewPanel: (panel, state) => load().traceView.deserializeWebviewPanel(panel, state),
    }),
  );
  const { workspaceState } = context;
  // Agents that a person lets work by themselves: there is work from the start, in a workspace that is trusted.
  const loadForReactions = () => {
    if (vscode.workspace.isTrusted && workspaceState.get(READY_REACTIONS_KEY) !== undefined) setImmediate(load);
  };
  loadForReactions();
  context.subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(loadForReactions));
  // Others of a team count on this window, and it on them, whether or not anybody looks.
  const loadForTeam = () => {
    if (vscode.workspace.getConfiguration('agentTeam').get('events.backend') === 'redis') setImmediate(load);
  };
  loadForTeam();
  context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(loadForTeam));
  if (workspaceState.get(UNFINISHED_RUNS_KEY) !== undefined || workspaceState.get(OPEN_REVIEWS_KEY) !== undefined)
    setImmediate(load);
  // Whoever gets the API finds the agents of the workspace's files in it.
  await readAgents();
  return lazyApi(() => load().api);
}

function participant(load: () => Promise<TeamActions['participant']>): { dispose(): void } {
  const team = vscode.chat.createChatParticipant(PARTICIPANT, async (request, context, stream, token) =>
    (await load()).answer(request, context, stream, token),
  );
  team.iconPath = new vscode.ThemeIcon('organization');
  team.followupProvider = { provideFollowups: async (result) => (await load()).followups(result) };
  return team;
}

function teamTools(load: () => Promise<TeamActions['tools']>): vscode.Disposable[] {
  return TEAM_TOOLS.map((name) =>
    vscode.lm.registerTool(name, {
      prepareInvocation: async ({ input }) => (await load()).prepare(name, input),
      invoke: async ({ input }, token) => (await load()).invoke(name, input, token),
    }),
  );
}

// Plain `require`s of sibling files, which the build makes: synchronous, and kept by Node after the first time.
/* eslint-disable @typescript-eslint/no-require-imports -- the one place where the extension proper is loaded */
const loadMain = () => require('./main.js') as typeof Extension;
const loadTeam = () => require('./team.js') as typeof TeamRoom;
/* eslint-enable @typescript-eslint/no-require-imports */

export async function deactivate(): Promise<void> {
  await team?.shutDown();
  team = undefined;
}

/** The exported API, loaded at its first use. */
function lazyApi(load: () => AgentTeamApi): AgentTeamApi {
  return {
    apiVersion: 1,
    ask: (request, options) => load().ask(request, options),
    goal: (goal, options) => load().goal(goal, options),
    review: (target) => load().review(target),
    get runs() {
      return load().runs;
    },
    get approvals() {
      return load().approvals;
    },
    get changes() {
      return load().changes;
    },
    get events() {
      return load().events;
    },
    get traces() {
      return load().traces;
    },
    get agents() {
      return load().agents;
    },
    get tools() {
      return load().tools;
    },
    get memory() {
      return load().memory;
    },
  };
}
