// Events a second over time and in a burst: whether memory grows, how long the thread is held at a time, and whether any is lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis, REDIS_MISSING } from '../scripts/test/findRedis';
import { RedisServer } from '../test/support/redisServer';
import { openTeamWindow, type TeamWindow } from '../test/support/teamWindow';
import { collectGarbage } from './garbage';
import { watchTurns, type LoopTurns } from './loopTurns';

export interface Traffic {
  backend: string;
  load: string;
  received: number;
  sent: number;
  /** How long the thread was held in one turn, publishing included. */
  turns: LoopTurns;
  grownMegabytes: number;
}

const STEADY_SECONDS = 60;
const PER_SECOND = 1_000;
const BURST = 10_000;
const PIECES_PER_SECOND = 50;
const WARM_UP = 12_000;
const WAIT_MS = 30_000;
const IDLE_MS = 3_000;

export async function measureTraffic(): Promise<Traffic[]> {
  const results = [...(await measureBackend('embedded'))];
  const program = findRedis();
  if (program === undefined) {
    console.log(REDIS_MISSING);
    return results;
  }
  const server = await RedisServer.start(program);
  try {
    results.push(...(await measureBackend('redis', server.url)));
  } finally {
    await server.stop();
  }
  return results;
}

async function measureBackend(backend: string, url?: string): Promise<Traffic[]> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-team-bench-'));
  const alive = new Set<string>();
  const open = (origin: string) =>
    openTeamWindow({ folder, origin, alive, ...(url !== undefined && { redis: { url, team: 'bench' } }) });
  const one = open('w1');
  // Alone, a window is its own receiver.
  const two = url === undefined ? one : open('w2');
  try {
    if (url !== undefined) await connected(two);
    // What is bounded is full before anything counts as growth.
    await publish(one, WARM_UP, 100);
    await arrived(one, two);
    // What other programs of the machine take shows as held by the clock: without any events it is theirs alone.
    return [
      { backend, load: 'nothing, for comparison', ...(await measure(one, two, () => sleep(IDLE_MS))) },
      { backend, load: `${PER_SECOND}/s for ${STEADY_SECONDS} s`, ...(await measure(one, two, () => steady(one))) },
      { backend, load: `burst of ${BURST}`, ...(await measure(one, two, () => publish(one, BURST, 100))) },
    ];
  } finally {
    await Promise.all([one.close(), ...(two === one ? [] : [two.close()])]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connected(window: TeamWindow): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (window.exchange?.health().windows === undefined) {
    if (performance.now() > end) throw new Error('Internal error: the window never reached the Redis of the bench.');
    await sleep(50);
  }
}

async function measure(one: TeamWindow, two: TeamWindow, load: () => Promise<void>) {
  const sentBefore = one.bus.lastSeq;
  two.seen.length = 0;
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const turns = await watchTurns(async () => {
    await load();
    await arrived(one, two);
  });
  const received = two.seen.filter(({ topic }) => topic === 'user.tick').length;
  const sent = one.bus.lastSeq - sentBefore;
  two.seen.length = 0;
  one.seen.length = 0;
  collectGarbage();
  return {
    received,
    sent,
    turns,
    grownMegabytes: (process.memoryUsage().heapUsed - heapBefore) / 1e6,
  };
}

async function steady(window: TeamWindow): Promise<void> {
  const start = performance.now();
  const pieces = STEADY_SECONDS * PIECES_PER_SECOND;
  for (let piece = 0; piece < pieces; piece += 1) {
    await publish(window, PER_SECOND / PIECES_PER_SECOND, PER_SECOND);
    await sleep(Math.max(0, start + ((piece + 1) * 1000) / PIECES_PER_SECOND - performance.now()));
  }
}

/** Gives the thread back after each piece, as publishers do that work on something. */
async function publish(window: TeamWindow, count: number, piece: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    window.bus.publishExternal('user.tick', { n }, { source: 'bench' });
    if (n % piece === 0) await sleep(0);
  }
}

/** Until the other window has what this one published, or has lost it. */
async function arrived(one: TeamWindow, two: TeamWindow): Promise<void> {
  const end = performance.now() + WAIT_MS;
  const isBehind = () =>
    two === one
      ? (one.bus.stats().subscribers[0]?.depth ?? 0) > 0 ||
        one.bus.stats().subscribers[0]?.delivered !== one.bus.lastSeq
      : (one.exchange?.health().unsent ?? 0) > 0 || (two.exchange?.health().received ?? 0) < one.bus.lastSeq;
  while (isBehind() && performance.now() < end) await sleep(10);
  await sleep(50);
}
