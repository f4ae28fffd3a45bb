// Part of the composition root, loaded when there is an agent that reacts: reactions over the engine, with what may stand in their way.
import * as vscode from 'vscode';
import { FileReactionClaims } from '../adapters/node/fileReactionClaims';
import { NodeReactionStore } from '../adapters/node/nodeReactionStore';
import type { EventEnvelope } from '../api';
import type { AgentPauses } from '../core/agents/agentPauses';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { createReactionRunner } from '../core/engine/reactionRunner';
import { chosenClaims } from '../core/reactions/chosenClaims';
import { ReactionConsent } from '../core/reactions/reactionConsent';
import { Reactions, type ReactionGates } from '../core/reactions/reactions';
import { consentTexts, reactionTexts } from '../vscode/agents/reactionTexts';
import type { StoredAgentState } from '../vscode/agents/storedAgentState';
import { Typing } from '../vscode/eventSources/typing';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import type { TeamStorage } from './storage';
import type { Team } from './team';

export interface ReactionsRoomOptions {
  clock: Clock;
  settings: VsCodeSettings;
  registry: AgentRegistry;
  storage: TeamStorage;
  team: Team;
  state: StoredAgentState;
  pauses: AgentPauses;
  newId: () => string;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export type ReactionsRoom = ReturnType<typeof createReactions>;

/** Nothing fires before `reactions.start`. */
export function createReactions(options: ReactionsRoomOptions) {
  const { clock, settings, registry, storage, team, state, newId, onBug, owned } = options;
  const { bus, store, place } = storage;
  const { folder, origin, isAlive } = place;
  const report = (error: unknown) => onBug(error, 'reactions');
  const consent = owned.add(
    new ReactionConsent({
      queue: team.approvals.queue,
      grants: team.approvals.store,
      refusal: state.refusal,
      texts: consentTexts(),
    }),
  );
  const typing = owned.add(new Typing(clock));
  const embedded = new FileReactionClaims({ folder, origin, clock, isAlive });
  const kept = new NodeReactionStore({
    folder,
    origin,
    onProblem: (problem) => report(new Error(JSON.stringify(problem))),
  });
  const reactions = owned.add(
    new Reactions({
      bus,
      registry,
      settings: settings.current,
      clock,
      newId,
      gates: createGates({ ...options, consent, typing }),
      claims: chosenClaims(() => storage.shared.claims ?? embedded),
      store: kept,
      logs: kept,
      isAlive,
      runner: createReactionRunner({
        engine: team.engine,
        viewOf: (runId) => store.get(runId),
        consent,
        filesOf: (event: EventEnvelope) => changedIn(store.peek(event.runId ?? '')),
        nameThread: (threadId, title) => store.renameThread(threadId, title),
        texts: reactionTexts(),
      }),
      onBug: report,
    }),
  );
  storage.shared.onOrphan = (event) => reactions.offerAgain(event);
  return { reactions, consent };
}

function createGates({
  settings,
  team,
  state,
  pauses,
  consent,
  typing,
}: ReactionsRoomOptions & { consent: ReactionConsent; typing: Typing }): ReactionGates {
  return {
    isPaused: (agent) => pauses.has(agent),
    isBreakerOpen: (agent) => team.breakers.get('agent', agent).isRefusing,
    lastTypedAtMs: () => typing.lastAtMs,
    consent: () => consent.state(),
    // In restricted mode nothing of the workspace counts, and what is kept for a workspace is of it.
    readyMade: () => (vscode.workspace.isTrusted ? state.readyMade() : new Set()),
    onDidChange: (handler) =>
      vscode.Disposable.from(
        pauses.onDidChange(handler),
        state.onDidChange(handler),
        consent.onDidChange(handler),
        team.breakers.onDidChange(handler),
        settings.onDidChange(handler),
        vscode.workspace.onDidGrantWorkspaceTrust(handler),
      ),
  };
}

/** What an event's run has changed so far: a task names no files. */
function changedIn(view: { changes: readonly { path: string }[] } | undefined): string[] {
  return view ? view.changes.map(({ path }) => path) : [];
}
