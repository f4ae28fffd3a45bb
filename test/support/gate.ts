// A promise that the test opens: concurrency is tested by deciding when each party may go on, never by sleeping.

/** Holds whoever waits until the test opens it; stays open. */
export class Gate {
  private release: () => void = () => {};
  private announce: () => void = () => {};
  private readonly opened: Promise<void>;
  /** Resolves when somebody waits at the gate (or has passed it). */
  readonly arrived: Promise<void>;
  private waitingNow = 0;

  constructor() {
    this.opened = new Promise((resolve) => (this.release = resolve));
    this.arrived = new Promise((resolve) => (this.announce = resolve));
  }

  /** How many wait at this moment. */
  get waiting(): number {
    return this.waitingNow;
  }

  /** Resolves when the gate opens; says `aborted` if `signal` aborts first. */
  async wait(signal?: AbortSignal): Promise<'opened' | 'aborted'> {
    this.waitingNow += 1;
    this.announce();
    try {
      return await this.openedOrAborted(signal);
    } finally {
      this.waitingNow -= 1;
    }
  }

  open(): void {
    this.release();
  }

  private openedOrAborted(signal: AbortSignal | undefined): Promise<'opened' | 'aborted'> {
    if (signal?.aborted) return Promise.resolve('aborted');
    return new Promise((resolve) => {
      const onAbort = () => resolve('aborted');
      signal?.addEventListener('abort', onAbort, { once: true });
      void this.opened.then(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve('opened');
      });
    });
  }
}

/** Lets everything run that can run now: microtasks and what they start, without waiting for any timer. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
