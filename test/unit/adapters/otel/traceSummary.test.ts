import assert from 'node:assert/strict';
import { summarise } from '../../../../src/adapters/otel/traceSummary';
import type { StoredSpan } from '../../../../src/core/telemetry/storedSpan';
import { storedSpan } from '../../../support/inMemoryTraces';

describe('a trace in one line', () => {
  const span = (spanId: string, startMs: number, more: Partial<StoredSpan> = {}): StoredSpan => ({
    ...storedSpan('t', { id: spanId, name: spanId, start: startMs, end: startMs + 10 }),
    ...more,
  });
  const below = (spanId: string, startMs: number, parentSpanId = 'root') => span(spanId, startMs, { parentSpanId });

  it('is named after its earliest root, and lasts from the first start to the last end', () => {
    const spans = [below('early', 0), span('root', 5), span('later root', 6), below('late', 40)];
    const { name, startTime, endTime, spans: count, errors } = summarise(spans, 'r');
    assert.deepEqual([name, startTime, endTime], ['root', spans[0]?.startTime, spans[3]?.endTime]);
    assert.deepEqual([count, errors], [4, 0]);
  });

  it('is named after the earliest that has no parent here, where the root is missing', () => {
    assert.equal(summarise([below('b', 9), below('a', 3), below('c', 4, 'a')], undefined).name, 'a');
    // Whoever goes round in a circle has a parent each.
    assert.equal(summarise([below('b', 9, 'a'), below('a', 3, 'b')], undefined).name, 'a');
  });

  it('has no end while one of its spans goes on, counts errors, and says where it comes from', () => {
    const { endTime: _end, endTimeUnixNano: _nanos, ...open } = span('open', 2);
    const failed = span('failed', 1, { status: 'error' });
    const summary = summarise([span('root', 0), open, failed], 'r');
    assert.deepEqual(
      [summary.endTime, summary.errors, summary.runId, summary.imported],
      [undefined, 1, 'r', undefined],
    );
    const source = { resource: {}, scope: { name: 's', attributes: {} } };
    assert.equal(summarise([span('root', 0), span('x', 1, { source })], undefined).imported, true);
  });

  it('does not exist without spans', () => {
    assert.throws(() => summarise([], undefined), /Internal error/);
  });
});
