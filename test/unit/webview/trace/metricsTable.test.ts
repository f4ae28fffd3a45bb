import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ShownRow } from '../../../../src/protocol/trace/metricsMessages';
import {
  barsOf,
  figureOf,
  sortRows,
  tokensKnown,
  valuesOf,
  versionBefore,
} from '../../../../webview/trace/model/metricsTable';

function row(change: Partial<ShownRow> = {}): ShownRow {
  return {
    agent: 'dev',
    version: 'v1',
    runs: 1,
    running: 0,
    invocations: 1,
    succeeded: 1,
    failed: 0,
    stopped: 0,
    inputTokens: 10,
    outputTokens: 5,
    cachedInputTokens: 0,
    modelCalls: 1,
    retries: 0,
    unpricedCalls: 0,
    unmeasuredCalls: 0,
    lastAtMs: 0,
    series: [],
    ...change,
  };
}

describe('the table of metrics', () => {
  it('sorts by a column, what is unknown last either way', () => {
    const rows = [row({ agent: 'a', costUsd: 2 }), row({ agent: 'b' }), row({ agent: 'c', costUsd: 1 })];
    const order = (isDescending: boolean) => sortRows(rows, { key: 'cost', isDescending }).map(({ agent }) => agent);
    assert.deepEqual(
      [order(false), order(true)],
      [
        ['c', 'a', 'b'],
        ['a', 'c', 'b'],
      ],
    );
  });

  it('counts success among what was judged, and knows nothing before the first', () => {
    assert.equal(figureOf(row({ succeeded: 3, failed: 1, stopped: 4 }), 'success'), 0.75);
    assert.equal(figureOf(row({ succeeded: 0 }), 'errors'), undefined);
  });

  it('takes tokens that nobody reported for unknown, not for 0', () => {
    const unreported = row({ modelCalls: 2, unmeasuredCalls: 2, inputTokens: 0 });
    assert.deepEqual([tokensKnown(unreported), figureOf(unreported, 'tokensIn')], [false, undefined]);
    assert.equal(tokensKnown(row({ modelCalls: 2, unmeasuredCalls: 1 })), true);
    assert.equal(tokensKnown(row({ modelCalls: 0 })), true);
  });

  it('finds the version that was used before', () => {
    const rows = [
      row({ version: 'v1', lastAtMs: 1 }),
      row({ version: 'v3', lastAtMs: 3 }),
      row({ version: 'v2', lastAtMs: 2 }),
      row({ version: 'x', lastAtMs: 2.5, agent: 'qa' }),
      row({ version: '', lastAtMs: 2.7 }),
    ];
    assert.deepEqual(
      rows.slice(0, 3).map((item) => versionBefore(item, rows)),
      [undefined, 'v2', 'v1'],
    );
  });

  it('draws bars inside of their chart, none for what is 0 or unknown', () => {
    const values = fc.array(fc.option(fc.nat(1000), { nil: undefined }), { maxLength: 40 });
    fc.assert(
      fc.property(values, (made) => {
        const bars = barsOf(made, { width: 96, height: 16 });
        assert.deepEqual(
          bars.map(({ index }) => index),
          made.flatMap((value, index) => (value === undefined || value === 0 ? [] : [index])),
        );
        for (const { x, y, width, height } of bars) {
          assert.ok(x >= 0 && y >= 0 && x + width <= 96.001 && Math.abs(y + height - 16) < 0.001);
        }
      }),
    );
  });

  it('leaves a gap where a cost is not known, and 0 where nothing ran', () => {
    const point = { runs: 1, succeeded: 1, failed: 0, tokens: 5 };
    assert.deepEqual(valuesOf([point, { ...point, runs: 0 }, { ...point, costUsd: 2 }], 'cost'), [undefined, 0, 2]);
  });
});
