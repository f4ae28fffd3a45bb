import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { KeyedView } from '../../../../src/core/runs/keyedView';

interface Item {
  key: string;
  parts: string[];
}

const item = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), parts: fc.array(fc.constantFrom('x', 'y', 'z')) });
const keyOf = ({ key }: Item) => key;
const join = (saved: Item, changed: Item): Item => ({ ...changed, parts: [...saved.parts, ...changed.parts] });

describe('KeyedView', () => {
  it('shows after each change what it would show if it were made anew', () => {
    const changes = fc.array(fc.tuple(item, fc.boolean()));
    fc.assert(
      fc.property(fc.uniqueArray(item, { selector: keyOf }), changes, (saved, steps) => {
        const view = new KeyedView(saved, new Map(), keyOf, join);
        const made = new Map<string, Item | null>();
        for (const [changed, isRemoval] of steps) {
          const change = isRemoval ? null : changed;
          made.set(changed.key, change);
          view.put(changed.key, change);
          const anew = new KeyedView(saved, made, keyOf, join);
          const sorted = (items: readonly Item[]) => items.toSorted((a, b) => (a.key < b.key ? -1 : 1));
          assert.deepEqual(sorted(view.list()), sorted(anew.list()));
          for (const key of ['a', 'b', 'c', 'd']) assert.deepEqual(view.get(key), anew.get(key));
        }
      }),
    );
  });

  it('keeps what was saved first, and adds what is new at the end', () => {
    const saved = [
      { key: 'a', parts: [] },
      { key: 'b', parts: [] },
    ];
    const view = new KeyedView<Item>(saved, new Map(), keyOf);
    view.put('c', { key: 'c', parts: [] });
    view.put('a', { key: 'a', parts: ['x'] });
    assert.deepEqual(view.list(), [{ key: 'a', parts: ['x'] }, saved[1], { key: 'c', parts: [] }]);
  });
});
