import * as assert from 'node:assert/strict';
import { isFailure, type Failure } from '../../../../src/core/failure';
import type { ModelSelection } from '../../../../src/core/model/modelChoice';
import { Bench, byPerson, byReaction, READY, signal } from '../../../support/directoryBench';
import { Gate } from '../../../support/gate';

function chosen(outcome: ModelSelection | Failure): string {
  if (isFailure(outcome)) return outcome.reason;
  const { endpoint, model } = outcome.model.id;
  return `${endpoint}:${model}`;
}

function passedOver(outcome: ModelSelection | Failure): string[] {
  assert.ok(!isFailure(outcome));
  return outcome.reason.passedOver.map(({ endpoint }) => endpoint);
}

describe('ModelDirectory with provider auto', () => {
  it('takes a configured key or base URL first', async () => {
    const bench = new Bench();
    bench.openai.ready = READY;
    bench.vscode.ready = READY;
    const outcome = await bench.directory.select('dev', byPerson);
    assert.equal(chosen(outcome), 'openai:default-model');
    assert.deepEqual(passedOver(outcome), []);
    assert.deepEqual(bench.vscode.asked, []);
  });

  it("takes VS Code's language model next, then a local server that was agreed to, else the rules", async () => {
    const bench = new Bench();
    bench.vscode.ready = READY;
    bench.consents.add('ollama');
    bench.running.add('ollama');
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'vscode:default-model');
    bench.vscode.ready = { ready: false, needs: 'none' };
    bench.change();
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'ollama:ollama-model');
    bench.consents.clear();
    bench.change();
    const last = await bench.directory.select('dev', byPerson);
    assert.equal(chosen(last), 'offline:default-model');
    assert.deepEqual(passedOver(last), ['openai', 'vscode', 'ollama', 'lmstudio']);
  });

  it("lets VS Code ask for consent only when a person acts and has agreed to VS Code's models before", async () => {
    const bench = new Bench();
    await bench.directory.select('dev', byPerson);
    bench.consents.add('vscode');
    bench.change();
    await bench.directory.select('dev', byPerson);
    await bench.directory.select('dev', byReaction);
    assert.deepEqual(
      bench.vscode.asked.map(({ interactive }) => interactive),
      [false, true, false],
    );
  });

  it('does not contact a local server that nobody agreed to', async () => {
    const bench = new Bench();
    bench.running.add('ollama').add('lmstudio');
    const outcome = await bench.directory.select('dev', byPerson);
    assert.equal(chosen(outcome), 'offline:default-model');
    assert.deepEqual(bench.probed, []);
    assert.ok(!isFailure(outcome));
    assert.match(outcome.reason.passedOver.at(-1)?.needs ?? '', /LM Studio is used only after you picked it/);
  });

  it('never probes for a reaction, but uses what is known', async () => {
    const bench = new Bench();
    bench.consents.add('lmstudio');
    bench.running.add('lmstudio');
    assert.equal(chosen(await bench.directory.select('dev', byReaction)), 'offline:default-model');
    assert.deepEqual(bench.probed, []);
    await bench.directory.prepare(signal);
    assert.deepEqual(bench.probed, ['lmstudio']);
    assert.equal(chosen(await bench.directory.select('dev', byReaction)), 'lmstudio:lmstudio-model');
    assert.deepEqual(bench.probed, ['lmstudio']);
  });

  it('finds a local server that was started later, and notices when it has stopped', async () => {
    const bench = new Bench();
    bench.consents.add('ollama');
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'offline:default-model');
    bench.running.add('ollama');
    bench.clock.set(bench.clock.now() + 5_000);
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'ollama:ollama-model');
    bench.running.clear();
    bench.clock.set(bench.clock.now() + 60_000);
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'offline:default-model');
  });

  it('treats a local server that the settings define as any other endpoint: no consent, no probe', async () => {
    const bench = new Bench();
    bench.openai.ready = (endpoint) => (endpoint === 'ollama' ? READY : { ready: false, needs: 'a key' });
    bench.configure({
      endpoints: { ollama: { baseUrl: 'http://gpu:11434/v1' } },
      models: { default: { endpoint: 'ollama', model: 'qwen3' } },
    });
    assert.equal(chosen(await bench.directory.select('dev', byReaction)), 'ollama:qwen3');
    assert.deepEqual(bench.probed, []);
  });

  it('passes over a provider that throws', async () => {
    const bench = new Bench();
    bench.openai.ready = () => Promise.reject(new Error('secret storage is locked'));
    const outcome = await bench.directory.select('dev', byPerson);
    assert.equal(chosen(outcome), 'offline:default-model');
    assert.ok(!isFailure(outcome));
    assert.match(outcome.reason.passedOver[0]?.needs ?? '', /secret storage is locked/);
  });
});

describe('ModelDirectory with explicit choices', () => {
  it('uses the provider that is set or fails, and never another one in its place', async () => {
    const bench = new Bench();
    bench.vscode.ready = READY;
    bench.openai.ready = { ready: false, needs: 'Set an API key.', reason: 'model.unauthorized' };
    bench.configure({ provider: 'openai' });
    assert.deepEqual(await bench.directory.select('dev', byPerson), {
      reason: 'model.unauthorized',
      message: 'Set an API key.',
      retryable: false,
    });
    bench.configure({ provider: 'offline' });
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'offline:default-model');
  });

  it("prefers the role's own model, then the agent's definition, then the default", async () => {
    const bench = new Bench({ definedModel: (role) => (role === 'qa' || role === 'dev' ? 'from-file' : undefined) });
    bench.openai.ready = READY;
    bench.configure({
      models: { default: { model: 'big' }, dev: { model: 'own' }, router: { endpoint: 'offline', model: '' } },
    });
    const select = async (role: string) => chosen(await bench.directory.select(role, byPerson));
    assert.equal(await select('dev'), 'openai:own');
    assert.equal(await select('qa'), 'openai:from-file');
    assert.equal(await select('writer'), 'openai:big');
    assert.equal(await select('router'), 'offline:default-model');
  });

  it('falls back to the default where the definition of an agent names a model that is not there', async () => {
    const bench = new Bench({ definedModel: () => 'GPT-9 (copilot)' });
    bench.openai.ready = READY;
    bench.openai.models = ['big'];
    bench.configure({ models: { default: { model: 'big' } } });
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'openai:big');
  });

  it('does not fall back where a setting names a model that is not there', async () => {
    const bench = new Bench();
    bench.openai.ready = READY;
    bench.openai.models = ['big'];
    bench.configure({ models: { dev: { model: 'typo' } } });
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'model.not_found');
  });

  it('names the known endpoints where the chosen one is unknown', async () => {
    const bench = new Bench();
    bench.configure({
      models: { dev: { endpoint: 'lab', model: 'x' } },
      endpoints: { gpu: { baseUrl: 'http://gpu/v1' } },
    });
    const outcome = await bench.directory.select('dev', byPerson);
    assert.ok(isFailure(outcome));
    assert.match(outcome.message, /"lab"\. Known are openai, gpu, vscode, ollama, lmstudio, offline/);
  });

  it('asks for agreement before an explicitly chosen local server is contacted: a workspace may have chosen it', async () => {
    const bench = new Bench();
    bench.running.add('ollama');
    bench.configure({ models: { default: { endpoint: 'ollama', model: 'qwen3' } } });
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'model.consent_required');
    assert.deepEqual(bench.probed, []);
    bench.consents.add('ollama');
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'ollama:qwen3');
  });

  it('asks the provider about the very model that is wanted', async () => {
    const bench = new Bench();
    bench.vscode.ready = READY;
    bench.configure({ models: { dev: { endpoint: 'vscode', model: 'copilot/gpt-4o' } } });
    await bench.directory.select('dev', byReaction);
    assert.deepEqual(bench.vscode.asked, [{ endpoint: 'vscode', interactive: false, model: 'copilot/gpt-4o' }]);
  });

  it('finds no model for a role that is named like a property of every object', async () => {
    const bench = new Bench();
    assert.equal(chosen(await bench.directory.select('constructor', byPerson)), 'offline:default-model');
  });

  it('is cancelled by its signal, before and during the search', async () => {
    const bench = new Bench();
    assert.equal(
      chosen(await bench.directory.select('dev', { interactive: true, signal: AbortSignal.abort() })),
      'cancelled',
    );
    const gate = new Gate();
    const controller = new AbortController();
    bench.openai.ready = async () => {
      await gate.wait();
      return READY;
    };
    const outcome = bench.directory.select('dev', { interactive: true, signal: controller.signal });
    await gate.arrived;
    controller.abort();
    gate.open();
    assert.equal(chosen(await outcome), 'cancelled');
  });
});

describe('what ModelDirectory keeps', () => {
  it('keeps a choice until something changes', async () => {
    const bench = new Bench();
    bench.openai.ready = READY;
    const first = await bench.directory.select('dev', byPerson);
    assert.equal(await bench.directory.select('dev', byPerson), first);
    assert.equal(bench.openai.asked.length, 1);
    bench.change();
    assert.notEqual(await bench.directory.select('dev', byPerson), first);
    assert.equal(bench.openai.asked.length, 2);
  });

  it('honours new settings at the next call, even before the change is announced', async () => {
    const bench = new Bench();
    bench.openai.ready = READY;
    await bench.directory.select('dev', byPerson);
    bench.settings = { ...bench.settings, provider: 'offline' };
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'offline:default-model');
  });

  it('does not keep what was found before a change that came meanwhile', async () => {
    const bench = new Bench();
    const gate = new Gate();
    bench.openai.ready = async () => {
      await gate.wait();
      return READY;
    };
    const outdated = bench.directory.select('dev', byPerson);
    await gate.arrived;
    bench.openai.ready = { ready: false, needs: 'a key' };
    bench.change();
    gate.open();
    assert.equal(chosen(await outdated), 'openai:default-model');
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'offline:default-model');
  });

  it('does not keep failures', async () => {
    const bench = new Bench();
    bench.configure({ provider: 'openai' });
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'model.unavailable');
    bench.openai.ready = READY;
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'openai:default-model');
  });

  it('keeps the choices of people and of reactions apart', async () => {
    const bench = new Bench();
    bench.configure({ provider: 'vscode' });
    bench.vscode.ready = (_endpoint, { interactive }) =>
      interactive ? READY : { ready: false, needs: 'consent', reason: 'model.consent_required' };
    assert.equal(chosen(await bench.directory.select('dev', byPerson)), 'vscode:default-model');
    assert.equal(chosen(await bench.directory.select('dev', byReaction)), 'model.consent_required');
  });
});
