import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemoryScope } from '../../../../src/api';
import { isFailure } from '../../../../src/core/failure';
import { MemoryIndex } from '../../../../src/core/memory/memoryIndex';
import type { MemoryEntry } from '../../../../src/core/memory/memoryStore';
import { MAX_KEY_CHARS, MAX_VALUE_CHARS } from '../../../../src/core/memory/memoryValue';
import { wordsOf } from '../../../../src/core/memory/memoryWords';
import { MAX_ENTRIES, type SharedMemory } from '../../../../src/core/memory/sharedMemory';
import { MemoryFixture } from '../../../support/memoryFixture';

const RUN: MemoryScope = { runId: 'run-1' };
const THREAD: MemoryScope = { threadId: 'thread-1' };
const DEV = { author: 'dev', promptVersion: 'a1b2c3d4e5f6', runId: 'run-1', cause: 'event-7' };
const reasonOf = (outcome: unknown) => (isFailure(outcome) ? outcome.reason : undefined);
const put = (memory: SharedMemory, key: string, value: unknown, scope: MemoryScope = 'workspace') =>
  memory.write(scope, { key, value }, DEV);
const found = async (memory: SharedMemory, query: string, scopes: MemoryScope[] = ['workspace']) => {
  const hits = await memory.search(query, { scopes });
  assert.ok(!isFailure(hits));
  return hits.map(({ key }) => key);
};

describe('SharedMemory', () => {
  it('keeps who wrote a value, why and when, and tells of it', async () => {
    const { memory, written, clock } = new MemoryFixture();
    await clock.advance(1_000);
    await put(memory, 'build command', 'npm run build');
    assert.deepEqual(await memory.read('workspace', 'build command'), {
      key: 'build command',
      value: 'npm run build',
      version: 1,
      ...DEV,
      time: new Date(clock.now()).toISOString(),
    });
    assert.deepEqual(written(), [{ key: 'build command', scope: 'workspace', version: 1, author: 'dev' }]);
  });

  it('refuses a stale write with the present version, and changes nothing', async () => {
    const { memory, written } = new MemoryFixture();
    await put(memory, 'k', 'one');
    await put(memory, 'k', 'two');
    const stale = await memory.write('workspace', { key: 'k', value: 'x', expectedVersion: 1 }, DEV);
    assert.ok(isFailure(stale));
    assert.equal(stale.reason, 'memory.version_conflict');
    assert.match(stale.message, /has version 2 by dev now, not 1.*expectedVersion 2/);
    const gone = await memory.write('workspace', { key: 'new', value: 'x', expectedVersion: 4 }, DEV);
    assert.match(isFailure(gone) ? gone.message : '', /does not exist.*expectedVersion 0/);
    assert.equal(written().length, 2);
    const fresh = await memory.write('workspace', { key: 'k', value: 'x', expectedVersion: 2 }, DEV);
    assert.equal(isFailure(fresh) ? undefined : fresh.entry.version, 3);
  });

  it('masks secrets in values, however deep, and takes none as a key', async () => {
    const { memory } = new MemoryFixture();
    const secret = `ghp_${'a1B2'.repeat(10)}`;
    await put(memory, 'k', { deep: [{ token: `use ${secret}` }], [secret]: 1 });
    const entry = await memory.read('workspace', 'k');
    assert.doesNotMatch(JSON.stringify(entry), /ghp_/);
    assert.match(JSON.stringify(entry), /masked GitHub token/);
    assert.equal(reasonOf(await put(memory, secret, 'x')), 'memory.invalid_key');
  });

  it('says what is wrong with keys and values that it can not keep', async () => {
    const { memory, written } = new MemoryFixture();
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const refused: [unknown, unknown, string][] = [
      ['', 'x', 'memory.invalid_key'],
      [' ', 'x', 'memory.invalid_key'],
      [7, 'x', 'memory.invalid_key'],
      ['k'.repeat(MAX_KEY_CHARS + 1), 'x', 'memory.invalid_key'],
      ['\ud800', 'x', 'memory.invalid_key'],
      ['run:k', 'x', 'memory.invalid_key'],
      ['k', undefined, 'memory.invalid_value'],
      ['k', cyclic, 'memory.invalid_value'],
      ['k', 1n, 'memory.invalid_value'],
      ['k', 'x'.repeat(MAX_VALUE_CHARS), 'memory.value_too_large'],
    ];
    for (const [key, value, reason] of refused)
      assert.equal(reasonOf(await put(memory, key as string, value)), reason, `${String(key)} ${reason}`);
    assert.equal(reasonOf(await put(memory, 'k', 'x', { runId: 'gone' })), 'memory.unknown_run');
    assert.deepEqual(written(), []);
  });

  it('has a bound on the entries of a scope', async () => {
    const { memory } = new MemoryFixture();
    for (let n = 0; n < MAX_ENTRIES; n += 1) await put(memory, `k${n}`, n);
    assert.equal(reasonOf(await put(memory, 'one more', 1)), 'memory.full');
    assert.equal(reasonOf(await put(memory, 'k1', 'changed')), undefined);
    assert.equal(reasonOf(await put(memory, 'one more', 1, RUN)), undefined);
  });

  it('deletes, tells of it, and minds the version there as well', async () => {
    const { memory, written } = new MemoryFixture();
    await put(memory, 'k', 'x');
    const person = { author: 'person' };
    const stale = await memory.delete('workspace', { key: 'k', expectedVersion: 7 }, person);
    assert.equal(reasonOf(stale), 'memory.version_conflict');
    const gone = await memory.delete('workspace', { key: 'k' }, person);
    assert.equal((gone as MemoryEntry).value, 'x');
    assert.equal(await memory.delete('workspace', { key: 'k' }, person), undefined);
    assert.deepEqual(written().at(-1), { key: 'k', scope: 'workspace', version: 2, author: 'person', deleted: true });
    assert.deepEqual(await memory.list('workspace'), []);
  });

  it('says so when the store can not be reached, and goes on when it can', async () => {
    const { memory, store, problems } = new MemoryFixture();
    await put(memory, 'k', 'first word');
    store.broken = new Error('disk full');
    assert.equal(reasonOf(await memory.read('workspace', 'k')), 'memory.unavailable');
    assert.equal(reasonOf(await put(memory, 'k', 'x')), 'memory.unavailable');
    assert.equal(reasonOf(await memory.search('word', { scopes: ['workspace'] })), 'memory.unavailable');
    assert.equal(await memory.recall('word', { scopes: ['workspace'], maxTokens: 1_000 }), undefined);
    assert.equal(problems.length, 4);
    store.broken = undefined;
    assert.deepEqual(await found(memory, 'word'), ['k']);
  });

  describe('search', () => {
    it('finds by the beginnings of words, in keys before values, in parts of names in code', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'tests', 'Run parseHTMLFile with mocha.');
      await put(memory, 'parser', 'Lives in src/parse.');
      await put(memory, 'list', { commands: ['pnpm lint', 'pnpm check'] });
      assert.deepEqual(await found(memory, 'PARS'), ['parser', 'tests']);
      assert.deepEqual(await found(memory, 'html'), ['tests']);
      assert.deepEqual(await found(memory, 'lint'), ['list']);
      assert.deepEqual(await found(memory, 'nothing here'), []);
      assert.deepEqual(await found(memory, ''), []);
    });

    it('falls back to words that are spelt nearly so', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'k', 'authentication by cookies');
      assert.deepEqual(await found(memory, 'authentcation'), ['k']);
    });

    it('shows a piece around what matched, scores, and the scope', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'k', `${'before '.repeat(60)}the needle is here${' after'.repeat(60)}`, THREAD);
      const hits = await memory.search('needle', { scopes: ['workspace', THREAD] });
      assert.ok(!isFailure(hits));
      const [hit] = hits;
      assert.deepEqual(hit?.scope, THREAD);
      assert.match(hit.snippet, /^….*the needle is here.*…$/);
      assert.ok(hit.snippet.length <= 170);
      assert.ok(hit.score > 0);
    });

    it('is in step with writes and deletions, of other windows too', async () => {
      const fixture = new MemoryFixture();
      const [one, two] = [fixture.memory, fixture.open()];
      await put(one, 'k', 'apple');
      assert.deepEqual(await found(two, 'apple'), ['k']);
      await put(one, 'k', 'pear');
      assert.deepEqual(await found(two, 'apple'), []);
      assert.deepEqual(await found(two, 'pear'), ['k']);
      await one.delete('workspace', { key: 'k' }, DEV);
      assert.deepEqual(await found(two, 'pear'), []);
    });

    it('finds exactly the entries that have a word with the beginning of a word of the query (property)', () => {
      const word = fc.constantFrom('alpha', 'Alp', 'beta', 'betaMax', 'b', 'größe', 'grosse', 'x1', '表計算', 'a_b');
      const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
      const step = fc.record({ key: fc.constantFrom('k1', 'k2', 'k3', 'beta'), value: fc.option(text) });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 20 }), text, (steps, query) => {
          const index = new MemoryIndex();
          const entries = new Map<string, MemoryEntry>();
          for (const [n, { key, value }] of steps.entries()) {
            if (value === null) entries.delete(key);
            else entries.set(key, { key, value, version: n + 1, author: 'dev', time: '2030' });
            index.update({ revision: String(n), entries: [...entries.values()] });
          }
          const asked = wordsOf(query);
          const expected = [...entries.values()].filter(({ key, value }) =>
            wordsOf(`${key} ${String(value)}`).some((own) => asked.some((start) => own.startsWith(start))),
          );
          const hits = index.search(query).map(({ entry }) => entry.key);
          // Without any, words that are spelt nearly so are taken.
          if (expected.length > 0) assert.deepEqual(hits.sort(), expected.map(({ key }) => key).sort());
        }),
      );
    });
  });

  describe('recall', () => {
    const recall = (memory: SharedMemory, request: string, maxTokens = 4_000) =>
      memory.recall(request, { scopes: [RUN, THREAD, 'workspace'], maxTokens });

    it('takes what has to do with the request, and leaves out what only shares filling words', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'build', 'The build runs with esbuild; see esbuild.js.');
      await put(memory, 'pets', 'The cat of the office is called Miez.');
      const recalled = await recall(memory, 'Why is the build so slow?');
      assert.deepEqual(recalled?.keys, ['workspace:build']);
      assert.match(recalled.text, /^build \(version 1, by dev, \d{4}-\d\d-\d\d\):\nThe build runs/);
      assert.equal(await recall(memory, 'What is this?'), undefined);
    });

    it('puts what this run and this conversation kept before the workspace, and the run’s even without a match', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'schemas', 'Zod schemas stand in src/schemas.');
      await put(memory, 'schemas', 'We agreed on strict schemas.', THREAD);
      await put(memory, 'schemas', 'Task a wrote the schemas.', RUN);
      await put(memory, 'finding', 'Port 80 is taken.', RUN);
      const recalled = await recall(memory, 'Check the schemas');
      assert.deepEqual(recalled?.keys, ['run:schemas', 'thread:schemas', 'workspace:schemas', 'run:finding']);
      assert.match(recalled.text, /^run:schemas \(/m);
    });

    it('keeps within the budget of tokens, and cuts an entry that would take it all', async () => {
      const { memory } = new MemoryFixture();
      await put(memory, 'long', `deploy ${'word after word '.repeat(900)}`);
      await put(memory, 'short', 'deploy with make');
      const recalled = await recall(memory, 'deploy', 1_000);
      assert.deepEqual([...(recalled?.keys ?? [])].sort(), ['workspace:long', 'workspace:short']);
      assert.match(recalled?.text ?? '', /left out here/);
      const { estimateTokens } = await import('../../../../src/core/memory/tokens');
      assert.ok(estimateTokens(recalled?.text ?? '') <= 1_000);
      assert.equal(await recall(memory, 'deploy', 0), undefined);
    });
  });
});
