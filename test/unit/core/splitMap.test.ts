import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SplitMap } from '../../../src/core/splitMap';

describe('SplitMap', () => {
  it('holds what a map would hold, in the same order', () => {
    const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', 'b', '__proto__', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.integer())), (entries) => {
        const split = new SplitMap<number>();
        const whole = new Map<string, number>();
        for (const [name, value] of entries) {
          split.set(name, value);
          whole.set(name, value);
        }
        assert.deepEqual(split.items, [...whole.values()]);
        for (const [name] of entries) assert.deepEqual([split.get(name), split.has(name)], [whole.get(name), true]);
        assert.deepEqual([split.get('not there'), split.has('not there')], [undefined, false]);
      }),
    );
  });

  it('spreads ids over its parts', () => {
    const parts = new SplitMap<number>();
    for (let id = 0; id < 6_400; id += 1) parts.set(id.toString(16).padStart(16, '0'), id);
    const sizes = (parts as unknown as { places: Map<string, number>[] }).places.map(({ size }) => size);
    assert.ok(Math.max(...sizes) < 4 * (6_400 / sizes.length), sizes.join(' '));
  });
});
