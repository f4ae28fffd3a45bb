import assert from 'node:assert/strict';
import { OtelTracing, type OtelTracingOptions } from '../../../../src/adapters/otel/otelTracing';
import { InMemoryEventLog } from '../../../support/inMemoryEventLog';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';
import { ManualClock } from '../../../support/manualClock';
import { requestOf } from '../../../support/otlpDocuments';

function openTracing(options: Partial<OtelTracingOptions> = {}) {
  const problems: unknown[] = [];
  const tracing = new OtelTracing({
    clock: new ManualClock(),
    spans: new InMemoryEventLog('w1'),
    index: new InMemoryRunIndex(),
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { tracing, problems };
}

const TRACE = 'a'.repeat(32);
const foreign = (digit: string, more: object = {}) => ({
  traceId: TRACE,
  spanId: digit.repeat(16),
  name: `span ${digit}`,
  kind: 1,
  startTimeUnixNano: '1000000',
  endTimeUnixNano: '2000000',
  attributes: [],
  status: {},
  ...more,
});
const names = async (tracing: OtelTracing, traceId = TRACE) =>
  (await tracing.spans(traceId)).map(({ name, endTime }) => [name, endTime !== undefined]);

describe('importing and exporting traces', () => {
  it('gives back what others wrote, through the disk and the index', async () => {
    const { tracing } = openTracing();
    const request = requestOf([
      foreign('1', { attributes: [{ key: 'whole', value: { doubleValue: 1 } }], traceState: 'x=y' }),
      foreign('2', { parentSpanId: '1'.repeat(16) }),
    ]);
    assert.deepEqual(await tracing.importOtlp(request), [TRACE]);
    assert.deepEqual(await tracing.exportOtlp([TRACE]), request);
    const text: string[] = [];
    for await (const piece of tracing.exportText()) text.push(piece);
    assert.deepEqual(JSON.parse(text.join('')), request);
    assert.deepEqual(await openTracing().tracing.importOtlp(text.join('')), [TRACE]);
  });

  it('adds to a trace that was imported before, and replaces what had not ended by what has', async () => {
    const { tracing } = openTracing();
    await tracing.importOtlp(requestOf([foreign('1'), foreign('2', { endTimeUnixNano: '0' })]));
    await tracing.importOtlp(requestOf([foreign('1', { name: 'other' }), foreign('2'), foreign('3')]));
    assert.deepEqual(await names(tracing), [
      ['span 1', true],
      ['span 2', true],
      ['span 3', true],
    ]);
    assert.deepEqual(
      tracing.list().map(({ spans, imported }) => [spans, imported]),
      [[3, true]],
    );
  });

  it('never changes a span of a run of ours, and adds what others recorded of its trace', async () => {
    const { tracing } = openTracing();
    const root = tracing.startSpan('invoke_workflow ask', { attributes: { 'agent_team.run.id': 'r1' } });
    root.end({ status: 'ok' });
    await tracing.ready();
    const traceId = root.traceId;
    const forged = foreign('9', {
      traceId,
      spanId: root.spanId,
      name: 'forged',
      startTimeUnixNano: '1893456000000000000',
    });
    const server = foreign('8', { traceId, parentSpanId: root.spanId, startTimeUnixNano: '1893456000000000001' });
    await tracing.importOtlp(requestOf([forged, server]));
    assert.deepEqual(
      (await names(tracing, traceId)).map(([name]) => name),
      ['invoke_workflow ask', 'span 8'],
    );
    assert.deepEqual(
      tracing.list().map(({ runId, spans, imported }) => [runId, spans, imported]),
      [['r1', 2, true]],
    );
  });

  it('takes the run that an imported trace names for a run of somebody else', async () => {
    const { tracing } = openTracing();
    const attributes = [{ key: 'agent_team.run.id', value: { stringValue: 'r1' } }];
    await tracing.importOtlp(requestOf([foreign('1', { attributes })]));
    assert.equal(tracing.list()[0]?.runId, undefined);
  });

  it('masks secrets in what it keeps, also in what is kept as it came', async () => {
    const { tracing } = openTracing({ redact: (text) => text.replaceAll('sk-secret', '***') });
    const list = [
      { key: 'a', value: { stringValue: 'sk-secret' } },
      { key: 'b', value: { doubleValue: 1 } },
    ];
    await tracing.importOtlp(requestOf([foreign('1', { attributes: list, traceState: 'sk-secret' })]));
    const exported = JSON.stringify([await tracing.exportOtlp(), await tracing.spans(TRACE)]);
    assert.match(exported, /\*\*\*/);
    assert.doesNotMatch(exported, /sk-secret/);
  });

  it('exports our messages and tool contents only when told', async () => {
    for (const isTold of [false, true]) {
      const { tracing } = openTracing({ exportContent: () => isTold });
      const span = tracing.startSpan('chat m', { attributes: { 'gen_ai.input.messages': 'hidden', kept: 1 } });
      span.end();
      await tracing.ready();
      assert.equal(JSON.stringify(await tracing.exportOtlp()).includes('hidden'), isTold);
      assert.equal((await tracing.spans(span.traceId))[0]?.attributes['gen_ai.input.messages'], 'hidden');
    }
  });

  it('tells views of imports', async () => {
    const { tracing } = openTracing();
    const told: string[][] = [];
    tracing.onDidImport((traceIds) => told.push(traceIds));
    await tracing.importOtlp(requestOf([foreign('1')]));
    await tracing.importOtlp({});
    assert.deepEqual(told, [[TRACE]]);
  });

  it('keeps nothing of what is too much, or stopped, and says so', async () => {
    const { tracing, problems } = openTracing();
    const many = Array.from({ length: 1001 }, (_, index) =>
      foreign('1', { traceId: (index + 1).toString(16).padStart(32, '0') }),
    );
    assert.deepEqual(await tracing.importOtlp(requestOf(many)), []);
    assert.deepEqual(problems, [{ reason: 'trace.too_many_traces', limit: 1000 }]);
    const stopped = tracing.importText([JSON.stringify(requestOf([foreign('1')]))], { signal: AbortSignal.abort() });
    assert.deepEqual(await stopped, { reason: 'cancelled' });
    assert.deepEqual(await tracing.importText(['nonsense']), { reason: 'trace.not_json', offset: 0 });
    assert.deepEqual(tracing.list(), []);
  });

  it('imports one trace of a file where only that is wanted', async () => {
    const { tracing } = openTracing();
    const other = 'b'.repeat(32);
    const text = JSON.stringify(requestOf([foreign('1'), foreign('2', { traceId: other })]));
    const outcome = await tracing.importText([text], { traceId: other });
    assert.deepEqual(outcome, { traceIds: [other], spans: 1, skipped: 0, isCutOff: false });
    assert.deepEqual(
      tracing.list().map(({ traceId }) => traceId),
      [other],
    );
  });

  it('imports nothing from nonsense', async () => {
    const { tracing } = openTracing();
    for (const nonsense of [null, 1, 'x', [], {}, { resourceSpans: {} }])
      assert.deepEqual(await tracing.importOtlp(nonsense), []);
    assert.deepEqual(await tracing.spans('unknown'), []);
  });
});
