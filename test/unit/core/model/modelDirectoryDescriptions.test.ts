import * as assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import type { ModelDescription } from '../../../../src/core/model/modelChoice';
import { Bench, byPerson, READY, signal } from '../../../support/directoryBench';
import { settle } from '../../../support/gate';

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
