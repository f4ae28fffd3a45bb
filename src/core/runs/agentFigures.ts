// What each agent has done, by prompt version: how often, how well, how fast, for how much. A projection over the events of runs: the agents
// tree and the metrics of the trace page read the same figures. Pure, incremental and bounded; events of a run may come live or from its journal.
import { each, finishNow } from '../steps';
import type { CallUsage, EventEnvelope } from '../../api';
import { toDisposable, type Disposable } from '../disposable';
import { isTeamEvent, type TeamEvent } from '../events/teamEvent';

/** What one prompt version of one agent did in one run. */
export interface RunAgentRecord {
  runId: string;
  agent: string;
  /** Empty where an old event does not say. */
  promptVersion: string;
  /** The first and last time that it was seen in the run, in milliseconds since the epoch. */
  startedAtMs: number;
  lastAtMs: number;
  invocations: number;
  /** Answered or handed over. */
  succeeded: number;
  failed: number;
  /** Cancelled, or stopped by a budget: nothing that speaks against the agent. */
  stopped: number;
  /** Of invocations that have ended, in milliseconds. */
  durationsMs: number[];
  /** Reasons of failures with their numbers. */
  reasons: Record<string, number>;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  modelCalls: number;
  retries: number;
  /** Of the calls whose cost is known; absent where it is known of none. */
  costUsd?: number;
  /** Calls without a known cost. */
  unpricedCalls: number;
  /** Calls of which the endpoint did not report all tokens. */
  unmeasuredCalls: number;
}

/** Records added up. */
export interface AgentFigure extends Omit<RunAgentRecord, 'runId' | 'durationsMs' | 'promptVersion'> {
  /** The version of the newest record. */
  promptVersion: string;
  runs: number;
  /** Invocations that go on in runs that have not ended. */
  running: number;
  /** Failed among those that succeeded or failed; absent before the first. */
  errorRate?: number;
  latencyP50Ms?: number;
  latencyP95Ms?: number;
}

export interface AgentFiguresOptions {
  /** Default 1,000; the runs that were seen first leave first. */
  maxRuns?: number;
}

const MAX_RUNS = 1000;
/** Durations that are kept of one record; beyond that the oldest leave, the counts stay exact. */
const MAX_DURATIONS = 200;
/** Kinds of failures that are told apart in one record. */
const MAX_REASONS = 20;
const RUN_ENDED = /^run\.(?:completed|partial|failed|cancelled|interrupted)$/;

interface RunFigures {
  lastSeq: Record<string, number>;
  records: Map<string, RunAgentRecord>;
  /** Invocations that have not ended: when they began and what they count for. */
  open: Map<string, { startedAtMs: number; record: RunAgentRecord }>;
}

export class AgentFigures {
  /** In the order in which they were first seen. */
  private readonly runs = new Map<string, RunFigures>();
  private readonly handlers = new Set<() => void>();
  private summed: { byAgent: AgentFigure[]; byVersion: AgentFigure[] } | undefined;

  constructor(private readonly options: AgentFiguresOptions = {}) {}

  /** Takes one event; an event of a run that was taken before changes nothing. Events of one window come in their order. */
  follow(event: EventEnvelope): void {
    const { runId, origin, seq } = event;
    if (runId === undefined || !isTeamEvent(event)) return;
    const run = this.runs.get(runId) ?? this.begin(runId);
    if (seq <= (run.lastSeq[origin] ?? 0)) return;
    run.lastSeq[origin] = seq;
    if (reduce(run, runId, event)) this.changed();
  }

  /** A whole journal, or what of it is not known yet. */
  followAll(events: Iterable<EventEnvelope>): void {
    for (const event of events) this.follow(event);
  }

  knows(runId: string): boolean {
    return this.runs.has(runId);
  }

  /** Takes a run out, because it was deleted. */
  forget(runId: string): void {
    if (this.runs.delete(runId)) this.changed();
  }

  /** One figure for each agent, by name. */
  byAgent(): AgentFigure[] {
    return this.sums().byAgent;
  }

  /** One figure for each prompt version of each agent; the versions of an agent with the newest first. */
  byVersion(): AgentFigure[] {
    return this.sums().byVersion;
  }

  /** What was done when, for figures over time; in no certain order. */
  records(): RunAgentRecord[] {
    return [...this.runs.values()].flatMap((run) => [...run.records.values()]);
  }

  /** Called after figures changed. Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  private begin(runId: string): RunFigures {
    const run: RunFigures = { lastSeq: {}, records: new Map(), open: new Map() };
    this.runs.set(runId, run);
    if (this.runs.size > (this.options.maxRuns ?? MAX_RUNS)) {
      const first = this.runs.keys().next().value;
      if (first !== undefined) this.runs.delete(first);
    }
    return run;
  }

  private changed(): void {
    this.summed = undefined;
    for (const handler of [...this.handlers]) handler();
  }

  private sums() {
    this.summed ??= {
      byAgent: this.add(({ agent }) => agent).sort((a, b) => order(a.agent, b.agent)),
      byVersion: this.add(({ agent, promptVersion }) => `${agent}\n${promptVersion}`).sort(
        (a, b) => order(a.agent, b.agent) || b.lastAtMs - a.lastAtMs,
      ),
    };
    return this.summed;
  }

  private add(keyOf: (record: RunAgentRecord) => string): AgentFigure[] {
    const groups = new Map<string, { records: RunAgentRecord[]; running: number }>();
    for (const { records, open } of this.runs.values()) {
      for (const record of records.values()) {
        const key = keyOf(record);
        const group = groups.get(key) ?? { records: [], running: 0 };
        groups.set(key, group);
        group.records.push(record);
        group.running += [...open.values()].filter((entry) => entry.record === record).length;
      }
    }
    return [...groups.values()].map(({ records, running }) => sumOf(records, running));
  }
}

/** Mutates `run`; true if a figure changed. */
function reduce(run: RunFigures, runId: string, event: TeamEvent): boolean {
  if (RUN_ENDED.test(event.topic)) return endRun(run);
  if (event.agent === undefined) return false;
  switch (event.topic) {
    case 'agent.started': {
      const record = recordOf(run, runId, event);
      record.invocations += 1;
      run.open.set(event.payload.invocationId, { startedAtMs: Date.parse(event.time), record });
      return true;
    }
    case 'agent.completed':
      return endInvocation(run, event, event.payload.invocationId);
    case 'agent.failed':
      return endInvocation(run, event, event.payload.invocationId, event.payload.error.reason);
    case 'model.completed':
    case 'model.failed':
      addCall(recordOf(run, runId, event), event.payload.usage);
      return true;
    case 'model.retrying': {
      // An attempt of which nobody knows what it used.
      const record = recordOf(run, runId, event);
      record.retries += 1;
      addCall(record, {});
      return true;
    }
    default:
      return false;
  }
}

/** What did not end by itself was stopped with its run. */
function endRun({ open }: RunFigures): boolean {
  for (const { record } of open.values()) record.stopped += 1;
  const changed = open.size > 0;
  open.clear();
  return changed;
}

function endInvocation({ open }: RunFigures, event: TeamEvent, invocationId: string, reason?: string): boolean {
  const invocation = open.get(invocationId);
  if (!invocation) return false;
  open.delete(invocationId);
  const { record, startedAtMs } = invocation;
  const nowMs = Date.parse(event.time);
  record.lastAtMs = Math.max(record.lastAtMs, nowMs);
  if (reason !== undefined && isStop(reason)) {
    record.stopped += 1;
    return true;
  }
  if (reason === undefined) record.succeeded += 1;
  else {
    record.failed += 1;
    const known = Object.hasOwn(record.reasons, reason) || Object.keys(record.reasons).length < MAX_REASONS;
    const name = known ? reason : 'other';
    record.reasons[name] = (record.reasons[name] ?? 0) + 1;
  }
  record.durationsMs.push(Math.max(0, nowMs - startedAtMs));
  if (record.durationsMs.length > MAX_DURATIONS) record.durationsMs.shift();
  return true;
}

function isStop(reason: string): boolean {
  return reason === 'cancelled' || reason === 'interrupted' || reason.startsWith('budget.');
}

function addCall(record: RunAgentRecord, usage: CallUsage): void {
  record.modelCalls += 1;
  record.inputTokens += usage.inputTokens ?? 0;
  record.outputTokens += usage.outputTokens ?? 0;
  record.cachedInputTokens += usage.cachedInputTokens ?? 0;
  if (usage.inputTokens === undefined || usage.outputTokens === undefined) record.unmeasuredCalls += 1;
  if (usage.costUsd === undefined) record.unpricedCalls += 1;
  else record.costUsd = (record.costUsd ?? 0) + usage.costUsd;
}

function recordOf({ records }: RunFigures, runId: string, event: TeamEvent): RunAgentRecord {
  const { agent = '', promptVersion = '' } = event;
  const key = `${agent}\n${promptVersion}`;
  const atMs = Date.parse(event.time);
  const known = records.get(key);
  if (known) {
    known.lastAtMs = Math.max(known.lastAtMs, atMs);
    return known;
  }
  const record = { ...NOTHING, reasons: {}, durationsMs: [], runId, agent, promptVersion };
  const fresh: RunAgentRecord = { ...record, startedAtMs: atMs, lastAtMs: atMs };
  records.set(key, fresh);
  return fresh;
}

const NOTHING = {
  invocations: 0,
  succeeded: 0,
  failed: 0,
  stopped: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  modelCalls: 0,
  retries: 0,
  unpricedCalls: 0,
  unmeasuredCalls: 0,
} as const;

const COUNTS = Object.keys(NOTHING) as (keyof typeof NOTHING)[];

/** Adds records up; there is at least one. */
export function sumOf(records: readonly RunAgentRecord[], running = 0): AgentFigure {
  return finishNow(summing(records, running));
}

/** As `sumOf`, for many records. */
export function* summing(records: readonly RunAgentRecord[], running = 0): Generator<void, AgentFigure> {
  const sum: AgentFigure = {
    ...NOTHING,
    agent: '',
    promptVersion: '',
    reasons: {},
    running,
    runs: 0,
    startedAtMs: Infinity,
    lastAtMs: -Infinity,
  };
  const runs = new Set<string>();
  const all: number[] = [];
  yield* each(records, (record) => {
    runs.add(record.runId);
    add(sum, record);
    for (const duration of record.durationsMs) all.push(duration);
  });
  sum.runs = runs.size;
  const judged = sum.succeeded + sum.failed;
  if (judged > 0) sum.errorRate = sum.failed / judged;
  // Numbers in a typed array are sorted as such, and much faster than by a function.
  const durations = new Float64Array(all).sort();
  const [p50, p95] = [percentile(durations, 0.5), percentile(durations, 0.95)];
  if (p50 !== undefined) sum.latencyP50Ms = p50;
  if (p95 !== undefined) sum.latencyP95Ms = p95;
  return sum;
}

/** The newest record says whose figure it is. */
function add(sum: AgentFigure, record: RunAgentRecord): void {
  const { agent, promptVersion, startedAtMs, lastAtMs, reasons, costUsd } = record;
  if (lastAtMs > sum.lastAtMs) Object.assign(sum, { agent, promptVersion, lastAtMs });
  sum.startedAtMs = Math.min(sum.startedAtMs, startedAtMs);
  for (const key of COUNTS) sum[key] += record[key];
  for (const reason in reasons) sum.reasons[reason] = (sum.reasons[reason] ?? 0) + (reasons[reason] ?? 0);
  if (costUsd !== undefined) sum.costUsd = (sum.costUsd ?? 0) + costUsd;
}

/** Nearest rank of an ascending list. */
export function percentile(sorted: ArrayLike<number>, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
