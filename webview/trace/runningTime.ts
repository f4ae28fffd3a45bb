// The time of a run that is going on: the host says it with each batch, and between two of them it goes on here.

/** Bars of running spans grow so often. */
const TICK_MS = 100;

export class RunningTime {
  private timer: ReturnType<typeof setInterval> | undefined;
  private told = 0;
  private toldAt = 0;

  /** `onTick` gets the run's time. */
  constructor(private readonly onTick: (now: number) => void) {}

  /** What the host says. */
  tell(now: number): void {
    this.told = now;
    this.toldAt = performance.now();
  }

  run(isRunning: boolean): void {
    if (!isRunning) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    this.timer ??= setInterval(() => this.onTick(this.told + performance.now() - this.toldAt), TICK_MS);
  }
}
