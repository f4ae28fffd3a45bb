// Who works now and who comes next: a bounded number of places, given to the longest remaining path first.

/** A task's place among those that work. */
export interface TaskPlace {
  /** Leaves the place to another task while `wait` goes on, and has one again when it resolves; at once where `signal` aborts. */
  yieldWhile<V>(wait: Promise<V>, signal: AbortSignal): Promise<V>;
}

interface Waiting {
  id: string;
  height: number;
  start: () => void;
}

export class TaskPlaces {
  /** Kept so that the longest remaining path comes last. */
  private waiting: Waiting[] = [];
  private taken = 0;
  private isClosed = false;
  private holds = 0;
  private isFilling = false;

  /** `limit` is asked whenever a place may be free; at least 1 counts. */
  constructor(private readonly limit: () => number) {}

  /** False if it is closed already. */
  close(): boolean {
    if (this.isClosed) return false;
    this.isClosed = true;
    return true;
  }

  /** False if it is open. */
  open(): boolean {
    if (!this.isClosed) return false;
    this.isClosed = false;
    return true;
  }

  /** Gives no place away until what is returned is called, once. */
  hold(): () => void {
    this.holds += 1;
    return () => void (this.holds -= 1);
  }

  get isHeld(): boolean {
    return this.holds > 0;
  }

  /** Waits for a place; `fill` gives them away. Of equally long paths the one that has waited longer goes first. */
  enter(next: Waiting): void {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.waiting[middle]?.height ?? 0) < next.height) low = middle + 1;
      else high = middle;
    }
    this.waiting.splice(low, 0, next);
  }

  leave(id: string): void {
    this.waiting = this.waiting.filter((other) => other.id !== id);
  }

  clear(): void {
    this.waiting = [];
  }

  release(): void {
    this.taken -= 1;
  }

  fill(): void {
    // Whoever starts may release or enter again; the loop below sees it.
    if (this.isFilling) return;
    this.isFilling = true;
    while (!this.isClosed && this.holds === 0 && this.taken < Math.max(1, this.limit())) {
      const next = this.waiting.pop();
      if (!next) break;
      this.taken += 1;
      next.start();
    }
    this.isFilling = false;
  }

  placeOf(id: string, height: number): TaskPlace {
    return {
      yieldWhile: async (wait, signal) => {
        this.release();
        this.fill();
        try {
          return await wait;
        } finally {
          await this.takeAgain(id, height, signal);
        }
      },
    };
  }

  private takeAgain(id: string, height: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const onAbort = () => {
        this.leave(id);
        this.taken += 1;
        resolve();
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      const start = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.enter({ id, height, start });
      this.fill();
    });
  }
}
