// The extension in the window of the tests, and a scripted model server that it is pointed at.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, EventEnvelope, SpanRecord } from '../../../src/api';
import { ScriptedModelServer } from '../../support/scriptedModelServer/scriptedModelServer';

export async function teamApi(): Promise<AgentTeamApi> {
  const extension = vscode.extensions.getExtension<AgentTeamApi>('agent-team.agent-team');
  assert.ok(extension);
  return extension.activate();
}

export async function configure(settings: Record<string, unknown>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('agentTeam');
  for (const [key, value] of Object.entries(settings)) {
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
  }
}

/** Gives the surrounding `describe` a model server that answers for the whole team, and takes it away again. */
export function useScriptedServer(): () => ScriptedModelServer {
  let server: ScriptedModelServer | undefined;
  before(async () => {
    server = await ScriptedModelServer.start();
    await configure({ provider: 'openai', 'openai.baseUrl': server.baseUrl, 'retry.baseDelayMs': 1 });
  });
  afterEach(() => server?.reset());
  after(async () => {
    await configure({ provider: undefined, 'openai.baseUrl': undefined, 'retry.baseDelayMs': undefined });
    await server?.close();
  });
  return () => {
    assert.ok(server);
    return server;
  };
}

/** The spans below `parent` by name, as nested lists, in order of their start. */
export function spanTree(spans: readonly SpanRecord[], parent?: string): unknown[] {
  return spans
    .filter((span) => span.parentSpanId === parent)
    .map((span) => {
      const children = spanTree(spans, span.spanId);
      return children.length === 0 ? span.name : [span.name, children];
    });
}

export const topicsOf = (events: readonly EventEnvelope[]) => events.map(({ topic }) => topic);
