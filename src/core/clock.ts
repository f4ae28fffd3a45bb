// Time as a port, so that tests decide what time it is.
import type { Disposable } from '../api';

/** Wall-clock time and timers. Tests use a `ManualClock`. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions where the platform has them. */
  now(): number;
  /** Calls `callback` once after `delayMs`, unless disposed before. */
  after(delayMs: number, callback: () => void): Disposable;
  /** Resolves once whatever else is due in the process has had its turn; of several that wait, one after the other. */
  turn(): Promise<void>;
}

/** Resolves after `delayMs`, or at once when `signal` aborts; says which of the two happened. */
export function delay(clock: Clock, delayMs: number, signal: AbortSignal): Promise<'elapsed' | 'aborted'> {
  if (signal.aborted) return Promise.resolve('aborted');
  return new Promise((resolve) => {
    const onAbort = () => {
      timer.dispose();
      resolve('aborted');
    };
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve('elapsed');
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What `work` comes to, or `late` once `withinMs` are over; whoever does the work is not stopped. */
export async function within<T>(clock: Clock, withinMs: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: Disposable | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = clock.after(withinMs, () => resolve('late'));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.dispose();
  }
}
