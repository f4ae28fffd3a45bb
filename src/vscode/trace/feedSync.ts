// Carries what a feed has to its tab: batched, and never more than one batch under way, so that a page that is slow gets less, not later.
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { TabFeed, TabPage } from './traceTab';

export interface FeedSyncOptions {
  clock: Clock;
  open: (page: TabPage) => TabFeed;
  post: (batch: { revision: number; isFirst: boolean; message: unknown }) => void;
}

/** Shortest time between two batches, as long as the page keeps up. */
export const BATCH_MS = 33;

export class FeedSync implements Disposable {
  readonly feed: TabFeed;
  private revision = 0;
  private acknowledged = 0;
  private timer: Disposable | undefined;
  private dirty = true;
  private disposed = false;

  constructor(private readonly options: FeedSyncOptions) {
    this.feed = options.open({ touch: () => this.touch() });
    // What the feed has now goes at once; a tab that just opened waits for it.
    this.flush();
  }

  /** A revision that is not the last one is of a feed that ended; it says nothing about this one. */
  acknowledge(revision: number): void {
    if (revision !== this.revision || this.acknowledged === revision) return;
    this.acknowledged = revision;
    if (this.feed.hasBacklog?.() === true) this.flush();
    else if (!this.timer) this.schedule();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.timer?.dispose();
    this.feed.dispose();
  }

  private touch(): void {
    this.dirty = true;
    if (!this.timer && this.acknowledged === this.revision) this.schedule();
  }

  private schedule(): void {
    if (!this.dirty || this.disposed) return;
    this.timer = this.options.clock.after(BATCH_MS, () => {
      this.timer = undefined;
      this.flush();
    });
  }

  private flush(): void {
    if (this.disposed || !this.dirty || this.acknowledged < this.revision) return;
    const message = this.feed.collect();
    if (message === undefined) {
      this.dirty = false;
      return;
    }
    this.revision += 1;
    this.options.post({ revision: this.revision, isFirst: this.revision === 1, message });
  }
}
