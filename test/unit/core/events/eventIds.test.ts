import assert from 'node:assert/strict';
import { decodeTime, isValid } from 'ulid';
import { createEventIds } from '../../../../src/core/events/eventIds';

describe('event ids', () => {
  const NOW = Date.UTC(2030, 0, 1);

  it('begin with their time, in the order of their times', () => {
    const next = createEventIds();
    assert.equal(decodeTime(next(NOW)), NOW);
    // The example of the specification.
    assert.equal(createEventIds()(1469918176385).slice(0, 10), '01ARYZ6S41');
    assert.ok(createEventIds()(NOW) > createEventIds()(NOW - 1));
  });

  it('are ULIDs, all different, each greater than the one before, whatever the clock does', () => {
    const next = createEventIds();
    const times = Array.from({ length: 1000 }, () => [NOW, NOW, NOW + 1, NOW - 5000, NOW + 0.5]).flat();
    const ids = times.map(next);
    for (const id of ids) assert.ok(isValid(id), id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
  });

  it('of two sources differ', () => {
    const [one, two] = [createEventIds(), createEventIds()];
    assert.notEqual(one(NOW).slice(10), two(NOW).slice(10));
  });
});
