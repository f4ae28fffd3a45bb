import assert from 'node:assert/strict';
import { eventSummary, MAX_SUMMARY } from '../../../../src/vscode/trace/eventSummary';

const summary = (payload: unknown) => eventSummary({ payload });

describe('the summary of an event', () => {
  it('has first what tells most, and neither ids nor what is empty', () => {
    assert.equal(
      summary({ callId: 'c1', files: [], attempt: 2, title: 'Write tests', agent: 'qa' }),
      'Write tests · qa · attempt: 2',
    );
  });

  it('shows times with their unit, and no more digits than help', () => {
    assert.equal(
      summary({ tool: 'read_file', durationMs: 54.919189453125, costUsd: 0.000123456, ratio: 1 / 3, count: 123456 }),
      'read_file · duration: 55 ms · costUsd: 0.0001235 · ratio: 0.3333 · count: 123456',
    );
  });

  it('takes the message of a failure, counts lists, and takes any payload', () => {
    assert.equal(summary({ error: { reason: 'x', message: 'It broke.' }, tools: ['a', 'b'] }), 'It broke. · tools: 2');
    assert.deepEqual([null, 'text', 1.23456, [1]].map(summary), ['', 'text', '1.235', '[1]']);
    assert.equal(summary({ text: 'x '.repeat(1_000), message: 'y'.repeat(1_000) }).length <= MAX_SUMMARY, true);
  });
});
