// Part of the composition root, loaded right after start-up: what agents do by themselves, and the view of agents. Rooms are loaded when there
// is work for them.
import * as vscode from 'vscode';
import type { AgentPauses } from '../core/agents/agentPauses';
import { once } from '../core/once';
import type { OwnEdits } from '../vscode/changes/ownEdits';
import { setAgentContextKeys } from '../vscode/agents/agentContextKeys';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import type { AgentsViewGround } from './agentsView';
import type { ReactionsRoom } from './reactions';

export interface AgentsRoomOptions extends AgentsViewGround {
  settings: VsCodeSettings;
  /** Resolves when the storage has started. */
  started: Promise<void>;
  pauses: AgentPauses;
  /** What the view follows. */
  treeChanged: vscode.EventEmitter<unknown>;
  newId: () => string;
}

export type AgentsRoom = ReturnType<typeof createAgentsRoom>;

export function createAgentsRoom(options: AgentsRoomOptions) {
  const { settings, registry, storage, team, state, pauses, onBug, owned } = options;
  const changed = owned.add(new vscode.EventEmitter<void>());
  const fire = () => changed.fire();
  let loaded: ReactionsRoom | undefined;
  const reactions = once(async () => {
    const { createReactions } = await import('./reactions');
    await options.started;
    const room = createReactions({ ...options, team: team() });
    await room.reactions.start(since);
    owned.add(room.reactions.onDidChange(fire));
    owned.add(room.consent.onDidChange(fire));
    loaded = room;
    fire();
    return room;
  });
  const isReacting = () => state.readyMade().size > 0 || registry.list().some(({ on = [] }) => on.length > 0);
  // What happened since somebody wanted to react must not be missed while what reacts is being loaded.
  let since = 0;
  const look = () => {
    fire();
    if (!isReacting()) since = storage.bus.lastSeq;
    else if (!loaded && !owned.isDisposed) void reactions().catch((error: unknown) => onBug(error, 'reactions'));
  };
  for (const source of [registry, state, pauses, settings]) owned.add(source.onDidChange(look));
  owned.add(
    storage.bus.tap(({ topic }) => {
      if (topic.startsWith('breaker.')) fire();
    }),
  );
  // Events from before this room was loaded count too: agents may have been registered meanwhile.
  look();
  const breakers = () => team.peek()?.breakers.list() ?? [];
  owned.add(setAgentContextKeys({ registry, breakers, onDidChange: changed.event }));
  publishEditorEvents(options);

  const tree = once(async () => {
    const { createAgentsView } = await import('./agentsView');
    const made = createAgentsView({ ...options, reactions: () => loaded, onDidChange: changed.event });
    owned.add(made.onDidChangeTreeData((node) => options.treeChanged.fire(node)));
    return made;
  });
  return {
    tree,
    reactions,
    /** Keeps what waits; to be called when the engine has stopped and before the storage closes. */
    close: async () => {
      const room = await reactions.peek()?.catch(() => undefined);
      await room?.reactions.close();
    },
  };
}

/** Loaded with the extension proper, since other extensions may subscribe; the listeners are cheap. */
function publishEditorEvents({ storage, clock, team, onBug, owned }: AgentsRoomOptions): void {
  import('./eventSources')
    .then(({ createEventSources }) => {
      const onProblem = (message: string) => onBug(new Error(message), 'git');
      // Before the team is there, nothing can have been saved by us.
      const isOwn: OwnEdits['isOwn'] = (document) => team.peek()?.own.isOwn(document) === true;
      if (!owned.isDisposed) createEventSources({ publisher: storage.bus, clock, isOwn, onProblem, owned });
    })
    .catch((error: unknown) => onBug(error, 'event sources'));
}
