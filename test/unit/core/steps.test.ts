import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Pacer } from '../../../src/core/pacer';
import { each, finishNow, sorting } from '../../../src/core/steps';
import { ManualClock } from '../../support/manualClock';

/** A clock on which each look takes a millisecond, and that counts the turns that others had. */
class WorkingClock extends ManualClock {
  turns = 0;

  override now(): number {
    this.set(super.now() + 1);
    return super.now();
  }

  override turn(): Promise<void> {
    this.turns += 1;
    return super.turn();
  }
}

describe('work in steps', () => {
  const count = (length: number) => Array.from({ length }, (_, index) => index);

  it('does something with each item, in order, and lets go now and then', () => {
    const seen: number[] = [];
    const steps = [...each(count(1000), (item) => void seen.push(item))];
    assert.deepEqual(seen, count(1000));
    assert.equal(steps.length, 3);
  });

  it('sorts as Array does, equal ones as they were', () => {
    const byKey = (a: [number, number], b: [number, number]) => a[0] - b[0];
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 2000, size: 'max' }), (keys) => {
        const items = keys.map((key, index): [number, number] => [key, index]);
        const before = [...items];
        assert.deepEqual(finishNow(sorting(items, byKey)), [...items].sort(byKey));
        assert.deepEqual(items, before);
      }),
      { numRuns: 50 },
    );
  });

  it('lets others have their turn whenever a slice is over, and comes to the same', async () => {
    const clock = new WorkingClock();
    const items = count(20_000).reverse();
    const sorted = await new Pacer(clock, 4).finish(sorting(items, (a, b) => a - b));
    assert.deepEqual(sorted, count(20_000));
    assert.ok(clock.turns > 50, `${clock.turns} turns`);
  });

  it('ends with what fails', async () => {
    function* failing(): Generator<void, number> {
      yield;
      throw new Error('no more');
    }
    await assert.rejects(new Pacer(new ManualClock()).finish(failing()), /no more/);
    assert.throws(() => finishNow(failing()), /no more/);
  });
});
