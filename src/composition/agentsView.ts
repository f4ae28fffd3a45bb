// Part of the composition root, loaded when the view of agents is shown.
import type * as vscode from 'vscode';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { Once } from '../core/once';
import { FiguresOfRuns } from '../core/runs/figuresOfRuns';
import { AgentsTree } from '../vscode/agents/agentsTree';
import { ImportOffer } from '../vscode/agents/import/importOffer';
import type { StoredAgentState } from '../vscode/agents/storedAgentState';
import type { ReactionsRoom } from './reactions';
import type { TeamStorage } from './storage';
import type { Team } from './team';

/** What the view needs of what the room of agents is made with. */
export interface AgentsViewGround {
  clock: Clock;
  registry: AgentRegistry;
  storage: TeamStorage;
  team: Once<Team>;
  state: StoredAgentState;
  agentsView: vscode.TreeView<unknown>;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export interface AgentsViewOptions extends AgentsViewGround {
  /** Undefined while no agent reacts. */
  reactions: () => ReactionsRoom | undefined;
  onDidChange: vscode.Event<void>;
}

export function createAgentsView(options: AgentsViewOptions): AgentsTree {
  const { registry, storage, team, state, agentsView, clock, onDidChange, onBug, owned } = options;
  const { bus, store, journal } = storage;
  const onProblem = (error: unknown) => onBug(error, 'figures');
  const { figures } = owned.add(new FiguresOfRuns({ bus, runs: store, journal, onProblem }));
  const imports = owned.add(new ImportOffer({ state, onProblem: (error) => onBug(error, 'imports') }));
  owned.add(agentsView.onDidChangeVisibility(({ visible }) => visible && imports.look()));
  const tree = owned.add(
    new AgentsTree({
      registry,
      runs: store,
      figures,
      breakers: () => team.peek()?.breakers.list() ?? [],
      reactions: () => options.reactions()?.reactions.list() ?? [],
      consent: () => options.reactions()?.consent.state(),
      readyMade: () => state.readyMade(),
      imports,
      onDidChange,
      clock,
    }),
  );
  tree.attach(agentsView);
  return tree;
}
