import assert from 'node:assert/strict';
import type { ShownComparison, ShownSide } from '../../../../src/protocol/trace/compareMessages';
import { COMPARE_STRINGS, type CompareStringKey } from '../../../../src/protocol/trace/compareStrings';
import { fillIn } from '../../../../src/protocol/fillIn';
import { figureRows, firstPair, summaryOf } from '../../../../webview/trace/model/comparison';

const text = (key: CompareStringKey, ...values: (string | number)[]) => fillIn(COMPARE_STRINGS[key], values);

function side(change: Partial<ShownSide> = {}): ShownSide {
  return {
    traceId: 't',
    title: 'x',
    kind: 'ask',
    status: 'completed',
    startedAt: 0,
    durationMs: 2000,
    inputTokens: 1000,
    outputTokens: 200,
    costUsd: 0.01,
    modelCalls: 2,
    isMeasured: true,
    path: [],
    toolCalls: 4,
    failedToolCalls: 0,
    ...change,
  };
}

function comparison(left: ShownSide, right: ShownSide, change: Partial<ShownComparison> = {}): ShownComparison {
  return { left, right, agents: [], tasks: [], tools: [], calls: [], answer: [], ...change };
}

const rowsOf = (compared: ShownComparison) =>
  Object.fromEntries(
    figureRows(compared, text).map(({ key, left, right, difference }) => [key, [left, right, difference]]),
  );

describe('two runs in figures and words', () => {
  it('tell the difference with its share', () => {
    const rows = rowsOf(comparison(side(), side({ durationMs: 3000, toolCalls: 3, inputTokens: 1000 })));
    assert.deepEqual(
      [rows['time'], rows['toolCalls'], rows['tokensIn']],
      [
        ['2.0 s', '3.0 s', '+1.0 s (+50 %)'],
        ['4', '3', '−1 (−25 %)'],
        ['1.0k', '1.0k', 'the same'],
      ],
    );
  });

  it('never take what is unknown for 0', () => {
    const { costUsd: _costUsd, ...unpriced } = side({ isMeasured: false, inputTokens: 0, outputTokens: 0 });
    const compared = comparison(side(), unpriced);
    const rows = rowsOf(compared);
    assert.deepEqual(
      [rows['cost'], rows['tokensIn']],
      [
        ['$0.010', 'unknown', ''],
        ['1.0k', 'unknown', ''],
      ],
    );
    assert.equal(summaryOf(compared, text), 'The difference in cost is not known.');
  });

  it('know that a run without a model cost nothing', () => {
    const { costUsd: _costUsd, ...offline } = side({ modelCalls: 0 });
    assert.deepEqual(rowsOf(comparison(offline, side()))['cost'], ['$0', '$0.010', '+$0.010']);
  });

  it('are told in sentences', () => {
    const task = { id: 'a', title: 'a', agent: 'dev', status: 'completed', dependencies: [] };
    const compared = comparison(side(), side({ durationMs: 1000, inputTokens: 700, costUsd: 0.02 }), {
      tasks: [{ left: task, right: task }, { right: task }],
      answer: [{ side: 'left', texts: ['x'] }],
    });
    assert.equal(
      summaryOf(compared, text),
      'The second took 1.0 s less. It used 300 tokens less. It cost $0.010 more. ' +
        '1 tasks in both, 0 only in the first, 1 only in the second. The answers differ.',
    );
  });
});

describe('the two runs to begin with', () => {
  const traces = ['c', 'b', 'a'].map((traceId) => ({ traceId, title: traceId === 'b' ? 'other' : 'same' }));

  it('are the newest and the one before that asked the same', () => {
    assert.deepEqual(firstPair(undefined, traces), { left: 'a', right: 'c' });
    assert.deepEqual(firstPair(traces[1], traces), { left: 'c', right: 'b' });
  });

  it('are none while there are not two', () => {
    assert.equal(firstPair(undefined, traces.slice(0, 1)), undefined);
    assert.equal(firstPair(undefined, []), undefined);
  });
});
