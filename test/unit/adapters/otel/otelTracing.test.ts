import assert from 'node:assert/strict';
import type { SpanRecord } from '../../../../src/api';
import { OtelTracing, type OtelTracingOptions } from '../../../../src/adapters/otel/otelTracing';
import { settle } from '../../../support/gate';
import { InMemoryEventLog } from '../../../support/inMemoryEventLog';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';
import { ManualClock } from '../../../support/manualClock';

function openTracing(options: Partial<OtelTracingOptions> & { log?: InMemoryEventLog } = {}) {
  const { log: given, ...rest } = options;
  const clock = new ManualClock();
  const log = given ?? new InMemoryEventLog('w1');
  const index = (rest.index as InMemoryRunIndex | undefined) ?? new InMemoryRunIndex();
  const tracing = new OtelTracing({ clock, spans: log, index, ...rest });
  return { tracing, clock, log, index };
}

/** The tree by names, in the order in which spans began. */
function treeOf(spans: SpanRecord[], parent?: string): unknown[] {
  return spans.filter((span) => span.parentSpanId === parent).map((span) => [span.name, ...treeOf(spans, span.spanId)]);
}

describe('OtelTracing', () => {
  it('records a tree with kinds, times, attributes and statuses', async () => {
    const { tracing, clock } = openTracing();
    const root = tracing.startSpan('invoke_workflow ask', {
      attributes: { 'agent_team.run.id': 'r1', nothing: undefined },
    });
    await clock.advance(10.5);
    const chat = tracing.startSpan('chat small', {
      parent: root,
      kind: 'client',
      attributes: { 'gen_ai.request.model': 'small' },
    });
    chat.setAttributes({ 'gen_ai.usage.input_tokens': 12, list: ['a', 'b'] });
    await clock.advance(1);
    chat.end({ status: 'error', message: 'Too slow.', attributes: { 'error.type': 'model.timeout' } });
    root.end({ status: 'ok' });
    const spans = await tracing.spans(root.traceId);
    assert.deepEqual(spans, [
      {
        traceId: root.traceId,
        spanId: root.spanId,
        name: 'invoke_workflow ask',
        kind: 'internal',
        startTime: '2030-01-01T00:00:00.000Z',
        endTime: '2030-01-01T00:00:00.011500Z',
        status: 'ok',
        attributes: { 'agent_team.run.id': 'r1' },
      },
      {
        traceId: root.traceId,
        spanId: chat.spanId,
        parentSpanId: root.spanId,
        name: 'chat small',
        kind: 'client',
        startTime: '2030-01-01T00:00:00.010500Z',
        endTime: '2030-01-01T00:00:00.011500Z',
        status: 'error',
        statusMessage: 'Too slow.',
        attributes: {
          'gen_ai.request.model': 'small',
          'gen_ai.usage.input_tokens': 12,
          list: ['a', 'b'],
          'error.type': 'model.timeout',
        },
      },
    ]);
    assert.match(root.traceId, /^[0-9a-f]{32}$/);
    assert.match(root.spanId, /^[0-9a-f]{16}$/);
  });

  it('keeps the order of spans that began in the same microsecond', async () => {
    const { tracing } = openTracing();
    const root = tracing.startSpan('root');
    const children = Array.from({ length: 20 }, (_, index) => tracing.startSpan(`child ${index}`, { parent: root }));
    for (const child of children.reverse()) child.end();
    root.end();
    assert.deepEqual(treeOf(await tracing.spans(root.traceId)), [
      ['root', ...Array.from({ length: 20 }, (_, index) => [`child ${index}`])],
    ]);
  });

  it('shows spans and traces that are going on', async () => {
    const { tracing, index } = openTracing();
    const seen: unknown[] = [];
    tracing.onDidChangeSpan(({ name, endTime }) => seen.push([name, endTime !== undefined]));
    const root = tracing.startSpan('root', { attributes: { 'agent_team.run.id': 'r1' } });
    const child = tracing.startSpan('child', { parent: root });
    child.end({ status: 'error' });
    await tracing.ready();
    assert.deepEqual(
      (await tracing.spans(root.traceId)).map(({ name, endTime }) => [name, endTime !== undefined]),
      [
        ['root', false],
        ['child', true],
      ],
    );
    const summary = {
      traceId: root.traceId,
      runId: 'r1',
      name: 'root',
      startTime: '2030-01-01T00:00:00.000Z',
      spans: 2,
      errors: 1,
    };
    assert.deepEqual(tracing.list(), [summary]);
    assert.deepEqual(index.traces(), []);
    root.end();
    assert.deepEqual(tracing.list(), [{ ...summary, endTime: '2030-01-01T00:00:00.000Z' }]);
    assert.deepEqual(index.traces(), tracing.list());
    assert.deepEqual(seen, [
      ['root', false],
      ['child', false],
      ['child', true],
      ['root', true],
    ]);
  });

  it('goes on in the trace of an earlier root, with a link to it', async () => {
    const { tracing, log, index } = openTracing();
    const first = tracing.startSpan('first', { attributes: { 'agent_team.run.id': 'r1' } });
    first.end();
    await tracing.ready();
    // As after a reload.
    const again = openTracing({ log, index }).tracing;
    const second = again.startSpan('second', {
      traceId: first.traceId,
      links: [{ traceId: first.traceId, spanId: first.spanId }],
    });
    const child = again.startSpan('child', { parent: second });
    child.end();
    second.end();
    assert.equal(second.traceId, first.traceId);
    assert.deepEqual(treeOf(await again.spans(first.traceId)), [['first'], ['second', ['child']]]);
    assert.deepEqual(
      again.list().map(({ spans, runId }) => [spans, runId]),
      [[3, 'r1']],
    );
    const stored = await log.readSpans({ runId: 'r1' });
    assert.deepEqual(stored.find(({ name }) => name === 'second')?.links, [
      { traceId: first.traceId, spanId: first.spanId },
    ]);
  });

  it('takes a second end, and whatever comes after the end, for nothing', async () => {
    const { tracing, clock } = openTracing();
    const span = tracing.startSpan('root');
    span.end({ status: 'ok' });
    await clock.advance(5);
    span.setAttributes({ late: true });
    span.end({ status: 'error' });
    const [record] = await tracing.spans(span.traceId);
    assert.deepEqual([record?.status, record?.attributes, record?.endTime], ['ok', {}, '2030-01-01T00:00:00.000Z']);
  });

  it('never lets a span end before it starts, nor takes small times for something else', async () => {
    const { tracing } = openTracing();
    const span = tracing.startSpan('root', { startTimeMs: 1000 });
    span.end({ endTimeMs: 500 });
    const [record] = await tracing.spans(span.traceId);
    assert.deepEqual([record?.startTime, record?.endTime], ['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:01.000Z']);
  });

  it('works on without spans when the SDK can not be loaded', async () => {
    const problems: unknown[] = [];
    const loadSdk = () => Promise.reject(new Error('broken bundle'));
    const { tracing } = openTracing({ loadSdk, onProblem: (error) => problems.push(error) });
    const span = tracing.startSpan('root');
    await settle();
    span.end();
    assert.deepEqual([await tracing.spans(span.traceId), tracing.list(), problems.length], [[], [], 1]);
  });

  it('masks secrets in names, attributes and messages', async () => {
    const { tracing } = openTracing({ redact: (text) => text.replaceAll('sk-secret', '***') });
    const span = tracing.startSpan('call sk-secret', { attributes: { key: 'sk-secret', list: ['a sk-secret'] } });
    span.end({ status: 'error', message: 'bad key sk-secret', attributes: { other: 'sk-secret' } });
    const [record] = await tracing.spans(span.traceId);
    assert.doesNotMatch(JSON.stringify(record), /sk-secret/);
    assert.equal(record?.statusMessage, 'bad key ***');
  });

  it('exports and imports what it recorded', async () => {
    const { tracing } = openTracing();
    const root = tracing.startSpan('root', { attributes: { 'agent_team.run.id': 'r1', number: 1.5 } });
    tracing.startSpan('open', { parent: root });
    tracing.startSpan('failed', { parent: root, kind: 'client' }).end({ status: 'error', message: 'no' });
    root.end({ status: 'ok' });
    await tracing.ready();
    const otlp: unknown = JSON.parse(JSON.stringify(await tracing.exportOtlp([root.traceId])));
    const elsewhere = openTracing();
    assert.deepEqual(await elsewhere.tracing.importOtlp(otlp), [root.traceId]);
    assert.deepEqual(await elsewhere.tracing.spans(root.traceId), await tracing.spans(root.traceId));
    assert.deepEqual(
      elsewhere.tracing.list().map(({ name, spans, errors, runId }) => ({ name, spans, errors, runId })),
      [{ name: 'root', spans: 3, errors: 1, runId: undefined }],
    );
    assert.equal(elsewhere.tracing.list()[0]?.imported, true);
    assert.deepEqual(await elsewhere.tracing.exportOtlp(), otlp);
    assert.deepEqual(await elsewhere.tracing.importOtlp(otlp), [root.traceId]);
    assert.equal(elsewhere.tracing.list()[0]?.spans, 3);
    const upper = root.traceId.toUpperCase();
    assert.equal((await elsewhere.tracing.spans(upper)).length, 3);
    assert.deepEqual(await elsewhere.tracing.exportOtlp([upper]), otlp);
  });
});
