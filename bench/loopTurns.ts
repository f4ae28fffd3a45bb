// How long the thread is held in one turn of the event loop: by the clock, and by what it really worked. Other programs of the machine make
// the first longer, and not the second, which many systems count in ticks of 4 ms: a single turn is known that exactly.
import { performance, PerformanceObserver } from 'node:perf_hooks';
import { percentileOf } from './rounds';

export interface LoopTurns {
  p99Ms: number;
  maxMs: number;
  /** Of the thread's own work. */
  p99WorkMs: number;
  maxWorkMs: number;
  /** The longest pause of the garbage collector, which counts as the thread's work. */
  maxGarbageMs: number;
}

/** Node knows what a thread has used since 23.9. */
const usage = process as unknown as { threadCpuUsage?: () => { user: number; system: number } };

/** Watches every turn while the work goes on. */
export async function watchTurns(work: () => Promise<void>): Promise<LoopTurns> {
  const times: number[] = [];
  const works: number[] = [];
  let isGoing = true;
  let last = performance.now();
  let lastWork = workMs();
  let maxGarbageMs = 0;
  const garbage = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) maxGarbageMs = Math.max(maxGarbageMs, duration);
  });
  garbage.observe({ entryTypes: ['gc'] });
  const tick = () => {
    const [now, nowWork] = [performance.now(), workMs()];
    // A turn in which nothing happened is none.
    if (nowWork - lastWork > 0.05) {
      times.push(now - last);
      works.push(nowWork - lastWork);
    }
    [last, lastWork] = [now, nowWork];
    if (isGoing) setImmediate(tick);
  };
  setImmediate(tick);
  try {
    await work();
  } finally {
    isGoing = false;
    garbage.disconnect();
  }
  return {
    p99Ms: percentileOf(times, 0.99),
    maxMs: percentileOf(times, 1),
    p99WorkMs: percentileOf(works, 0.99),
    maxWorkMs: percentileOf(works, 1),
    maxGarbageMs,
  };
}

function workMs(): number {
  const used = usage.threadCpuUsage?.() ?? process.cpuUsage();
  return (used.user + used.system) / 1000;
}
