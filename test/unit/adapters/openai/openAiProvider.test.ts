import assert from 'node:assert/strict';
import { knownContextTokens, readModelList } from '../../../../src/adapters/openai/modelCatalog';
import { mintToolCallId } from '../../../../src/adapters/openai/openAiProvider';
import { isFailure } from '../../../../src/core/failure';
import { collect } from '../../../support/chatModelContract';
import { startFixture, type Fixture } from './openAiFixture';

const never = new AbortController().signal;

describe('OpenAiProvider', () => {
  let fixture: Fixture | undefined;
  afterEach(() => fixture?.server.close());

  const start = async (...options: Parameters<typeof startFixture>) => (fixture = await startFixture(...options));

  it('sends the key, resolved headers and nothing of the environment', async () => {
    process.env['OPENAI_ORG_ID'] = 'org-of-the-environment';
    try {
      const { server, ask } = await start({
        at: () => ({ kind: 'named', headers: { 'x-team': 'a ${env:TEAM} b' } }),
        environment: (name) => (name === 'TEAM' ? 'blue' : undefined),
      });
      await ask({ text: 'ok' });
      const [request] = server.requests;
      assert.equal(request?.hasAuthorization, true);
      assert.equal(request.headers['x-team'], 'a blue b');
      assert.equal(request.headers['openai-organization'], undefined);
    } finally {
      delete process.env['OPENAI_ORG_ID'];
    }
  });

  it('keeps headers that the SDK takes from the environment away from every endpoint', async () => {
    process.env['OPENAI_CUSTOM_HEADERS'] = 'X-Ambient: secret\nAuthorization: Bearer ambient\nX-Team: red';
    process.env['OPENAI_ADMIN_KEY'] = 'sk-admin-of-the-environment';
    try {
      let sent = new Headers();
      const { ask } = await start({
        at: () => ({ kind: 'named', headers: { 'x-team': 'blue' } }),
        environment: (name) => process.env[name],
        fetch: (input, init) => {
          sent = new Headers(init?.headers);
          return fetch(input, init);
        },
      });
      await ask({ text: 'ok' });
      const values = ['x-ambient', 'authorization', 'x-team'].map((name) => sent.get(name));
      assert.deepEqual(values, [null, 'Bearer sk-secret-key-1234567890', 'blue']);
    } finally {
      delete process.env['OPENAI_CUSTOM_HEADERS'];
      delete process.env['OPENAI_ADMIN_KEY'];
    }
  });

  it('sends no made-up key beside a header that identifies the caller', async () => {
    const { server, ask } = await start({
      at: () => ({ headers: { 'api-key': 'azure' } }),
      getKey: () => Promise.resolve(undefined),
    });
    await ask({ text: 'ok' });
    assert.deepEqual([server.requests[0]?.hasAuthorization, server.requests[0]?.headers['api-key']], [false, '***']);
  });

  it('sends no Authorization header without a key', async () => {
    const { server, ask } = await start({ getKey: () => Promise.resolve(undefined) });
    await ask({ text: 'ok' });
    assert.equal(server.requests[0]?.hasAuthorization, false);
  });

  it('uses a new key, address or setting at the next call', async () => {
    const set: { key?: string; streaming: boolean } = { streaming: true };
    const { server, ask } = await start({ getKey: () => Promise.resolve(set.key), isStreaming: () => set.streaming });
    await ask({ text: 'ok' });
    set.key = 'sk-new-key';
    set.streaming = false;
    await ask({ text: 'ok' });
    assert.deepEqual(
      server.requests.map(({ hasAuthorization, body }) => [hasAuthorization, body.stream]),
      [
        [false, true],
        [true, undefined],
      ],
    );
  });

  it('asks nobody where a key of the official endpoint or a variable of a header is missing', async () => {
    for (const kind of ['official', 'named'] as const) {
      const headers: Record<string, string> = kind === 'named' ? { authorization: 'Bearer ${env:NOT_SET}' } : {};
      const { server, model } = await start({
        at: () => ({ kind, headers }),
        getKey: () => Promise.resolve(undefined),
      });
      const end = (await collect(model)).at(-1);
      assert.ok(end?.type === 'failed');
      assert.equal(end.failure.reason, 'model.unauthorized');
      assert.match(end.failure.message, kind === 'named' ? /NOT_SET/ : /Set API Key/);
      assert.equal(server.requests.length, 0);
      await server.close();
    }
  });

  it('is ready with a base URL, or with a key for the official endpoint', async () => {
    const set: { key?: string } = {};
    const { provider } = await start({
      endpoint: (name) =>
        name === 'nowhere'
          ? undefined
          : { name, kind: name === 'openai' ? 'official' : 'named', baseUrl: 'http://127.0.0.1:9/v1', headers: {} },
      getKey: () => Promise.resolve(set.key),
    });
    assert.equal((await provider.readiness('openai')).ready, false);
    assert.equal((await provider.readiness('nowhere')).ready, false);
    assert.equal((await provider.readiness('local')).ready, true);
    set.key = 'sk-x';
    assert.equal((await provider.readiness('openai')).ready, true);
  });

  it('lists models with their sizes, and opens the first that can chat', async () => {
    const models = ['text-embedding-3', { id: 'llama-9', max_model_len: 4096 }, 'gpt-4o-2024', { id: 7 }];
    const { provider, server } = await start({ models });
    const listed = await provider.list('openai', never);
    assert.ok(!isFailure(listed));
    assert.deepEqual(
      listed.map(({ id, contextTokens }) => [id.model, contextTokens]),
      [
        ['text-embedding-3', undefined],
        ['llama-9', 4096],
        ['gpt-4o-2024', 128_000],
      ],
    );
    const model = await provider.open('openai', '', never);
    assert.ok(!isFailure(model));
    assert.deepEqual([model.id.model, model.contextTokens, server.modelLists], ['llama-9', 4096, 1]);
  });

  it('opens a model all the same where no list can be had', async () => {
    const { provider } = await start({ models: null });
    const model = await provider.open('openai', '', never);
    assert.ok(!isFailure(model));
    assert.notEqual(model.id.model, '');
    const listed = await provider.list('openai', never);
    assert.ok(isFailure(listed) && listed.reason === 'model.not_found');
  });

  it('gives up a list that does not come', async () => {
    const { provider, clock } = await start({
      fetch: (_url, init) =>
        new Promise((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
        ),
    });
    const listing = provider.list('openai', never);
    while (clock.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    assert.ok(isFailure(await listing));
  });

  it('knows the sizes that makers publish and guesses no others', () => {
    assert.deepEqual(
      ['gpt-4o-mini', 'openai/gpt-4.1-nano', 'gpt-4', 'gpt-4-turbo-preview', 'my-model'].map(knownContextTokens),
      [128_000, 1_047_576, 8_192, 128_000, undefined],
    );
  });

  it('reads lists in other shapes', () => {
    const names = (body: unknown) => readModelList(body, 'x')?.map(({ id }) => id.model);
    assert.deepEqual(names(['a', { id: 'b' }]), ['a', 'b']);
    assert.deepEqual(names({ models: [{ id: 'c' }] }), ['c']);
    assert.equal(names({ object: 'x' }), undefined);
  });

  it('mints ids that strict servers accept', () => {
    const ids = Array.from({ length: 200 }, mintToolCallId);
    assert.ok(ids.every((id) => /^[a-zA-Z0-9]{9}$/.test(id)));
    assert.equal(new Set(ids).size, 200);
  });
});
