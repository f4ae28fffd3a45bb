// One subscriber of the bus: its queue, its policy, and the rule that it gets one event at a time in order.
//
//   live ──queue full, policy block──> behind ──the log has nothing more──> live
//   late subscribers (`afterSeq`) begin behind
import type { Disposable, EventEnvelope, SubscribeOptions } from '../../api';
import type { Clock } from '../clock';
import { messageOf } from '../failure';
import type { Received } from './receivedEvents';

export type EventHandler = (event: EventEnvelope) => void | Promise<void>;

/** How a handler failed, and what the bus is told of it. */
export interface HandlerFault {
  reason: 'threw' | 'timeout';
  message: string;
  event: EventEnvelope;
}

/** What a subscription needs of its bus. */
export interface SubscriptionHost {
  readonly clock: Clock;
  readonly handlerTimeoutMs: number;
  /** Counts subscriptions. */
  nextId(): number;
  /** Sequence number of the last event published. */
  lastSeq(): number;
  /** Events after `seq` in order, at most `limit`, none left out; synchronously where memory has them. */
  readAfter(seq: number, limit: number): EventEnvelope[] | Promise<EventEnvelope[]>;
  /** As these two, for events of other windows, by the number of their arrival. */
  lastArrival(): number;
  readReceivedAfter(arrival: number, limit: number): Received[] | Promise<Received[]>;
  onFault(subscription: Subscription, fault: HandlerFault): void;
  onDropped(subscription: Subscription, event: EventEnvelope): void;
  onPaused(subscription: Subscription, event: EventEnvelope): void;
}

const DEFAULT_QUEUE = 1000;
/** Synchronous handlers give the thread back after this long, and at the earliest after so many events. */
const SLICE_MS = 4;
const SLICE_EVENTS = 64;

/** A subscriber's queue and worker. Created and fed by the bus only. */
export class Subscription implements Disposable {
  /** Unique in its bus. */
  readonly id: number;
  delivered = 0;
  dropped = 0;
  failed = 0;
  private queue: EventEnvelope[] = [];
  /** Index of the queue's first event; the array is compacted now and then. */
  private head = 0;
  private readonly capacity: number;
  private readonly policy: NonNullable<SubscribeOptions['policy']>;
  private behind = false;
  private working = false;
  private disposed = false;
  /** Stops waiting for the handler that runs. */
  private release: (() => void) | undefined;
  private lastTaken: number;
  /** Number of the last event of another window that was taken; those before the subscription are not caught up on. */
  private lastReceived: number;

  constructor(
    readonly pattern: string,
    readonly matches: (topic: string) => boolean,
    private readonly handler: EventHandler,
    private readonly host: SubscriptionHost,
    options: SubscribeOptions,
  ) {
    const { queue = DEFAULT_QUEUE, policy = 'drop-oldest', afterSeq } = options;
    if (!Number.isInteger(queue) || queue < 1) throw new RangeError('The queue must hold at least one event.');
    this.id = host.nextId();
    this.capacity = queue;
    this.policy = policy;
    this.lastTaken = afterSeq === undefined ? host.lastSeq() : Math.max(0, afterSeq);
    this.lastReceived = host.lastArrival();
    this.behind = this.lastTaken < host.lastSeq();
    if (this.behind) this.wake();
  }

  get depth(): number {
    return this.queue.length - this.head;
  }

  get dropPolicy(): 'drop-oldest' | 'drop-newest' {
    return this.policy === 'drop-newest' ? 'drop-newest' : 'drop-oldest';
  }

  /** Takes an event that matches; `arrival` numbers one of another window. A subscriber that is behind will read it from the log. */
  offer(event: EventEnvelope, arrival?: number): void {
    if (this.disposed || this.behind) return;
    if (arrival === undefined ? event.seq <= this.lastTaken : arrival <= this.lastReceived) return;
    if (this.depth >= this.capacity && !this.makeRoom(event)) return;
    if (arrival === undefined) this.lastTaken = event.seq;
    else this.lastReceived = arrival;
    this.queue.push(event);
    this.wake();
  }

  /** Takes an event again that its handler has failed on, behind what waits; false if the subscriber is gone or its queue is full. */
  redeliver(event: EventEnvelope): boolean {
    if (this.disposed || this.depth >= this.capacity) return false;
    this.queue.push(event);
    this.wake();
    return true;
  }

  dispose(): void {
    this.disposed = true;
    this.queue = [];
    this.head = 0;
    this.release?.();
  }

  /** Decides what a full queue does with `event`; true when it may be queued. */
  private makeRoom(event: EventEnvelope): boolean {
    if (this.policy === 'block') {
      this.behind = true;
      this.host.onPaused(this, event);
      return false;
    }
    this.dropped += 1;
    if (this.policy === 'drop-newest') {
      this.host.onDropped(this, event);
      return false;
    }
    const oldest = this.shift();
    if (oldest) this.host.onDropped(this, oldest);
    return true;
  }

  private shift(): EventEnvelope | undefined {
    const event = this.queue[this.head];
    if (!event) return undefined;
    this.head += 1;
    if (this.head === this.queue.length || this.head > 1024) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return event;
  }

  /** Starts the worker after the publisher has returned: publishing never runs handlers. */
  private wake(): void {
    if (this.working) return;
    this.working = true;
    queueMicrotask(() => void this.work());
  }

  private async work(): Promise<void> {
    let sliceStart = this.host.clock.now();
    let sliceEvents = 0;
    while (!this.disposed) {
      const event = this.shift();
      if (!event) {
        if (!this.behind) break;
        const read = this.catchUp();
        if (read) await read;
        continue;
      }
      const pending = this.invoke(event);
      if (pending) await pending;
      sliceEvents += 1;
      if (sliceEvents % SLICE_EVENTS === 0 && this.host.clock.now() - sliceStart > SLICE_MS) {
        await new Promise<void>((resolve) => void this.host.clock.after(0, resolve));
        sliceStart = this.host.clock.now();
      }
    }
    this.working = false;
  }

  /** Fills the queue from the logs; live again once nothing is missing. Returns a promise only if a log must be waited for. */
  private catchUp(): Promise<void> | undefined {
    const { host } = this;
    if (this.lastTaken < host.lastSeq()) {
      const events = host.readAfter(this.lastTaken, this.capacity);
      if (!Array.isArray(events)) return events.then((read) => this.accept(read));
      this.accept(events);
    } else if (this.lastReceived < host.lastArrival()) {
      const received = host.readReceivedAfter(this.lastReceived, this.capacity);
      if (!Array.isArray(received)) return received.then((read) => this.acceptReceived(read));
      this.acceptReceived(received);
    } else this.behind = false;
    return undefined;
  }

  private accept(events: EventEnvelope[]): void {
    const last = events.at(-1);
    // An empty answer means that the log has lost them: going on is better than waiting for ever.
    this.lastTaken = last ? last.seq : this.host.lastSeq();
    for (const event of events) if (this.matches(event.topic)) this.queue.push(event);
  }

  private acceptReceived(received: Received[]): void {
    this.lastReceived = received.at(-1)?.arrival ?? this.host.lastArrival();
    for (const { event } of received) if (this.matches(event.topic)) this.queue.push(event);
  }

  /** Runs the handler; returns a promise, which never rejects, only if the handler is asynchronous. */
  private invoke(event: EventEnvelope): Promise<void> | undefined {
    let result: void | Promise<void>;
    try {
      result = this.handler(event);
    } catch (error) {
      this.fault(event, 'threw', messageOf(error));
      return undefined;
    }
    if (!isThenable(result)) {
      this.delivered += 1;
      return undefined;
    }
    return this.settle(event, result);
  }

  private settle(event: EventEnvelope, result: PromiseLike<void>): Promise<void> {
    return new Promise((resolve) => {
      let open = true;
      const close = (report: () => void) => {
        if (!open) return;
        open = false;
        timer.dispose();
        this.release = undefined;
        report();
        resolve();
      };
      this.release = () => close(() => undefined);
      const { handlerTimeoutMs } = this.host;
      const timer = this.host.clock.after(handlerTimeoutMs, () =>
        close(() => this.fault(event, 'timeout', `The handler took longer than ${handlerTimeoutMs / 1000} s.`)),
      );
      result.then(
        () => close(() => (this.delivered += 1)),
        (error: unknown) => close(() => this.fault(event, 'threw', messageOf(error))),
      );
    });
  }

  private fault(event: EventEnvelope, reason: HandlerFault['reason'], message: string): void {
    this.failed += 1;
    if (this.disposed) return;
    this.host.onFault(this, { reason, message, event });
  }
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
