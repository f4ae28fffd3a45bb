// Context keys for the palette: whether an agent is paused, comes from a file, or has a breaker that is open.
import * as vscode from 'vscode';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { BreakerInfo } from '../../core/resilience/breakerRegistry';

export interface AgentContextKeysOptions {
  registry: Pick<AgentRegistry, 'list' | 'isPaused'>;
  breakers: () => readonly BreakerInfo[];
  /** Agents, pauses or breakers changed. */
  onDidChange: vscode.Event<void>;
}

/** Sets the keys now and at each change; disposing stops following. */
export function setAgentContextKeys({ registry, breakers, onDidChange }: AgentContextKeysOptions): vscode.Disposable {
  let known = '';
  const update = () => {
    const agents = registry.list();
    const keys = {
      // Pauses outlast a window: as long as nobody has looked, somebody may be paused.
      nobodyPaused: !agents.some(({ name }) => registry.isPaused(name)),
      hasAgentFiles: agents.some(({ source }) => source === 'file'),
      hasOpenBreakers: breakers().some(({ state }) => state !== 'closed'),
    };
    if (JSON.stringify(keys) === known) return;
    known = JSON.stringify(keys);
    for (const [key, value] of Object.entries(keys)) {
      void vscode.commands.executeCommand('setContext', `agentTeam.${key}`, value);
    }
  };
  update();
  return onDidChange(update);
}
