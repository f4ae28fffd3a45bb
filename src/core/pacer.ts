// Keeps long work from holding the event loop: the one way in which work is cut into slices. Call `pause()` often; it rests whenever
// a slice of time is used up.
import type { Clock } from './clock';

/** The extension host serves everybody: what holds it for longer than 5 ms is felt. The last step of a slice may take 2 ms as well, and the garbage collector has a part. */
const SLICE_MS = 2;

export class Pacer {
  private sliceStart: number;

  constructor(
    private readonly clock: Clock,
    private readonly sliceMs = SLICE_MS,
  ) {
    this.sliceStart = clock.now();
  }

  /** True when the next `pause` would rest. */
  get isDue(): boolean {
    return this.clock.now() - this.sliceStart >= this.sliceMs;
  }

  /** Lets others run if this slice is over. */
  async pause(): Promise<void> {
    if (!this.isDue) return;
    await this.clock.turn();
    this.sliceStart = this.clock.now();
  }

  /** Does all of the steps, with pauses between them; returns what they come to. */
  async finish<T>(steps: Iterator<unknown, T>): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      if (this.isDue) await this.pause();
    }
  }
}
