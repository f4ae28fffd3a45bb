import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEnvelope } from '../../../../src/api';
import { mergeEvents } from '../../../../src/core/events/mergeEvents';
import { EventBuilder } from '../../../support/eventBuilder';

function events(origin: string, ids: string[], causes: Record<string, string> = {}): EventEnvelope[] {
  const builder = new EventBuilder(origin);
  return ids.map((id) =>
    builder.make('run.paused', {}, { id, ...(causes[id] !== undefined && { causationId: causes[id] }) }),
  );
}
const ids = (merged: EventEnvelope[]) => merged.map(({ id }) => id).join('');

describe('mergeEvents', () => {
  it('follows ids between windows', () => {
    assert.equal(ids(mergeEvents([events('a', ['1', '4']), events('b', ['2', '3', '5'])])), '12345');
  });

  it('never puts an event before its cause, even if the clocks of two windows disagree', () => {
    assert.equal(ids(mergeEvents([events('a', ['5', '6']), events('b', ['1', '2'], { 1: '6' })])), '5612');
  });

  it('loses nothing where causes wait for each other or are unknown', () => {
    assert.equal(ids(mergeEvents([events('a', ['1'], { 1: '2' }), events('b', ['2'], { 2: '1' })])), '12');
    assert.equal(ids(mergeEvents([events('a', ['1'], { 1: 'gone' })])), '1');
    assert.deepEqual(mergeEvents([]), []);
  });

  it('keeps the order of each window and every event once', () => {
    const list = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{3}$/), { maxLength: 12 });
    fc.assert(
      fc.property(list, list, (first, second) => {
        const lists = [
          events(
            'a',
            first.map((id) => `a${id}`),
          ),
          events(
            'b',
            second.map((id) => `b${id}`),
          ),
        ];
        const merged = mergeEvents(lists);
        for (const [index, origin] of ['a', 'b'].entries()) {
          assert.deepEqual(
            merged.filter((event) => event.origin === origin),
            lists[index],
          );
        }
      }),
    );
  });
});
