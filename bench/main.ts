// `npm run bench`: everything that we promise to be quick or small, beside the bare thing, in one run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBus } from './bus';
import { bundleSizes } from './bundles';
import { MANY, measurePage, type PageFigures } from './page';
import { measureGoals, measureJournal, measureScheduler } from './goals';
import type { LoopTurns } from './loopTurns';
import { measureRequests } from './requests';
import { median } from './rounds';
import { measureTraffic } from './traffic';
import { measureTraces } from './traces';

interface Activation {
  stubMs: number;
  activateMs: number;
  teamMs: number;
}

const ACTIVATIONS = 11;

async function main(): Promise<void> {
  const [serverFile, activationFile, dist, driver, ...wanted] = process.argv.slice(2);
  if (serverFile === undefined || activationFile === undefined || dist === undefined || driver === undefined) {
    throw new Error('Internal error: the bench is started by scripts/bench.mjs.');
  }
  const parts: Record<string, () => Promise<void> | void> = {
    requests: async () => printRequests(await measureRequests(serverFile)),
    goals: async () => printGoals(await measureGoals(serverFile)),
    scheduler: async () => printScheduler(await measureScheduler(), await measureJournal()),
    bus: async () => printBus(await measureBus()),
    traffic: async () => printTraffic(await measureTraffic()),
    traces: async () => printTraces(await measureTraces()),
    activation: () => printActivation(measureActivation(activationFile, dist)),
    page: async () => printPage(await measurePage(dist, driver)),
    sizes: () => printSizes(dist),
  };
  const unknown = wanted.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}: ${Object.keys(parts).join(', ')}.`);
  console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    // What else the machine does makes every figure worse.
    console.log(`[${name}] load ${(loadavg()[0] ?? 0).toFixed(1)}`);
    await measure();
  }
}

function printRequests(costs: Awaited<ReturnType<typeof measureRequests>>): void {
  console.log('Requests (ms, medians of alternating rounds; journal, index and spans on disk):');
  console.table(
    costs.map(({ scenario, requests, bareFetchMs, bareSdkMs, teamMs }) => ({
      scenario,
      requests,
      'bare fetch': round(bareFetchMs),
      'bare SDK': round(bareSdkMs),
      'Agent Team': round(teamMs),
      'above SDK': round(teamMs - bareSdkMs),
      'above fetch': round(teamMs - bareFetchMs),
      goal: '< 2 above bare calls',
    })),
  );
}

function printGoals({ requests, bareMs, bareSdkMs, teamMs, atOnce }: Awaited<ReturnType<typeof measureGoals>>): void {
  console.log('A goal: plan, 20 workers of 50 ms at once, synthesis (ms, medians of alternating rounds):');
  console.table([
    {
      requests,
      'bare fetch': round(bareMs),
      'bare SDK': round(bareSdkMs),
      'Agent Team': round(teamMs),
      'above SDK': round(teamMs - bareSdkMs),
      'above fetch': round(teamMs - bareMs),
      'at once': atOnce,
      goal: '< 5 above, 20 at once',
    },
  ]);
}

function printScheduler(
  graphs: Awaited<ReturnType<typeof measureScheduler>>,
  { appendMs, recoverMs }: Awaited<ReturnType<typeof measureJournal>>,
): void {
  console.log('Scheduler (graphs whose tasks take no time) and journal (100,000 events of 100 runs, on disk):');
  console.table([
    ...graphs.map(({ tasks, ms }) => ({ what: `graph of ${tasks} tasks`, ms: round(ms) })),
    { what: 'journal: append until safe', ms: round(appendMs) },
    { what: 'journal: read all in a new window', ms: round(recoverMs) },
  ]);
}

function printBus(rates: Awaited<ReturnType<typeof measureBus>>): void {
  console.log('Events published per second, until the last subscriber had the last one:');
  console.table(
    rates.map(({ subscribers, emitterPerSecond, busPerSecond }) => ({
      subscribers,
      'bare EventEmitter': Math.round(emitterPerSecond),
      'event bus': Math.round(busPerSecond),
      'deliveries/s of the bus': Math.round(busPerSecond * subscribers),
    })),
  );
}

/** `held` by the clock, in which other programs of the machine show; `own` is what the thread itself worked. */
function shownTurns({ p99Ms, maxMs, p99WorkMs, maxWorkMs, maxGarbageMs }: LoopTurns) {
  return {
    'own work a turn, p99': round(p99WorkMs),
    'own, at most': round(maxWorkMs),
    'of it garbage': round(maxGarbageMs),
    'held p99': round(p99Ms),
    'held at most': round(maxMs),
  };
}

function printTraces(costs: Awaited<ReturnType<typeof measureTraces>>): void {
  console.log('Graphs, figures and files of traces (ms; how long the thread was held in one turn of its loop):');
  console.table(
    costs.map(({ what, ms, turns, goal }) => ({ what, ms: round(ms), ...(turns && shownTurns(turns)), goal })),
  );
}

function printTraffic(rows: Awaited<ReturnType<typeof measureTraffic>>): void {
  console.log(
    'Events over real logs on disk, from one window to another where they share a Redis (both in this process; ms a turn):',
  );
  console.table(
    rows.map(({ backend, load, sent, received, turns, grownMegabytes }) => ({
      backend,
      load,
      sent,
      received,
      ...shownTurns(turns),
      'heap grown (MB)': round(grownMegabytes),
      goal: 'all received, < 5, no growth',
    })),
  );
}

/** Each in a process of its own: nothing is warm but the file cache, as in a window that opens. */
function measureActivation(activationFile: string, dist: string): Activation {
  const storage = mkdtempSync(join(tmpdir(), 'agent-team-bench-'));
  try {
    const runs = Array.from({ length: ACTIVATIONS }, () => {
      const output = execFileSync(process.execPath, [activationFile, dist, storage], { encoding: 'utf8' });
      return JSON.parse(output) as Activation;
    });
    const of = (key: keyof Activation) => median(runs.map((run) => run[key]));
    return { stubMs: of('stubMs'), activateMs: of('activateMs'), teamMs: of('teamMs') };
  } finally {
    rmSync(storage, { recursive: true, force: true });
  }
}

function printActivation({ stubMs, activateMs, teamMs }: Activation): void {
  console.log('Start-up (ms, new processes, VS Code replaced by a stand-in that answers at once):');
  console.table([
    { what: 'stub: load and activate', ms: round(stubMs), goal: '< 5' },
    { what: 'first real activate: load and wire', ms: round(activateMs), goal: '< 50' },
    { what: 'then, at the first request: engine, API and tools', ms: round(teamMs), goal: '' },
  ]);
}

function printPage(figures: PageFigures | undefined): void {
  if (!figures) {
    console.log('The trace page was not measured: there is no Chromium here (set CHROME_PATH).\n');
    return;
  }
  console.log(`The page of events and traces in Chromium, ${MANY} spans and ${MANY} events (ms):`);
  console.table([
    { what: 'spans: first rows painted', ms: round(figures.firstPaintMs), goal: '< 500' },
    { what: 'spans: all laid out and painted', ms: round(figures.allMs), goal: '' },
    { what: 'spans: frame while scrolling and zooming, p95', ms: round(figures.frameP95Ms), goal: '< 16.7' },
    { what: 'spans: own work of the page for such a frame', ms: round(figures.frameOwnMs), goal: '< 16.7' },
    { what: 'spans: fold in everything, or unfold it', ms: round(figures.collapseMs), goal: '< 8' },
    { what: 'spans: search', ms: round(figures.searchMs), goal: '< 50' },
    { what: 'spans: critical path', ms: round(figures.pathMs), goal: '' },
    { what: 'events: filter', ms: round(figures.filterMs), goal: '< 16' },
  ]);
}

function printSizes(dist: string): void {
  const { stubBytes, activationBytes, teamBytes, chatPageBytes } = bundleSizes(dist);
  console.log('Bundles (KB, production build):');
  console.table([
    { what: 'stub', KB: kilobytes(stubBytes), goal: 'a few' },
    { what: 'loaded by the first real activate', KB: kilobytes(activationBytes), goal: '< 200' },
    { what: 'engine, API and tools, at the first request', KB: kilobytes(teamBytes), goal: '' },
    { what: 'chat page', KB: kilobytes(chatPageBytes), goal: '' },
  ]);
}

const round = (ms: number) => Number(ms.toFixed(2));
const kilobytes = (bytes: number) => Number((bytes / 1_000).toFixed(1));

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
