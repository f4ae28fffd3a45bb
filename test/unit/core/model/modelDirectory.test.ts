import * as assert from 'node:assert/strict';
import { isFailure, type Failure } from '../../../../src/core/failure';
import type { ModelDescription, ModelSelection } from '../../../../src/core/model/modelChoice';
import { LocalServers } from '../../../../src/core/model/localServers';
import { ModelDirectory, type ModelDirectoryOptions } from '../../../../src/core/model/modelDirectory';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedProvider } from '../../../support/scriptedProvider';

const READY = { ready: true, why: 'it is set up' } as const;
const signal = new AbortController().signal;
const byPerson = { interactive: true, signal };
const byReaction = { interactive: false, signal };

/** A directory over scripted providers; nothing but the offline rules is ready unless the test says so. */
class Bench {
  readonly openai = new ScriptedProvider('openai');
  readonly vscode = new ScriptedProvider('vscode');
  readonly offline = new ScriptedProvider('offline', { ready: true, why: 'rules need nothing' });
  readonly clock = new ManualClock();
  readonly consents = new Set<string>();
  readonly running = new Set<string>();
  readonly probed: string[] = [];
  readonly localServers: LocalServers;
  readonly directory: ModelDirectory;
  settings: TeamSettings = DEFAULT_SETTINGS;
  change: () => void = () => {};
  subscriptions = 0;

  constructor(options: Partial<ModelDirectoryOptions> = {}) {
    this.localServers = new LocalServers({ clock: this.clock, getJson: (url) => this.answer(url) });
    this.directory = new ModelDirectory({
      settings: () => this.settings,
      providers: { openai: this.openai, vscode: this.vscode, offline: this.offline },
      localServers: this.localServers,
      consents: this.consents,
      environment: () => undefined,
      changes: [
        (handler) => {
          this.subscriptions += 1;
          this.change = handler;
          return { dispose: () => (this.subscriptions -= 1) };
        },
      ],
      ...options,
    });
  }

  configure(change: Partial<TeamSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.change();
  }

  private async answer(url: string): Promise<unknown> {
    const name = url.includes(':11434/') ? 'ollama' : 'lmstudio';
    this.probed.push(name);
    if (!this.running.has(name)) throw new Error('connection refused');
    return { object: 'list', data: [{ id: `${name}-model` }] };
  }
}

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

describe('what ModelDirectory describes', () => {
  function summary(description: ModelDescription | undefined): string {
    if (!description) return 'nothing yet';
    return description.kind === 'failed'
      ? description.failure.reason
      : `${description.id.endpoint}: ${description.why}`;
  }

  it('says nothing before it was asked, then what would answer and why', async () => {
    const bench = new Bench();
    assert.equal(bench.directory.current(), undefined);
    await bench.directory.refresh();
    assert.equal(summary(bench.directory.current()), 'offline: chosen automatically: nothing else is ready');
    bench.openai.ready = READY;
    bench.configure({ provider: 'openai' });
    await settle();
    assert.equal(summary(bench.directory.current()), 'openai: set in agentTeam.provider; it is set up');
    bench.configure({ models: { default: { model: 'x' } } });
    await settle();
    assert.equal(summary(bench.directory.current()), 'openai: set in agentTeam.models for default');
    bench.configure({ provider: 'vscode' });
    await settle();
    assert.equal(summary(bench.directory.current()), 'model.unavailable');
  });

  it('follows changes by itself, and tells only when something is different', async () => {
    const bench = new Bench();
    let told = 0;
    const subscription = bench.directory.onDidChange(() => (told += 1));
    bench.change();
    await settle();
    assert.equal(told, 0, 'nobody had asked yet');
    await bench.directory.refresh();
    bench.change();
    await settle();
    assert.equal(told, 1);
    bench.openai.ready = READY;
    bench.change();
    await settle();
    assert.equal(told, 2);
    subscription.dispose();
    bench.openai.ready = { ready: false, needs: '' };
    bench.change();
    await settle();
    assert.equal(told, 2);
  });

  it('describes without probing', async () => {
    const bench = new Bench();
    bench.consents.add('ollama');
    bench.running.add('ollama');
    await bench.directory.refresh();
    assert.deepEqual(bench.probed, []);
  });

  it('is corrected by what a person’s request found', async () => {
    const bench = new Bench();
    bench.consents.add('ollama');
    bench.running.add('ollama');
    await bench.directory.refresh();
    await bench.directory.select('default', byPerson);
    assert.match(summary(bench.directory.current()), /^ollama: chosen automatically: Ollama runs on this machine/);
  });

  it('stops following when it is disposed', async () => {
    const bench = new Bench();
    await bench.directory.refresh();
    bench.directory.dispose();
    assert.equal(bench.subscriptions, 0);
    const before = bench.openai.asked.length;
    bench.change();
    await settle();
    assert.equal(bench.openai.asked.length, before);
  });
});

describe('what ModelDirectory lists for a picker', () => {
  it('knows every endpoint, where it is and whether it was agreed to', () => {
    const bench = new Bench({ environment: (name) => (name === 'OPENAI_BASE_URL' ? 'http://proxy/v1' : undefined) });
    bench.consents.add('lmstudio');
    bench.configure({ endpoints: { gpu: { baseUrl: 'http://gpu/v1' } } });
    const rows = bench.directory
      .endpoints()
      .map(({ name, label, baseUrl, isLocalServer, agreed }) => [name, label, baseUrl, isLocalServer, agreed]);
    assert.deepEqual(rows, [
      ['openai', 'openai', 'http://proxy/v1', false, true],
      ['gpu', 'gpu', 'http://gpu/v1', false, true],
      ['vscode', 'vscode', undefined, false, true],
      ['ollama', 'Ollama', 'http://127.0.0.1:11434/v1', true, false],
      ['lmstudio', 'LM Studio', 'http://127.0.0.1:1234/v1', true, true],
      ['offline', 'offline', undefined, false, true],
    ]);
  });

  it('lists what a local server offers before anybody agreed, since a person is looking', async () => {
    const bench = new Bench();
    bench.running.add('ollama');
    assert.deepEqual(await bench.directory.list('ollama', signal), [
      { id: { provider: 'openai', endpoint: 'ollama', model: 'ollama-model' }, label: 'ollama-model' },
    ]);
    const missing = await bench.directory.list('lmstudio', signal);
    assert.ok(isFailure(missing));
    assert.match(missing.message, /LM Studio is not available: connection refused/);
  });

  it("passes on what a provider lists, and a failure where it can't", async () => {
    const bench = new Bench();
    bench.openai.models = ['a', 'b'];
    const listed = await bench.directory.list('openai', signal);
    assert.ok(!isFailure(listed));
    assert.deepEqual(
      listed.map(({ label }) => label),
      ['a', 'b'],
    );
    bench.openai.list = () => Promise.reject(new Error('boom'));
    assert.ok(isFailure(await bench.directory.list('openai', signal)));
    assert.ok(isFailure(await bench.directory.list('nowhere', signal)));
  });
});
