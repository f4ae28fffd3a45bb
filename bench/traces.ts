// What the page of events and traces costs away from the screen: laying out a graph, adding up figures, reading a large file of traces.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { LowdbRunIndex } from '../src/adapters/lowdb/lowdbRunIndex';
import { SegmentedEventLog } from '../src/adapters/node/segmentedEventLog';
import { SystemClock } from '../src/adapters/node/systemClock';
import { OtelTracing } from '../src/adapters/otel/otelTracing';
import { maskSecrets } from '../src/core/agents/guardrails/secretGuardrail';
import { createRedactor } from '../src/core/events/redactor';
import type { RunAgentRecord } from '../src/core/runs/agentFigures';
import { Pacer } from '../src/core/pacer';
import { measuring } from '../src/core/runs/agentMetrics';
import { layoutGraph } from '../webview/trace/model/graphLayout';
import { collectGarbage } from './garbage';
import { watchTurns, type LoopTurns } from './loopTurns';
import { median } from './rounds';

export interface TraceCost {
  what: string;
  ms: number;
  /** How long the thread was held in one turn; absent for work that is one turn by nature. */
  turns?: LoopTurns;
  goal: string;
}

const ROUNDS = 9;
const TASKS = 1000;
const RUNS = 10_000;
const SPANS = 100_000;
const TRACE = 'a'.repeat(32);
const SHORT_TURNS = '< 5 at a time';

export async function measureTraces(): Promise<TraceCost[]> {
  const records = figureRecords();
  return [
    { what: `graph: layout of ${TASKS} tasks`, ms: timeOf(layout), goal: '' },
    {
      what: `metrics: ${RUNS} runs by agent, version and time`,
      ...(await watched(async () => {
        const query = { toMs: RUNS * 1000, buckets: 24 };
        await new Pacer(new SystemClock()).finish(measuring(records, query));
      })),
      goal: SHORT_TURNS,
    },
    ...(await measureFiles()),
  ];
}

function timeOf(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  // The first ones warm up.
  return median(times.slice(2));
}

/** Forty tasks at once, each after two of those before. */
function layout(): void {
  const ids = Array.from({ length: TASKS }, (_, index) => `t${index}`);
  const edges = ids.flatMap((to, index) =>
    [index - 40, index - 41].filter((from) => from >= 0).map((from) => ({ from: `t${from}`, to })),
  );
  layoutGraph(ids, edges, {
    direction: 'right',
    nodeWidth: 184,
    nodeHeight: 44,
    gap: 12,
    layerGap: 44,
    maxInRow: 24,
    blockAspect: 1.8,
  });
}

function figureRecords(): RunAgentRecord[] {
  return Array.from({ length: RUNS }, (_, index) =>
    ['router', 'dev', 'qa'].map((agent): RunAgentRecord => ({
      runId: `run-${index}`,
      agent,
      promptVersion: `v${Math.floor(index / 2500)}`,
      startedAtMs: index * 1000,
      lastAtMs: index * 1000 + 500,
      invocations: 1,
      succeeded: index % 10 === 0 ? 0 : 1,
      failed: index % 10 === 0 ? 1 : 0,
      stopped: 0,
      durationsMs: [(index * 7919) % 9000],
      reasons: {},
      inputTokens: 1200,
      outputTokens: 300,
      cachedInputTokens: 0,
      modelCalls: 2,
      retries: 0,
      costUsd: 0.004,
      unpricedCalls: 0,
      unmeasuredCalls: 0,
    })),
  ).flat();
}

/** Through masking of secrets, the disk and the index, as an import of a person's file goes. */
async function measureFiles(): Promise<TraceCost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-team-bench-'));
  const clock = new SystemClock();
  const onProblem = (problem: unknown) => {
    throw new Error(`Internal error: the bench could not store a trace: ${JSON.stringify(problem)}`);
  };
  const common = { folder, origin: 'bench', clock, onProblem };
  const log = new SegmentedEventLog(common);
  const index = new LowdbRunIndex({ ...common, isWriter: () => true, watch: false });
  const { redact } = createRedactor((text) => maskSecrets(text));
  const tracing = new OtelTracing({ clock, spans: log, index, redact, onProblem });
  try {
    const text = sampleFile();
    const imported = await watched(async () => {
      const outcome = await tracing.importText(pieces(text));
      if ('reason' in outcome || outcome.spans !== SPANS) throw new Error('Internal error: the import lost spans.');
    });
    const exported = await watched(async () => {
      for await (const _piece of tracing.exportText([TRACE]));
    });
    const size = `${SPANS} spans, ${Math.round(text.length / 1_000_000)} MB`;
    return [
      { what: `OTLP file: import (${size})`, ...imported, goal: SHORT_TURNS },
      { what: 'OTLP file: export of the same', ...exported, goal: SHORT_TURNS },
    ];
  } finally {
    await log.close();
    await index.flush();
    index.dispose();
    tracing.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watched(work: () => Promise<void>): Promise<{ ms: number; turns: LoopTurns }> {
  // What the bench has made up must not be swept while the work is watched.
  collectGarbage();
  const start = performance.now();
  const turns = await watchTurns(work);
  return { ms: performance.now() - start, turns };
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 128_000) yield text.slice(at, at + 128_000);
}

function sampleFile(): string {
  const id = (index: number) => index.toString(16).padStart(16, '0');
  const start = 1_763_798_400_000_000_000n;
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId: TRACE,
    spanId: id(index + 1),
    ...(index > 0 && { parentSpanId: id(Math.floor(index / 3) + 1) }),
    name: 'execute_tool read_file',
    kind: 1,
    startTimeUnixNano: String(start + BigInt(index) * 1_000_000n),
    endTimeUnixNano: String(start + BigInt(index) * 1_000_000n + 5_000_000n),
    attributes: [
      { key: 'gen_ai.tool.name', value: { stringValue: 'read_file' } },
      { key: 'gen_ai.tool.call.result', value: { stringValue: 'A line or two of what a tool gave back. '.repeat(5) } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '120' } },
    ],
    status: { code: 1 },
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bench' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }] });
}
