// What a goal costs above the calls that it makes, what the scheduler costs by itself, and how quick the journal is.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import OpenAI from 'openai';
import { SegmentedEventLog } from '../src/adapters/node/segmentedEventLog';
import { SystemClock } from '../src/adapters/node/systemClock';
import type { EventEnvelope } from '../src/api';
import { createEventIds } from '../src/core/events/eventIds';
import { GraphRun } from '../src/core/supervisor/graphRun';
import { TaskGraph } from '../src/core/supervisor/taskGraph';
import { bareFetch, bareSdk } from './requests';
import { median, medians } from './rounds';
import { createBenchTeam } from './team';

export interface GoalCosts {
  requests: number;
  bareMs: number;
  /** The same requests by the SDK that the team sends them with. */
  bareSdkMs: number;
  teamMs: number;
  /** Workers that were asked at the same time at most. */
  atOnce: number;
}

const GOAL_ROUNDS = 40;
const GRAPH_ROUNDS = 15;
const EVENTS = 100_000;
const EVENTS_PER_RUN = 1_000;

/** Plan, 20 workers of 50 ms at once, synthesis, against the same requests by bare `fetch` and by the bare SDK. */
export async function measureGoals(serverFile: string): Promise<GoalCosts> {
  const server = fork(serverFile, { execArgv: [] });
  const [port] = (await once(server, 'message')) as [number];
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const folder = await mkdtemp(join(tmpdir(), 'agent-team-bench-'));
  const sent: string[] = [];
  let isRecording = false;
  let open = 0;
  let atOnce = 0;
  const team = createBenchTeam(folder, baseUrl, async (input, init) => {
    if (isRecording && typeof init?.body === 'string') sent.push(init.body);
    open += 1;
    atOnce = Math.max(atOnce, open);
    try {
      return await fetch(input, init);
    } finally {
      open -= 1;
    }
  });
  const pursue = async () => {
    const result = await team.goal('BENCH-GOAL');
    if (result.status !== 'completed') throw new Error(JSON.stringify(result.error));
  };
  try {
    isRecording = true;
    await pursue();
    isRecording = false;
    const [plan = '', ...rest] = sent;
    const workers = rest.slice(0, -1);
    const synthesis = rest.at(-1) ?? '';
    const sdk = new OpenAI({ apiKey: 'bench-key', baseURL: baseUrl, maxRetries: 0 });
    const bare = (post: (body: string) => Promise<void>) => async () => {
      await post(plan);
      await Promise.all(workers.map(post));
      await post(synthesis);
    };
    const found = await medians(
      [
        { name: 'fetch', once: bare((body) => bareFetch(baseUrl, body)) },
        { name: 'sdk', once: bare((body) => bareSdk(sdk, body)) },
        { name: 'team', once: pursue },
      ],
      GOAL_ROUNDS,
    );
    const of = (name: string) => found.get(name) ?? NaN;
    return { requests: sent.length, bareMs: of('fetch'), bareSdkMs: of('sdk'), teamMs: of('team'), atOnce };
  } finally {
    await team.close();
    server.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds for a whole graph whose tasks take no time; each waits for up to three before it. */
export async function measureScheduler(): Promise<{ tasks: number; ms: number }[]> {
  const costs: { tasks: number; ms: number }[] = [];
  for (const count of [10, 100, 1_000]) {
    const tasks = Array.from({ length: count }, (_, index) => ({
      id: `t${index}`,
      dependencies:
        index === 0
          ? []
          : [...new Set([index - 1, index >> 1, index >> 2])]
              .filter((before) => before < index)
              .map((before) => `t${before}`),
    }));
    const times: number[] = [];
    for (let round = 0; round < GRAPH_ROUNDS; round += 1) {
      const start = performance.now();
      const run = new GraphRun<(typeof tasks)[number], true>({
        graph: new TaskGraph(tasks),
        maxConcurrency: () => 20,
        onFailure: () => 'continue',
        work: () => Promise.resolve({ status: 'completed', result: true }),
        onState: () => undefined,
        signal: new AbortController().signal,
      });
      const { results } = await run.run();
      if (results.size !== count) throw new Error('Internal error: the scheduler lost tasks.');
      times.push(performance.now() - start);
    }
    costs.push({ tasks: count, ms: median(times) });
  }
  return costs;
}

/** Appends 100,000 events of 100 runs until they are safe on disk, then reads all runs in a new window. */
export async function measureJournal(): Promise<{ appendMs: number; recoverMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-team-bench-'));
  const clock = new SystemClock();
  const ids = createEventIds();
  const fail = (problem: unknown): never => {
    throw new Error(JSON.stringify(problem));
  };
  const origin = ids(clock.now());
  const first = new SegmentedEventLog({
    folder,
    origin,
    clock,
    onProblem: fail,
    maxSegments: 1_000,
  });
  try {
    const start = performance.now();
    for (let seq = 1; seq <= EVENTS; seq += 1) {
      first.append(eventOf(seq, origin, ids(clock.now())));
      // As in a window, others have their turn.
      if (seq % EVENTS_PER_RUN === 0) await first.flush();
    }
    await first.flush();
    const appendMs = performance.now() - start;
    await first.close();
    const second = new SegmentedEventLog({ folder, origin: ids(clock.now()), clock, onProblem: fail });
    const began = performance.now();
    let count = 0;
    for (const { runId } of await second.listRuns()) count += (await second.readRun(runId)).length;
    const recoverMs = performance.now() - began;
    await second.close();
    if (count !== EVENTS) throw new Error(`Internal error: ${count} of ${EVENTS} events came back.`);
    return { appendMs, recoverMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function eventOf(seq: number, origin: string, id: string): EventEnvelope {
  const runId = `run-${Math.floor((seq - 1) / EVENTS_PER_RUN)}`;
  const time = new Date().toISOString();
  const payload = { message: 'a step of an agent, as long as most are' };
  return { id, seq, origin, time, topic: 'task.progress', source: 'bench', correlationId: runId, runId, payload };
}
