// Time that only the test moves.
import type { Clock } from '../../src/core/clock';
import { toDisposable, type Disposable } from '../../src/core/disposable';
import { settle } from './gate';

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until `advance`; timers fire in the order of their times. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  constructor(private time = Date.UTC(2030, 0, 1)) {}

  now(): number {
    return this.time;
  }

  after(delayMs: number, callback: () => void): Disposable {
    const timer: Timer = { at: this.time + Math.max(0, delayMs), order: (this.order += 1), callback };
    this.timers.add(timer);
    return toDisposable(() => this.timers.delete(timer));
  }

  turn(): Promise<void> {
    return Promise.resolve();
  }

  /** Milliseconds until each waiting timer, soonest first: shows what the code under test waits for, and what it leaked. */
  pending(): number[] {
    return [...this.timers].map((timer) => timer.at - this.time).sort((a, b) => a - b);
  }

  /** Moves time forward, fires what is due in order (timers that those set included), and lets their consequences run. */
  async advance(byMs: number): Promise<void> {
    const end = this.time + byMs;
    for (let timer = this.next(end); timer; timer = this.next(end)) {
      this.timers.delete(timer);
      this.time = Math.max(this.time, timer.at);
      timer.callback();
      await settle();
    }
    this.time = end;
    await settle();
  }

  /** Moves time without firing anything: for code that only reads the clock. */
  set(time: number): void {
    this.time = time;
  }

  private next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }
}
