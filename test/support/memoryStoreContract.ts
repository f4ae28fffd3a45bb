// What every memory store does, wherever it keeps things: versions, compare-and-set between windows, scopes apart.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemoryScope } from '../../src/api';
import type { MemoryDraft, MemoryStore, PutOptions } from '../../src/core/memory/memoryStore';

const LIMIT: PutOptions = { maxEntries: 100 };
const RUN: MemoryScope = { runId: 'run-1' };
const THREAD: MemoryScope = { threadId: 'thread/1 ä' };
const SCOPES: MemoryScope[] = ['workspace', RUN, THREAD];

const draft = (key: string, value: unknown, more: Partial<MemoryDraft> = {}): MemoryDraft => {
  return { key, value, author: 'dev', time: '2030-01-01T00:00:00.000Z', ...more };
};
const removal = (expectedVersion?: number) => {
  const by = { author: 'person', time: '2030-01-01T00:00:00.000Z' };
  return expectedVersion === undefined ? by : { ...by, expectedVersion };
};

/** `open` gives another window on the same memory each time that it is called within a test. */
export function describeMemoryStore(name: string, open: () => MemoryStore): void {
  describe(`${name} as memory store`, () => {
    it('gives back what was written, with versions from 1 on', async () => {
      const store = open();
      const more = { promptVersion: 'a1b2c3d4e5f6', runId: 'run-1', cause: 'event-7' };
      const value = { list: [1, 'ü 🤖', null], nested: { yes: true } };
      assert.deepEqual(await store.put('workspace', draft('plan', value, more), LIMIT), {
        kind: 'written',
        entry: { ...draft('plan', value, more), version: 1 },
      });
      const second = await store.put('workspace', draft('plan', 'short'), LIMIT);
      assert.equal(second.kind === 'written' && second.entry.version, 2);
      assert.deepEqual(second.kind === 'written' && second.replaced?.value, value);
      assert.deepEqual(await store.get('workspace', 'plan'), { ...draft('plan', 'short'), version: 2 });
      assert.equal(await store.get('workspace', 'other'), undefined);
    });

    it('takes any key, and never one for another', async () => {
      const store = open();
      const keys = [
        'a',
        'A',
        'a/b',
        '..',
        'con',
        '\u00e4',
        'a\u0308',
        ' ',
        'x'.repeat(200),
        'a\nb',
        '\u0000',
        '__proto__',
      ];
      for (const key of keys) await store.put('workspace', draft(key, key), LIMIT);
      for (const key of keys) assert.equal((await store.get('workspace', key))?.value, key);
      const { entries } = await store.snapshot('workspace');
      assert.deepEqual(entries.map(({ key }) => key).sort(), [...keys].sort());
    });

    it('refuses a write on a version that is not the present one, and tells which is', async () => {
      const store = open();
      await store.put('workspace', draft('k', 'one'), { ...LIMIT, expectedVersion: 0 });
      const stale = await store.put('workspace', draft('k', 'two'), { ...LIMIT, expectedVersion: 0 });
      assert.deepEqual(stale, { kind: 'conflict', present: { ...draft('k', 'one'), version: 1 } });
      const early = await store.put('workspace', draft('new', 'x'), { ...LIMIT, expectedVersion: 3 });
      assert.deepEqual(early, { kind: 'conflict' });
      assert.equal((await store.get('workspace', 'k'))?.value, 'one');
    });

    it('shows every window at once what another one wrote', async () => {
      const [one, two] = [open(), open()];
      await one.put('workspace', draft('k', 1), LIMIT);
      await two.snapshot('workspace');
      await one.put('workspace', draft('k', 2), LIMIT);
      await one.put('workspace', draft('l', 3), LIMIT);
      assert.equal((await two.get('workspace', 'k'))?.value, 2);
      const { entries } = await two.snapshot('workspace');
      assert.deepEqual(
        entries.map(({ key, value, version }) => [key, value, version]),
        [
          ['k', 2, 2],
          ['l', 3, 1],
        ],
      );
    });

    it('lets one of the writers win who saw the same version, in whatever window', async () => {
      const windows = [open(), open(), open()];
      await windows[0]?.put('workspace', draft('k', 'first'), LIMIT);
      const writers = windows.flatMap((store, window) =>
        [0, 1].map((n) => store.put('workspace', draft('k', `${window}.${n}`), { ...LIMIT, expectedVersion: 1 })),
      );
      const outcomes = await Promise.all(writers);
      const won = outcomes.flatMap((outcome) => (outcome.kind === 'written' ? outcome.entry.value : []));
      assert.equal(won.length, 1);
      assert.equal((await windows[2]?.get('workspace', 'k'))?.value, won[0]);
    });

    it('loses no write of windows that count together (property)', async function () {
      this.timeout(60_000);
      const step = fc.record({ window: fc.nat(2), key: fc.constantFrom('a', 'b'), blind: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), fc.uuid(), async (steps, id) => {
          const windows = [open(), open(), open()];
          const scope = { threadId: id };
          const written: { key: string; version: number; value: unknown }[] = [];
          await Promise.all(
            steps.map(async ({ window, key, blind }, n) => {
              const store = windows[window];
              assert.ok(store);
              const seen = (await store.get(scope, key))?.version ?? 0;
              const options = blind ? LIMIT : { ...LIMIT, expectedVersion: seen };
              const outcome = await store.put(scope, draft(key, n), options);
              if (outcome.kind === 'written') written.push({ ...outcome.entry });
              else assert.ok(!blind, 'only a writer with an expectation is refused');
              if (outcome.kind === 'written' && !blind) assert.equal(outcome.replaced?.version ?? 0, seen);
            }),
          );
          for (const key of ['a', 'b']) {
            const of = written.filter((entry) => entry.key === key).sort((x, y) => x.version - y.version);
            // Each acknowledged write has a version of its own, without gaps, and the last one stands.
            assert.deepEqual(
              of.map(({ version }) => version),
              of.map((_, index) => index + 1),
            );
            for (const store of windows) assert.equal((await store.get(scope, key))?.value, of.at(-1)?.value);
          }
        }),
        { numRuns: 25 },
      );
    });

    it('deletes, and goes on counting afterwards, so that no old version comes back', async () => {
      const store = open();
      await store.put('workspace', draft('k', 'one'), LIMIT);
      assert.equal((await store.remove('workspace', 'k', removal(2))).kind, 'conflict');
      const removed = await store.remove('workspace', 'k', removal(1));
      assert.deepEqual(removed, { kind: 'removed', removed: { ...draft('k', 'one'), version: 1 }, version: 2 });
      assert.equal(await store.get('workspace', 'k'), undefined);
      assert.deepEqual(await store.remove('workspace', 'k', removal()), { kind: 'absent' });
      assert.equal((await store.put('workspace', draft('k', 'x'), { ...LIMIT, expectedVersion: 1 })).kind, 'conflict');
      const again = await store.put('workspace', draft('k', 'new'), { ...LIMIT, expectedVersion: 0 });
      assert.equal(again.kind === 'written' && again.entry.version, 3);
      assert.equal(again.kind === 'written' && again.replaced, undefined);
    });

    it('keeps scopes apart, names those with entries, and forgets one without touching the others', async () => {
      const store = open();
      assert.deepEqual(await store.scopes(10), []);
      for (const [index, scope] of SCOPES.entries()) await store.put(scope, draft('k', index), LIMIT);
      for (const [index, scope] of SCOPES.entries()) assert.equal((await store.get(scope, 'k'))?.value, index);
      assert.deepEqual(sorted(await store.scopes(10)), sorted(SCOPES));
      assert.equal((await store.scopes(2)).length, 2);
      await store.drop(RUN);
      await store.remove(THREAD, 'k', removal());
      assert.deepEqual((await store.snapshot(RUN)).entries, []);
      assert.deepEqual(await store.scopes(10), ['workspace']);
    });

    it('refuses a new key in a full scope, but not a change or one after a deletion', async () => {
      const store = open();
      const two = { maxEntries: 2 };
      for (const key of ['a', 'b']) await store.put('workspace', draft(key, 1), two);
      assert.deepEqual(await store.put('workspace', draft('c', 1), two), { kind: 'full' });
      assert.equal((await store.put('workspace', draft('a', 2), two)).kind, 'written');
      await store.remove('workspace', 'b', removal());
      assert.equal((await store.put('workspace', draft('c', 1), two)).kind, 'written');
    });

    it('has another revision after every change of the scope, and the same without', async () => {
      const [one, two] = [open(), open()];
      const seen = [await two.revision('workspace')];
      const see = async () => {
        const revision = await two.revision('workspace');
        assert.ok(!seen.includes(revision));
        seen.push(revision);
        assert.equal((await two.snapshot('workspace')).revision, revision);
      };
      await one.put('workspace', draft('k', 1), LIMIT);
      await see();
      await one.put('workspace', draft('k', 1), LIMIT);
      await see();
      await one.remove('workspace', 'k', removal());
      await see();
      await one.put(THREAD, draft('k', 1), LIMIT);
      assert.equal(await two.revision('workspace'), seen.at(-1));
    });
  });
}

const sorted = (scopes: MemoryScope[]) => scopes.map((scope) => JSON.stringify(scope)).sort();
