// Tells of dropped events without becoming a flood of its own: a burst is one report, then at most one a second per subscriber.
import type { Disposable, EventPayloads } from '../../api';
import type { Clock } from '../clock';
import type { Subscription } from './subscription';

const INTERVAL_MS = 1000;

interface Pending {
  dropped: number;
  /** Absent while the first report of a burst waits for the publisher to return. */
  timer?: Disposable;
}

/** Sums drops per subscription and reports the sums. */
export class DropReports implements Disposable {
  private readonly pending = new Map<Subscription, Pending>();
  private disposed = false;

  constructor(
    private readonly clock: Clock,
    private readonly publish: (payload: EventPayloads['subscriber.dropped']) => void,
  ) {}

  count(subscription: Subscription): void {
    const entry = this.pending.get(subscription);
    if (entry) {
      entry.dropped += 1;
      return;
    }
    this.pending.set(subscription, { dropped: 1 });
    queueMicrotask(() => this.reportAndWait(subscription));
  }

  /** Reports now what one subscription has lost since its last report, and forgets it. */
  flush(subscription: Subscription): void {
    const entry = this.pending.get(subscription);
    entry?.timer?.dispose();
    this.pending.delete(subscription);
    if (entry && entry.dropped > 0) this.send(subscription, entry.dropped);
  }

  flushAll(): void {
    for (const subscription of [...this.pending.keys()]) this.flush(subscription);
  }

  dispose(): void {
    if (this.disposed) return;
    this.flushAll();
    this.disposed = true;
  }

  private reportAndWait(subscription: Subscription): void {
    const entry = this.pending.get(subscription);
    if (!entry || entry.timer) return;
    const { dropped } = entry;
    entry.dropped = 0;
    entry.timer = this.clock.after(INTERVAL_MS, () => {
      delete entry.timer;
      if (entry.dropped > 0) this.reportAndWait(subscription);
      else if (this.pending.get(subscription) === entry) this.pending.delete(subscription);
    });
    this.send(subscription, dropped);
  }

  private send({ pattern, dropPolicy }: Subscription, dropped: number): void {
    if (!this.disposed) this.publish({ pattern, dropped, policy: dropPolicy });
  }
}
