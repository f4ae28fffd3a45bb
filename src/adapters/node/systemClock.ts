// Real time.
import type { Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import type { Disposable } from '../../api';

/** Wall-clock time with the fractions of a millisecond that the platform has. */
export class SystemClock implements Clock {
  private line: Promise<void> = Promise.resolve();

  now(): number {
    return performance.timeOrigin + performance.now() + this.drift();
  }

  after(delayMs: number, callback: () => void): Disposable {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_TIMEOUT_MS));
    return toDisposable(() => clearTimeout(timer));
  }

  /** One turn for each who asks: what is sent in one goes out before the next. */
  turn(): Promise<void> {
    this.line = this.line.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.line;
  }

  /** The monotonic clock stands still while a laptop sleeps and knows no corrections: beyond a second, the wall clock is right. */
  private drift(): number {
    const difference = Date.now() - (performance.timeOrigin + performance.now());
    return Math.abs(difference) > MAX_DRIFT_MS ? difference : 0;
  }
}

const MAX_DRIFT_MS = 1000;
/** Longer delays overflow and fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;
