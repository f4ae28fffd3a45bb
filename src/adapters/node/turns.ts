// Long work in short pieces: others of the process get their turn in between.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that one piece of work may hold the event loop. */
const TURN_MS = 4;

/** Ask `isDue` after each item, and await `next` when it says so. */
export class Turns {
  private began = performance.now();

  isDue(): boolean {
    return performance.now() - this.began > TURN_MS;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.began = performance.now();
  }
}
