// Real time that can be hurried on: hours pass in minutes, and whatever was due meanwhile happens at once.
import { SystemClock } from '../../src/adapters/node/systemClock';
import { toDisposable } from '../../src/core/disposable';
import type { Disposable } from '../../src/api';

interface Timer {
  due: number;
  fire: () => void;
}

export class JumpingClock extends SystemClock {
  private ahead = 0;
  private readonly timers = new Set<Timer>();

  override now(): number {
    return super.now() + this.ahead;
  }

  override after(delayMs: number, callback: () => void): Disposable {
    const fire = () => {
      real.dispose();
      if (this.timers.delete(timer)) callback();
    };
    const timer: Timer = { due: this.now() + delayMs, fire };
    this.timers.add(timer);
    const real = super.after(delayMs, fire);
    return toDisposable(() => {
      real.dispose();
      this.timers.delete(timer);
    });
  }

  /** Lets this much time pass; timers that it makes due are called in their order. */
  jump(byMs: number): void {
    this.ahead += byMs;
    const due = [...this.timers].filter((timer) => timer.due <= this.now()).sort((a, b) => a.due - b.due);
    for (const { fire } of due) fire();
  }
}
