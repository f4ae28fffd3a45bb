// Every extension in an extension host has its own copy of OpenTelemetry's API, and all copies share one set of globals.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { build } from 'esbuild';
import type { OtelTracing, OtelTracingOptions } from '../../../../src/adapters/otel/otelTracing';
import { InMemoryEventLog } from '../../../support/inMemoryEventLog';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';
import { ManualClock } from '../../../support/manualClock';

interface OtherExtension {
  /** Registers a provider, a context manager and a logger globally; true where the registration took effect. */
  register(): boolean[];
  /** Runs `during` inside an active span of its own. */
  inSpan(name: string, during: () => void): void;
  spanNames(): string[];
  log(): unknown[];
  unregister(): void;
}

const OTHER = `
  import { trace, context, diag, DiagLogLevel } from '@opentelemetry/api';
  import { TracerProvider, SimpleSpanProcessor, InMemorySpanExporter, StackContextManager } from '@opentelemetry/sdk-trace';
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const messages = [];
  const write = (...text) => void messages.push(text);
  export const register = () => [
    trace.setGlobalTracerProvider(provider),
    context.setGlobalContextManager(new StackContextManager().enable()),
    diag.setLogger({ error: write, warn: write, info: write, debug: write, verbose: write }, DiagLogLevel.ALL),
  ];
  export const inSpan = (name, during) => trace.getTracer('other').startActiveSpan(name, (span) => { during(); span.end(); });
  export const spanNames = () => exporter.getFinishedSpans().map(({ name }) => name);
  export const log = () => messages;
  export const unregister = () => { trace.disable(); context.disable(); diag.disable(); };
`;
const OURS = `export { OtelTracing } from './src/adapters/otel/otelTracing';`;

async function bundle<T>(contents: string): Promise<T> {
  const result = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  const module = { exports: {} };
  const run = runInThisContext(`(function (module, exports, require) {${result.outputFiles[0]?.text ?? ''}\n})`) as (
    ...args: unknown[]
  ) => void;
  run(module, module.exports, createRequire(`${process.cwd()}/package.json`));
  return module.exports as T;
}

describe('Two copies of OpenTelemetry in one process', () => {
  let other: OtherExtension;
  let ours: { OtelTracing: new (options: OtelTracingOptions) => OtelTracing };

  before(async function () {
    this.timeout(60_000);
    other = await bundle<OtherExtension>(OTHER);
    ours = await bundle(OURS);
  });
  afterEach(() => other.unregister());

  const create = () =>
    new ours.OtelTracing({
      clock: new ManualClock(),
      spans: new InMemoryEventLog('w1'),
      index: new InMemoryRunIndex(),
    });

  it('neither sees the other, whoever comes first', async () => {
    for (const otherFirst of [true, false]) {
      const tracing = create();
      if (!otherFirst) await tracing.ready();
      assert.deepEqual(other.register(), [true, true, true]);
      const traceIds: string[] = [];
      other.inSpan('theirs', () => {
        const root = tracing.startSpan('our root');
        traceIds.push(root.traceId);
        other.inSpan('theirs below ours', () => tracing.startSpan('our child', { parent: root }).end());
        root.end();
        root.end();
      });
      await tracing.ready();
      const spans = await tracing.spans(traceIds[0] ?? '');
      assert.deepEqual(
        spans.map(({ name, parentSpanId }) => [name, parentSpanId]),
        [
          ['our root', undefined],
          ['our child', spans[0]?.spanId],
        ],
      );
      assert.deepEqual(
        other.spanNames().filter((name) => name.startsWith('our')),
        [],
      );
      assert.deepEqual(
        other.log().filter((line) => JSON.stringify(line).includes('our')),
        [],
      );
      other.unregister();
    }
    assert.deepEqual(other.spanNames(), ['theirs below ours', 'theirs', 'theirs below ours', 'theirs']);
  });

  it('ours leaves the globals free for others', async () => {
    const tracing = create();
    tracing.startSpan('ours').end();
    await tracing.ready();
    assert.deepEqual(other.register(), [true, true, true]);
  });

  it('ours does not read its configuration from the environment', async () => {
    const settings = {
      OTEL_SDK_DISABLED: 'true',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
    };
    Object.assign(process.env, settings);
    try {
      const tracing = create();
      const span = tracing.startSpan('ours', { attributes: { first: 'long', second: 'longer' } });
      span.end();
      assert.deepEqual((await tracing.spans(span.traceId))[0]?.attributes, { first: 'long', second: 'longer' });
    } finally {
      for (const name of Object.keys(settings)) Reflect.deleteProperty(process.env, name);
    }
  });
});
