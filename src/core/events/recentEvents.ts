// The newest events of this window, kept in memory so that history and catching up seldom touch the disk.
import type { EventEnvelope } from '../../api';

/** A ring of consecutive events, bounded by their number; `seq` of what is pushed must be consecutive. */
export class RecentEvents {
  private readonly slots: (EventEnvelope | undefined)[];
  private readonly seqs = new Map<string, number>();
  private newest = 0;
  private count = 0;

  constructor(private readonly capacity: number) {
    this.slots = new Array<EventEnvelope | undefined>(capacity);
  }

  /** Sequence number of the oldest event held; one more than the newest when there is none. */
  get firstSeq(): number {
    return this.newest - this.count + 1;
  }

  get lastSeq(): number {
    return this.newest;
  }

  push(event: EventEnvelope): void {
    const slot = event.seq % this.capacity;
    const left = this.slots[slot];
    if (left) this.seqs.delete(left.id);
    this.slots[slot] = event;
    this.seqs.set(event.id, event.seq);
    this.newest = event.seq;
    if (this.count < this.capacity) this.count += 1;
  }

  at(seq: number): EventEnvelope | undefined {
    return seq >= this.firstSeq && seq <= this.newest ? this.slots[seq % this.capacity] : undefined;
  }

  find(id: string): EventEnvelope | undefined {
    const seq = this.seqs.get(id);
    return seq === undefined ? undefined : this.at(seq);
  }

  /** True when no event after `seq` has left the ring. */
  reachesBackTo(seq: number): boolean {
    return seq + 1 >= this.firstSeq;
  }
}
