import * as assert from 'node:assert/strict';
import { LocalServers } from '../../../../src/core/model/localServers';
import { Gate, settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';

const never = new AbortController().signal;
const OLLAMA = { object: 'list', data: [{ id: 'nomic-embed-text' }, { id: 'qwen3:8b' }, { id: 'llama3.2' }] };

function create(answer: (url: string, signal: AbortSignal) => Promise<unknown>) {
  const clock = new ManualClock();
  const requests: string[] = [];
  const servers = new LocalServers({
    clock,
    timeoutMs: 800,
    getJson: (url, signal) => {
      requests.push(url);
      return answer(url, signal);
    },
  });
  return { servers, clock, requests };
}

describe('LocalServers', () => {
  it('contacts nobody before it is told to', () => {
    const { servers, requests } = create(async () => OLLAMA);
    assert.equal(servers.known('ollama'), undefined);
    assert.deepEqual(requests, []);
  });

  it('knows Ollama and LM Studio at their ports and lists models that can chat', async () => {
    const { servers, requests } = create(async () => OLLAMA);
    assert.deepEqual(await servers.probe('ollama', never), { up: true, models: ['qwen3:8b', 'llama3.2'] });
    await servers.probe('lmstudio', never);
    assert.deepEqual(requests, ['http://127.0.0.1:11434/v1/models', 'http://127.0.0.1:1234/v1/models']);
  });

  it('does not take anything else at the port for a model server', async () => {
    for (const answer of [
      { hello: 1 },
      'ok',
      [],
      { object: 'list', data: 'x' },
      { object: 'models', data: [] },
      null,
    ]) {
      const { servers } = create(async () => answer);
      const state = await servers.probe('lmstudio', never);
      assert.deepEqual(state, { up: false, why: 'something else answers at its port' }, JSON.stringify(answer));
    }
  });

  it('says so when a server runs without a model', async () => {
    for (const data of [null, [], [{ id: 'nomic-embed-text' }]]) {
      const { servers } = create(async () => ({ object: 'list', data }));
      assert.deepEqual(await servers.probe('ollama', never), {
        up: false,
        why: 'it runs, but has no model to chat with',
      });
    }
  });

  it('gives up on a server that does not answer, even one that ignores its signal', async () => {
    const gate = new Gate();
    const { servers, clock } = create(async () => gate.wait());
    const probe = servers.probe('ollama', never);
    await clock.advance(800);
    assert.deepEqual(await probe, { up: false, why: 'no answer within 800 ms' });
    assert.deepEqual(clock.pending(), []);
    gate.open();
    await settle();
    assert.deepEqual(servers.known('ollama'), { up: false, why: 'no answer within 800 ms' });
  });

  it('leaves no timer and no listener behind after an answer', async () => {
    const { servers, clock } = create(async () => OLLAMA);
    await servers.probe('ollama', never);
    assert.deepEqual(clock.pending(), []);
  });

  it('lets a caller go at once without ending the request that others wait for', async () => {
    const gate = new Gate();
    const { servers, requests } = create(async () => {
      await gate.wait();
      return OLLAMA;
    });
    const hasty = new AbortController();
    const first = servers.probe('ollama', hasty.signal);
    const second = servers.probe('ollama', never);
    hasty.abort();
    assert.equal((await first).up, false);
    gate.open();
    assert.equal((await second).up, true);
    assert.equal(requests.length, 1);
  });

  it('believes an answer for a while: long when the server was there, shortly when it was not', async () => {
    let isUp = true;
    const { servers, clock, requests } = create(async () => {
      if (!isUp) throw new Error('connection refused');
      return OLLAMA;
    });
    await servers.probe('ollama', never);
    clock.set(clock.now() + 29_000);
    await servers.probe('ollama', never);
    assert.equal(requests.length, 1);
    isUp = false;
    clock.set(clock.now() + 2_000);
    assert.deepEqual(await servers.probe('ollama', never), { up: false, why: 'connection refused' });
    clock.set(clock.now() + 3_000);
    isUp = true;
    assert.equal((await servers.probe('ollama', never)).up, true);
    assert.equal(requests.length, 3);
  });
});
