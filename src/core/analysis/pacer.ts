// Keeps long work from holding the event loop: call `pause()` often; it rests whenever a slice of time is used up.
import type { Clock } from '../clock';

export class Pacer {
  private sliceStart: number;

  constructor(
    private readonly clock: Clock,
    private readonly sliceMs = 8,
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
}
