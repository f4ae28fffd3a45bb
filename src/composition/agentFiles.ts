// Part of the composition root, loaded when there is an agent file: what keeps agents in step with files, and what helps to write them.
import type * as vscode from 'vscode';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { DisposableStore } from '../core/disposable';
import { registerAgentAuthoring } from '../vscode/agents/agentAuthoring';
import { AgentDiagnostics } from '../vscode/agents/agentDiagnostics';
import { AgentFiles } from '../vscode/agents/agentFiles';
import type { AgentPlaces } from '../vscode/agents/agentPlaces';
import type { TeamTools } from './tools';

export interface AgentFilesOptions {
  places: AgentPlaces;
  registry: AgentRegistry;
  /** Loaded when a file names a tool. */
  tools: () => TeamTools;
  log: vscode.LogOutputChannel;
  owned: DisposableStore;
}

export function createAgentFiles({ places, registry, tools, log, owned }: AgentFilesOptions): AgentFiles {
  const choices = {
    isKnown: (name: string) => tools().choices.isKnown(name),
    referred: (name: string) => tools().choices.referred(name),
  };
  const files = owned.add(
    new AgentFiles({
      places,
      registry,
      tools: choices,
      onDidChangeTools: (handler) => tools().registry.onDidChange(handler),
      onProblem: (message) => log.warn(message),
    }),
  );
  owned.add(new AgentDiagnostics(files));
  owned.add(registerAgentAuthoring({ registry, choices, tools: () => tools().registry.infos() }));
  return files;
}
