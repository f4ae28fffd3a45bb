import assert from 'node:assert/strict';
import { OtlpHttpExporter, type OtlpHttpExporterOptions } from '../../../../src/adapters/otel/otlpHttpExporter';
import { OtelTracing } from '../../../../src/adapters/otel/otelTracing';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { fromOtlp } from '../../../../src/core/telemetry/otlpRead';
import { otlpTarget } from '../../../../src/core/telemetry/otlpTarget';
import type { StoredSpan } from '../../../../src/core/telemetry/storedSpan';
import { span } from '../../../support/eventLogContract';
import { Gate, settle } from '../../../support/gate';
import { InMemoryEventLog } from '../../../support/inMemoryEventLog';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedCollector } from '../../../support/scriptedCollector';

const { trace } = DEFAULT_SETTINGS;

describe('OtlpHttpExporter over HTTP', () => {
  let collector: ScriptedCollector;
  const open: OtlpHttpExporter[] = [];
  beforeEach(async () => (collector = await ScriptedCollector.start()));
  afterEach(async () => {
    for (const exporter of open.splice(0)) exporter.dispose();
    await collector.stop();
  });

  function create(settings: Partial<typeof trace> = {}, options: Partial<OtlpHttpExporterOptions> = {}) {
    const clock = new ManualClock();
    const problems: string[] = [];
    const environment: Record<string, string> = { COLLECTOR_KEY: 'k-123' };
    const exporter = new OtlpHttpExporter({
      clock,
      fetch: (input, init) => globalThis.fetch(input, init),
      target: () => otlpTarget({ ...trace, otlpEndpoint: collector.url, ...settings }, (name) => environment[name]),
      onProblem: (problem) => problems.push(problem),
      random: () => 1,
      ...options,
    });
    open.push(exporter);
    return { exporter, clock, problems };
  }

  const ended = (name: string, more: Partial<StoredSpan> = {}) =>
    span(name.padStart(16, '0').slice(-16), { name, endTimeUnixNano: '1893456001000000000', ...more });

  /** Until the exporter has read the answer to its last request. */
  async function until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 2000 && !condition(); turn += 1) await settle(1);
    assert.ok(condition(), 'it did not come to pass');
  }

  it('sends a batch after five seconds, as what the specification calls a request', async () => {
    const { exporter, clock } = create();
    exporter.export(ended('a', { attributes: { 'gen_ai.request.model': 'small' } }));
    exporter.export(ended('b'));
    await clock.advance(4999);
    assert.equal(collector.requests.length, 0);
    await clock.advance(1);
    await until(() => exporter.health().sent === 2);
    const [request] = collector.requests;
    assert.deepEqual([request?.path, request?.headers['content-type']], ['/v1/traces', 'application/json']);
    const spans = fromOtlp(JSON.parse(request?.text ?? ''));
    assert.deepEqual(
      spans.map(({ name, endTimeUnixNano, attributes }) => [name, endTimeUnixNano, attributes]),
      [
        ['a', '1893456001000000000', { 'gen_ai.request.model': 'small' }],
        ['b', '1893456001000000000', {}],
      ],
    );
    assert.deepEqual(exporter.health(), { sent: 2, waiting: 0, dropped: 0, rejected: 0 });
    assert.deepEqual(clock.pending(), []);
  });

  it('adds the path where it is missing, and only there', () => {
    const urlOf = (otlpEndpoint: string) => otlpTarget({ ...trace, otlpEndpoint }, () => undefined)?.url;
    assert.equal(urlOf('http://host:4318'), 'http://host:4318/v1/traces');
    assert.equal(urlOf('https://host/otlp/?key=1'), 'https://host/otlp/v1/traces?key=1');
    assert.equal(urlOf('https://host/v1/traces'), 'https://host/v1/traces');
    assert.equal(urlOf(''), undefined);
  });

  it('fills headers from the environment, and sends nothing where a variable is missing', async () => {
    const { exporter, clock } = create({ otlpHeaders: { Authorization: 'Bearer ${env:COLLECTOR_KEY}' } });
    exporter.export(ended('a'));
    await clock.advance(5000);
    await until(() => exporter.health().sent === 1);
    assert.equal(collector.requests[0]?.headers.authorization, 'Bearer k-123');

    const other = create({ otlpHeaders: { Authorization: 'Bearer ${env:NOT_THERE}' } });
    other.exporter.export(ended('b'));
    await other.clock.advance(5000);
    await until(() => other.exporter.health().dropped === 1);
    assert.equal(collector.requests.length, 1);
    assert.match(other.problems.join(), /use NOT_THERE, which the environment does not set/);
  });

  it('sends content only when told', async () => {
    const attributes = {
      'gen_ai.input.messages': 'INPUT',
      'gen_ai.output.messages': 'OUTPUT',
      'gen_ai.tool.call.arguments': 'ARGUMENTS',
      'gen_ai.tool.call.result': 'RESULT',
      'agent_team.goal': 'GOAL',
      'agent_team.handoff.reason': 'REASON',
      'gen_ai.tool.name': 'read_file',
    };
    for (const exportContent of [false, true]) {
      const { exporter, clock } = create({ exportContent });
      exporter.export(ended('a', { attributes }));
      await clock.advance(5000);
      await until(() => exporter.health().sent === 1);
      const { text = '' } = collector.requests.at(-1) ?? {};
      for (const secret of ['INPUT', 'OUTPUT', 'ARGUMENTS', 'RESULT', 'GOAL', 'REASON']) {
        assert.equal(text.includes(secret), exportContent, secret);
      }
      assert.ok(text.includes('read_file'));
    }
  });

  it('sends a full batch at once, and bigger crowds in several', async () => {
    const { exporter } = create();
    for (let n = 0; n < 600; n += 1) exporter.export(ended(`s${n}`));
    await until(() => exporter.health().sent === 600);
    assert.deepEqual(
      collector.requests.map(({ spans }) => spans.length),
      [256, 256, 88],
    );
    assert.deepEqual(
      collector.requests.flatMap(({ spans }) => spans),
      Array.from({ length: 600 }, (_, n) => `s${n}`),
    );
  });

  for (const status of [429, 502, 503, 504]) {
    it(`tries again after ${status}`, async () => {
      const { exporter, clock, problems } = create();
      collector.script({ status });
      exporter.export(ended('a'));
      await clock.advance(5000);
      await until(() => clock.pending().length === 1 && exporter.health().problem !== undefined);
      assert.deepEqual(exporter.health().waiting, 1);
      await clock.advance(1000);
      await until(() => exporter.health().sent === 1);
      assert.deepEqual(
        collector.requests.map(({ spans }) => spans),
        [['a'], ['a']],
      );
      assert.equal(problems.length, 1);
      assert.equal(exporter.health().problem, undefined);
    });
  }

  for (const status of [301, 400, 401, 404, 500, 501]) {
    it(`never tries again after ${status}`, async () => {
      const { exporter, clock, problems } = create();
      collector.script({ status, headers: { location: '/elsewhere' } });
      exporter.export(ended('a'));
      await clock.advance(5000);
      await until(() => exporter.health().dropped === 1);
      assert.deepEqual(clock.pending(), []);
      assert.equal(collector.requests.length, 1);
      assert.match(problems.join(), new RegExp(`answers ${status}`));
    });
  }

  it('waits as long as the collector asks, in seconds or until a date, and gives up where that is too long', async () => {
    const { exporter, clock } = create();
    collector.script(
      { status: 429, headers: { 'retry-after': '7' } },
      {
        status: 503,
        headers: { 'retry-after': 'Tue, 01 Jan 2030 00:00:20 GMT', date: 'Tue, 01 Jan 2030 00:00:00 GMT' },
      },
      { status: 503, headers: { 'retry-after': '3600' } },
    );
    exporter.export(ended('a'));
    await clock.advance(5000);
    await until(() => clock.pending().length === 1);
    assert.deepEqual(clock.pending(), [7000]);
    await clock.advance(7000);
    await until(() => collector.requests.length === 2 && clock.pending()[0] === 20_000);
    await clock.advance(20_000);
    await until(() => exporter.health().dropped === 1);
    assert.equal(collector.requests.length, 3);
  });

  it('never sends a batch again of which the collector refused a part', async () => {
    const { exporter, clock, problems } = create();
    collector.script({ body: { partialSuccess: { rejectedSpans: '1', errorMessage: 'name too long' } } });
    exporter.export(ended('a'));
    exporter.export(ended('b'));
    await clock.advance(5000);
    await until(() => exporter.health().sent === 2);
    assert.equal(exporter.health().rejected, 1);
    assert.match(problems.join(), /refused 1 spans of a batch: name too long/);
    await clock.advance(600_000);
    assert.equal(collector.requests.length, 1);
  });

  it('takes an answer that nobody can read for success', async () => {
    const { exporter, clock, problems } = create();
    collector.script({ body: '<html>ok</html>' });
    exporter.export(ended('a'));
    await clock.advance(5000);
    await until(() => exporter.health().sent === 1);
    assert.deepEqual(problems, []);
  });

  it('tries again where there was no answer, and gives a batch up in the end', async () => {
    const { exporter, clock, problems } = create();
    collector.script(...Array.from({ length: 6 }, () => ({ hangUp: true as const })));
    exporter.export(ended('a'));
    await clock.advance(5000);
    for (const delayMs of [1000, 2000, 4000, 8000, 16_000]) {
      await until(() => clock.pending().includes(delayMs));
      await clock.advance(delayMs);
    }
    await until(() => exporter.health().dropped === 1);
    assert.equal(collector.requests.length, 6);
    assert.equal(problems.length, 1, 'told once');
    exporter.export(ended('b'));
    await clock.advance(5000);
    await until(() => exporter.health().sent === 1);
    assert.equal(exporter.health().problem, undefined);
  });

  it('gives up a request that is not answered within ten seconds', async () => {
    const { exporter, clock, problems } = create();
    const gate = new Gate();
    collector.script({ gate });
    exporter.export(ended('a'));
    await clock.advance(5000);
    await collector.received(1);
    await clock.advance(10_000);
    await until(() => problems.length === 1);
    assert.match(problems.join(), /no answer within 10 s/);
    gate.open();
    await clock.advance(1000);
    await until(() => exporter.health().sent === 1);
  });

  it('holds a bounded number of spans and counts what finds no room', async () => {
    const { exporter, problems } = create();
    const gate = new Gate();
    collector.script({ gate });
    for (let n = 0; n < 5000; n += 1) exporter.export(ended(`s${n}`));
    const before = exporter.health();
    assert.deepEqual([before.waiting, before.dropped], [4096, 904]);
    assert.match(problems.join(), /some were not exported/);
    gate.open();
    await until(() => exporter.health().sent === 4096);
  });

  it('holds a bounded amount of text', () => {
    const { exporter } = create();
    const attributes = { 'gen_ai.input.messages': 'x'.repeat(1_000_000) };
    for (let n = 0; n < 20; n += 1) exporter.export(ended(`s${n}`, { attributes }));
    assert.ok(exporter.health().waiting <= 15);
  });

  it('sends what waits when the window closes', async () => {
    const { exporter, clock } = create();
    exporter.export(ended('a'));
    await exporter.close(2000);
    assert.deepEqual(collector.requests[0]?.spans, ['a']);
    assert.deepEqual([exporter.health().sent, clock.pending()], [1, []]);
  });

  it('does not wait for a collector longer than told when the window closes', async () => {
    const { exporter, clock } = create();
    collector.script({ gate: new Gate() });
    exporter.export(ended('a'));
    const closing = exporter.close(2000);
    await collector.received(1);
    await clock.advance(2000);
    await closing;
    assert.equal(exporter.health().sent, 0);
  });

  it('tries once more at once, not later, when the window closes during the wait for a retry', async () => {
    const { exporter, clock } = create();
    collector.script({ status: 503 }, { status: 503 });
    exporter.export(ended('a'));
    await clock.advance(5000);
    await until(() => clock.pending().length === 1);
    await exporter.close(2000);
    assert.equal(collector.requests.length, 2);
    assert.equal(exporter.health().dropped, 1);
  });

  it('lets go what waits when the person turns the export off', async () => {
    let otlpEndpoint = collector.url;
    const { exporter, clock } = create({}, { target: () => otlpTarget({ ...trace, otlpEndpoint }, () => undefined) });
    exporter.export(ended('a'));
    otlpEndpoint = '';
    await clock.advance(5000);
    assert.deepEqual(exporter.health(), { sent: 0, waiting: 0, dropped: 0, rejected: 0 });
    assert.equal(collector.requests.length, 0);
  });

  it('gets every span of a tracing that ended, masked', async () => {
    const { exporter } = create({ exportContent: true });
    const tracing = new OtelTracing({
      clock: new ManualClock(),
      spans: new InMemoryEventLog('w1'),
      index: new InMemoryRunIndex(),
      redact: (text) => text.replaceAll('sk-secret', '***'),
      onEnded: (record) => exporter.export(record),
    });
    const root = tracing.startSpan('invoke_workflow ask', { attributes: { 'agent_team.run.id': 'r1' } });
    tracing
      .startSpan('chat small', { parent: root, kind: 'client', attributes: { 'gen_ai.input.messages': 'sk-secret' } })
      .end({ status: 'ok' });
    tracing.startSpan('still open', { parent: root });
    root.end();
    await tracing.ready();
    await exporter.close(2000);
    const [request] = collector.requests;
    assert.deepEqual(request?.spans, ['chat small', 'invoke_workflow ask']);
    assert.doesNotMatch(request.text, /sk-secret/);
    assert.match(request.text, /\*\*\*/);
  });
});
