// What every implementation of claims does, wherever the windows are.
import assert from 'node:assert/strict';
import type { ReactionClaims } from '../../src/core/reactions/reactionClaims';

/** Windows that share their claims. */
export interface ClaimingWindows {
  open(origin: string): ReactionClaims;
  /** The window is gone without having said so; resolves once others can know. */
  kill(origin: string): Promise<void>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
}

export function describeReactionClaims(name: string, create: () => ClaimingWindows): void {
  describe(`${name} as reaction claims`, () => {
    const taken = async (claims: ReactionClaims, ...keys: string[]) => [...(await claims.claim(keys))].sort();

    it('gives a key to one window, however many ask at once', async () => {
      const windows = create();
      const all = ['w1', 'w2', 'w3', 'w4'].map((origin) => windows.open(origin));
      const winners = await Promise.all(all.map(async (claims) => (await claims.claim(['k'])).size));
      assert.equal(
        winners.reduce((sum, count) => sum + count),
        1,
      );
    });

    it('gives a window again what it holds, and the rest to others', async () => {
      const windows = create();
      const [one, two] = [windows.open('w1'), windows.open('w2')];
      assert.deepEqual(await taken(one, 'a', 'b'), ['a', 'b']);
      assert.deepEqual(await taken(one, 'a'), ['a']);
      assert.deepEqual(await taken(two, 'a', 'b', 'c'), ['c']);
    });

    it('gives nobody else what is done while it is remembered', async () => {
      const windows = create();
      const [one, two] = [windows.open('w1'), windows.open('w2')];
      await one.claim(['k']);
      await one.complete(['k'], 60_000);
      assert.deepEqual(await taken(two, 'k'), []);
      await windows.kill('w1');
      assert.deepEqual(await taken(two, 'k'), [], 'done is done, even by a window that is gone');
      await windows.pass(60_001);
      assert.deepEqual(await taken(two, 'k'), ['k']);
    });

    it('frees what was given back', async () => {
      const windows = create();
      const [one, two] = [windows.open('w1'), windows.open('w2')];
      await one.claim(['k']);
      await one.release(['k']);
      assert.deepEqual(await taken(two, 'k'), ['k']);
      assert.deepEqual(await taken(one, 'k'), []);
    });

    it('frees what a window that died did not do', async () => {
      const windows = create();
      const [one, two, three] = [windows.open('w1'), windows.open('w2'), windows.open('w3')];
      await one.claim(['k']);
      assert.deepEqual(await taken(two, 'k'), []);
      await windows.kill('w1');
      const winners = await Promise.all([two, three].map(async (claims) => (await claims.claim(['k'])).size));
      assert.equal(
        winners.reduce((sum, count) => sum + count),
        1,
      );
    });

    it('takes any text for a key, and does nothing for keys that it does not hold', async () => {
      const windows = create();
      const [one, two] = [windows.open('w1'), windows.open('w2')];
      const key = `ü/../\n"${'x'.repeat(3000)}`;
      assert.deepEqual(await taken(one, key), [key]);
      await two.complete([key], 1000);
      await two.release([key]);
      assert.deepEqual(await taken(two, key), []);
    });
  });
}
