// A feed over something that is computed anew when it may have changed: at most every so often, one computation at a time, and nothing is
// sent that the page has already.
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TabFeed, TabPage } from './traceTab';

export interface ProjectionFeedOptions<Message> {
  clock: Clock;
  page: TabPage;
  /** The next message; undefined when the page has everything. */
  compute: () => Promise<Message | undefined>;
  /** Follows what it is computed from; called once. */
  follow: (changed: () => void) => Disposable;
  onError: (error: unknown) => void;
  /** Time between two computations at least. */
  intervalMs: number;
  receive?: (message: unknown) => void | Promise<void>;
  answer?: (message: unknown) => Promise<unknown>;
}

export class ProjectionFeed<Message> implements TabFeed {
  readonly receive?: (message: unknown) => void | Promise<void>;
  readonly answer?: (message: unknown) => Promise<unknown>;
  private readonly owned = new DisposableStore();
  private ready: Message | undefined;
  private timer: Disposable | undefined;
  private isComputing = false;
  private isStale = true;

  constructor(private readonly options: ProjectionFeedOptions<Message>) {
    if (options.receive) this.receive = options.receive;
    if (options.answer) this.answer = options.answer;
    this.owned.add(options.follow(() => this.touch()));
    this.compute();
  }

  collect(): Message | undefined {
    const message = this.ready;
    this.ready = undefined;
    if (this.isStale) this.schedule();
    return message;
  }

  dispose(): void {
    this.timer?.dispose();
    this.owned.dispose();
  }

  /** Something may have changed. */
  touch(): void {
    this.isStale = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.isComputing || this.ready !== undefined || this.owned.isDisposed) return;
    this.timer ??= this.options.clock.after(this.options.intervalMs, () => {
      this.timer = undefined;
      this.compute();
    });
  }

  private compute(): void {
    if (this.isComputing || this.owned.isDisposed) return;
    this.isComputing = true;
    this.isStale = false;
    this.options
      .compute()
      .then((message) => {
        this.ready = message;
      }, this.options.onError)
      .finally(() => {
        this.isComputing = false;
        if (this.owned.isDisposed) return;
        if (this.ready !== undefined) this.options.page.touch();
        else if (this.isStale) this.schedule();
      });
  }
}
