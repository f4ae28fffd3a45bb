// The fixture extension that offers language models, as host tests drive it.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { untilPasses } from '../../support/until';

export type ScriptedPart =
  | { text: string }
  | { call: { id?: string; name: string; input?: unknown } }
  /** Waits until the test opens the gate of that name. */
  | { gate: string }
  | { wait: () => Promise<unknown> };

export interface ScriptedAnswer {
  parts?: ScriptedPart[];
  error?: { code?: 'NoPermissions' | 'Blocked' | 'NotFound'; message?: string };
}

export interface OfferedModel {
  id: string;
  family?: string;
  name?: string;
  images?: boolean;
  maxInputTokens?: number;
}

export interface RecordedRequest {
  model: string;
  messages: { role: 'user' | 'assistant'; parts: Record<string, unknown>[] }[];
  tools: { name: string; description: string; inputSchema?: unknown }[];
  toolMode: 'auto' | 'required';
  modelOptions: Record<string, unknown>;
  /** Resolves once the caller gives this request up. */
  whenCancelled: Promise<void>;
}

export interface ScriptedLanguageModels {
  offerModels(models: OfferedModel[]): void;
  scriptAnswers(answers: (ScriptedAnswer | ((request: RecordedRequest) => ScriptedAnswer))[]): void;
  openGate(name: string): void;
  requests(): RecordedRequest[];
  /** Opens all gates, forgets answers and requests, and offers no model any more. */
  reset(): void;
}

/** The fixture's exported API; with nothing offered. */
export async function scriptedLanguageModels(): Promise<ScriptedLanguageModels> {
  const extension = vscode.extensions.getExtension<ScriptedLanguageModels>('agent-team-fixtures.lm-provider');
  assert.ok(extension, 'the fixture test/fixtures/lm-provider is not in this window');
  const models = await extension.activate();
  models.reset();
  return models;
}

/** Offers models and waits until VS Code lists exactly them. */
export async function offer(fixture: ScriptedLanguageModels, models: OfferedModel[]): Promise<void> {
  fixture.offerModels(models);
  const wanted = models.map(({ id }) => id).sort();
  await untilPasses(async () => {
    const listed = (await vscode.lm.selectChatModels()).map(({ id }) => id).sort();
    assert.deepEqual(listed, wanted);
  });
}
